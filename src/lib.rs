//! Signs requests for the Duo Security APIs (Admin, Auth, Accounts), and shows exactly what was
//! signed.
//!
//! The crate is pure functions over values: no clock, no network, no files. The path of a request:
//!
//! | module | step |
//! |---|---|
//! | [`credentials`] | the two keys of an application, checked |
//! | [`request`] | what the caller asks for, checked and laid out as it goes onto the wire |
//! | [`date`], [`params`], [`json`] | the date header, the query or form, the JSON body |
//! | [`canonical`] | the text that is signed, line by line |
//! | [`signer`] | the HMAC over that text, and the finished request |
//! | [`http`] | one plain HTTP request: what the following modules take and give |
//! | [`verify`](mod@verify) | the receiver's side: is a request signed rightly? |
//! | `diagnose` (feature `diagnose`) | from a refused request to its sender's mistake |
//! | `parse` (feature `diagnose`) | from a command, raw HTTP, HAR or code to a request |
//! | `render` (feature `diagnose`) | from a request to a command, raw HTTP or code |
//! | [`error`] | what bad input gets instead |
//!
//! ```
//! use duo_sign::{Credentials, Request, Signer};
//!
//! let signer = Signer::new(&Credentials::new("DIXXXXXXXXXXXXXXXXXX", "the secret key")?);
//! let date = "Tue, 21 Aug 2012 17:29:18 -0000";
//! let path = "/admin/v2/logs/authentication";
//! let request = Request::new("GET", "api-XXXXXXXX.duosecurity.com", path, date)
//!     .param("mintime", 1_345_480_000_000)
//!     .param("maxtime", 1_345_570_000_000);
//!
//! for line in request.explain()? {
//!     println!("{:20} {}", line.label, line.value);
//! }
//! let signed = signer.sign(&request)?;
//! assert!(signed.url.ends_with("?maxtime=1345570000000&mintime=1345480000000"));
//! assert_eq!(signed.headers[0], ("Date".into(), date.into()));
//! # Ok::<(), duo_sign::Error>(())
//! ```
//!
//! The rules are those of Duo's Python clients `duo_client` and `duo_hmac`; where Duo's other
//! clients differ, these are followed.

#![no_std]

extern crate alloc;
// The allocator and the panic handler of the larger WebAssembly module, and what serde-wasm-bindgen
// needs; the core needs neither.
#[cfg(feature = "wasm-diagnose")]
extern crate std;

#[cfg(any(feature = "wasm", feature = "postman"))]
pub mod bindings;
pub mod canonical;
mod check;
pub mod credentials;
pub mod date;
#[cfg(feature = "diagnose")]
pub mod diagnose;
pub mod error;
pub mod http;
pub mod json;
pub mod params;
#[cfg(feature = "diagnose")]
pub mod parse;
#[cfg(feature = "diagnose")]
pub mod render;
pub mod request;
pub mod signer;
mod text;
pub mod verify;

pub use canonical::{Line, SignatureVersion};
pub use credentials::Credentials;
pub use error::Error;
pub use json::{MAX_DEPTH, Number, Value};
pub use request::{Body, Date, DateHeader, Digest, Request, SignedRequest};
pub use signer::Signer;

#[cfg(doctest)]
#[doc = include_str!("README.md")]
struct Readme;
