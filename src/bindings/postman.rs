//! The bindings for the Postman script: it signs a request whose parts are all text already.

use alloc::string::String;
use alloc::vec::Vec;

use wasm_bindgen::prelude::wasm_bindgen;

use crate::canonical::SignatureVersion;
use crate::canonical::{self, Message};
use crate::credentials::Credentials;
use crate::error::Error;
use crate::params::Params;
use crate::request::Digest;
use crate::signer::Signer;
use crate::{check, date};

/// Signs with HMAC-SHA-512.
///
/// `query` and `form` are encoded, in any spelling; `form` is the body that versions 1 and 2 sign.
/// `headers` are the lines name, value, name, value … of all other headers. `time` is in seconds
/// since 1970.
///
/// Returns the lines date, `Authorization`, path, query and form as they are to be sent, then the
/// canonical string; or `!` and what is wrong.
#[wasm_bindgen]
#[expect(clippy::too_many_arguments, reason = "in Postman each is a text of its own")]
#[must_use]
pub fn sign(
    ikey: &str,
    skey: String,
    version: u8,
    method: &str,
    host: &str,
    path: &str,
    query: &str,
    form: &str,
    body: &str,
    headers: &str,
    time: i32,
) -> String {
    let signed = move || {
        let signer = Signer::new(&Credentials::new(ikey, skey)?);
        let version = SignatureVersion::from_number(version).ok_or(Error::SignatureVersion)?;
        if !version.hashes_body() && !body.is_empty() {
            return Err(Error::BodyNotCovered);
        }
        check::method(method)?;
        check::host(host)?;
        let path = check::encode_path(path);
        check::path(&path)?;
        let date = date::format(i64::from(time))?;
        let query = canonical_params(&[query]);
        let form = canonical_params(&[form]);
        let message = Message {
            date: &date,
            method,
            host,
            path: &path,
            params: &canonical_params(&[&query, &form]),
            body: body.as_bytes(),
            x_duo_headers: x_duo_headers(headers)?,
        };
        let canonical = canonical::canonicalize(version, &message);
        let authorization = signer.authorization(Digest::Sha512, &canonical);
        Ok([&*date, &authorization, &path, &query, &form, &canonical].join("\n"))
    };
    signed().unwrap_or_else(|error: Error| {
        let mut line = String::from("!");
        line.extend(error.row_of_part().map(|row| row.message()));
        line
    })
}

fn canonical_params(texts: &[&str]) -> String {
    let mut params = Params::default();
    for text in texts {
        params.extend_encoded(text.as_bytes());
    }
    params.canonical()
}

fn x_duo_headers(lines: &str) -> Result<Vec<(&str, &str)>, Error> {
    let mut headers: Vec<(&str, &str)> = Vec::new();
    let mut lines = lines.split('\n');
    while let (Some(name), Some(value)) = (lines.next(), lines.next()) {
        check::header(name, value)?;
        headers.push((name, value));
    }
    headers.retain(|(name, _)| canonical::is_x_duo(name));
    match check::duplicate(headers.iter().map(|(name, _)| *name)) {
        Some(name) => Err(Error::HeaderDuplicate(name)),
        None => Ok(headers),
    }
}
