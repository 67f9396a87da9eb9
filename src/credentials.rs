//! The integration key and the secret key of a Duo application.

use alloc::string::String;
use core::fmt;

use zeroize::Zeroizing;

use crate::error::Error;

/// An integration key (ikey) and a secret key (skey), checked.
///
/// The secret key is wiped from memory when the value is dropped, and `Debug` leaves it out.
///
/// ```
/// use duo_sign::Credentials;
///
/// let credentials = Credentials::new("DIXXXXXXXXXXXXXXXXXX", "the secret key")?;
/// assert_eq!(format!("{credentials:?}"), r#"Credentials { ikey: "DIXXXXXXXXXXXXXXXXXX", .. }"#);
/// # Ok::<(), duo_sign::Error>(())
/// ```
#[derive(Clone)]
pub struct Credentials {
    ikey: String,
    skey: Zeroizing<String>,
}

impl Credentials {
    /// Checks the two keys of an application, as the Duo Admin Panel shows them.
    ///
    /// # Errors
    ///
    /// - [`Error::IkeyEmpty`] and [`Error::SkeyEmpty`]
    /// - [`Error::IkeyColon`], since RFC 7617 ends the user name at the first colon
    /// - [`Error::IkeyCharacter`], for example a line break after the key
    /// - [`Error::SkeyOuterWhiteSpace`], for example a byte order mark before the key
    /// - [`Error::SkeyQuotes`], as in a file that has the key in quotes
    /// - [`Error::SkeyControlCharacter`], for example two lines
    /// - [`Error::IkeyIsSkey`] and [`Error::SkeyIsIkey`]: the keys swapped, in which case the secret
    ///   key would be sent
    pub fn new(ikey: impl Into<String>, skey: impl Into<String>) -> Result<Self, Error> {
        // Wrapped first, so that a refused key is wiped too.
        let skey = Zeroizing::new(skey.into());
        let ikey = ikey.into();
        check_ikey(&ikey)?;
        check_skey(&skey)?;
        Ok(Self { ikey, skey })
    }

    /// The integration key.
    #[must_use]
    pub fn ikey(&self) -> &str {
        &self.ikey
    }

    pub(crate) fn skey(&self) -> &str {
        &self.skey
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("ikey", &self.ikey).finish_non_exhaustive()
    }
}

fn check_ikey(ikey: &str) -> Result<(), Error> {
    if ikey.is_empty() {
        Err(Error::IkeyEmpty)
    } else if ikey.contains(':') {
        Err(Error::IkeyColon)
    } else if ikey.contains(char::is_control) || has_outer(ikey, is_white_space) {
        Err(Error::IkeyCharacter)
    } else if ikey.len() == 40 && ikey.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        Err(Error::IkeyIsSkey)
    } else {
        Ok(())
    }
}

fn check_skey(skey: &str) -> Result<(), Error> {
    if skey.is_empty() {
        Err(Error::SkeyEmpty)
    } else if has_outer(skey, is_white_space) {
        Err(Error::SkeyOuterWhiteSpace)
    } else if has_outer(skey, is_quote) {
        Err(Error::SkeyQuotes)
    } else if skey.contains(char::is_control) {
        Err(Error::SkeyControlCharacter)
    } else if skey.len() == 20 && skey.starts_with("DI") {
        Err(Error::SkeyIsIkey)
    } else {
        Ok(())
    }
}

fn has_outer(text: &str, unwanted: fn(char) -> bool) -> bool {
    text.starts_with(unwanted) || text.ends_with(unwanted)
}

/// White space, and what is copied along unseen: soft hyphen, zero-width characters and direction
/// marks, word joiner, byte order mark.
fn is_white_space(found: char) -> bool {
    found.is_whitespace()
        || matches!(found, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

fn is_quote(found: char) -> bool {
    matches!(found, '"' | '\'' | '`' | '\u{2018}'..='\u{201f}' | '\u{ab}' | '\u{bb}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    const SKEY: &str = "Zh5eGmUq9zpfQnyUIu5OL9iWoMMv5ZNmk3zLJ4Ep";

    #[test]
    fn debug_leaves_the_secret_key_out() {
        let credentials = Credentials::new("DIWJ8X6AEYOR5OMC6TQ1", SKEY).unwrap();
        assert_eq!(
            format!("{credentials:?}"),
            r#"Credentials { ikey: "DIWJ8X6AEYOR5OMC6TQ1", .. }"#
        );
    }

    #[test]
    fn refuses_what_is_not_a_key() {
        for (ikey, skey, error) in [
            ("", SKEY, Error::IkeyEmpty),
            ("DI:X", SKEY, Error::IkeyColon),
            ("DIX\n", SKEY, Error::IkeyCharacter),
            ("DI\0X", SKEY, Error::IkeyCharacter),
            (" DIX", SKEY, Error::IkeyCharacter),
            ("DIX", "", Error::SkeyEmpty),
            ("DIX", " key", Error::SkeyOuterWhiteSpace),
            ("DIX", "key\r\n", Error::SkeyOuterWhiteSpace),
            ("DIX", "\u{feff}key", Error::SkeyOuterWhiteSpace),
            ("DIX", "\u{a0}", Error::SkeyOuterWhiteSpace),
            ("DIX", "key\u{200e}", Error::SkeyOuterWhiteSpace),
            ("DIX", "key\u{2060}", Error::SkeyOuterWhiteSpace),
            ("DIX", "\"key\"", Error::SkeyQuotes),
            ("DIX", "'key", Error::SkeyQuotes),
            ("DIX", "key\u{201d}", Error::SkeyQuotes),
            ("DIX", "ke\ny", Error::SkeyControlCharacter),
            (SKEY, "DIWJ8X6AEYOR5OMC6TQ1", Error::IkeyIsSkey),
            ("DIX", "DIWJ8X6AEYOR5OMC6TQ1", Error::SkeyIsIkey),
        ] {
            assert_eq!(Credentials::new(ikey, skey).unwrap_err(), error, "{ikey:?} {skey:?}");
        }
    }
}
