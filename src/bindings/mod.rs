//! The bindings: the only files that know JavaScript.
//!
//! | file | what it does |
//! |---|---|
//! | `items` | reads the arguments, which JavaScript writes as one text |
//! | `results` | lays the results out, for JavaScript to read them from memory |
//! | `sign` | the calls of `duo-sign` |
//! | `diagnose` | the further calls of `duo-sign/diagnose` |
//! | `postman` | the one call of the Postman script |

#[cfg(feature = "wasm-diagnose")]
mod diagnose;
#[cfg(feature = "wasm")]
mod items;
#[cfg(feature = "postman")]
mod postman;
#[cfg(feature = "wasm")]
mod results;
#[cfg(feature = "wasm")]
mod sign;

#[cfg(feature = "postman")]
pub use postman::sign;
#[cfg(feature = "wasm")]
pub use sign::Core;

#[cfg(all(target_family = "wasm", not(feature = "wasm-diagnose")))]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

/// Wipes what is freed: texts that people paste may hold their secret key.
#[cfg(all(target_family = "wasm", feature = "wasm-diagnose"))]
#[global_allocator]
static ALLOCATOR: zeroizing_alloc::ZeroAlloc<rlsf::SmallGlobalTlsf> =
    zeroizing_alloc::ZeroAlloc(rlsf::SmallGlobalTlsf::new());

/// Without the standard library, which would double the size of the modules that sign.
#[cfg(all(target_family = "wasm", not(feature = "wasm-diagnose")))]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}
