//! What bad input gets: a stable code, the name of the field, and a message with the fix.

use alloc::borrow::Cow;
use alloc::string::String;
use core::fmt;

/// Why a request cannot be signed.
///
/// [`Error::code`] is part of the API; the text of the message is not. No message ever holds a
/// secret key, an integration key, a parameter value or a header value.
///
/// ```
/// use duo_sign::{Credentials, Error};
///
/// let error = Credentials::new("DIXXXXXXXXXXXXXXXXXX", "not a key\n").unwrap_err();
/// assert_eq!(error, Error::SkeyOuterWhiteSpace);
/// assert_eq!(error.code(), "ERR_DUO_INVALID_SKEY");
/// assert_eq!(error.field(), "skey");
/// assert!(!error.to_string().contains("not a key"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The method is the empty string.
    MethodEmpty,
    /// The method has a character that RFC 9110 section 5.6.2 does not allow in a token.
    MethodCharacter(char),
    /// The host is the empty string.
    HostEmpty,
    /// The host starts with `https://` or another scheme.
    HostScheme,
    /// The host has a path, a query or a fragment.
    HostPath,
    /// The host has `user:password@` before it.
    HostUserInfo,
    /// The host has white space in or around it.
    HostWhiteSpace,
    /// The host has another character that no host name has.
    HostCharacter(char),
    /// The host is an IP address in a spelling that URLs do not keep, or only looks like one.
    HostAddress,
    /// What follows the colon in the host is not a port number as URLs write it.
    HostPort,
    /// The host ends in `:443`, which no HTTPS client sends in the Host header.
    HostDefaultPort,
    /// The path does not start with a slash.
    PathRelative,
    /// The path holds `?` or `#`.
    PathQuery(char),
    /// The path has characters that must be percent-encoded; holds the encoded path.
    PathUnencoded(String),
    /// The path has a `.` or `..` segment, which HTTP clients remove before they send it.
    PathDotSegment,
    /// The date text has a control character.
    DateControlCharacter,
    /// The date text is not an RFC 2822 date; holds the reason.
    DateFormat(&'static str),
    /// The date cannot be written in RFC 2822.
    DateRange,
    /// The integration key is the empty string.
    IkeyEmpty,
    /// The integration key has a colon, which ends the user name in Basic authentication.
    IkeyColon,
    /// The integration key has a control character or outer white space.
    IkeyCharacter,
    /// The secret key is the empty string.
    SkeyEmpty,
    /// The secret key has white space or a line break before or after it.
    SkeyOuterWhiteSpace,
    /// The secret key has quotes around it.
    SkeyQuotes,
    /// The secret key has a line break or another control character in it.
    SkeyControlCharacter,
    /// The integration key is as long as secret keys are.
    IkeyIsSkey,
    /// The secret key has the form of integration keys.
    SkeyIsIkey,
    /// No such signature version.
    SignatureVersion,
    /// The digest is neither `sha512` nor `sha1`.
    DigestName,
    /// Signature versions 4 and 5 have SHA-512 only.
    DigestVersion,
    /// The date header is neither `Date` nor `X-Duo-Date`.
    DateHeader,
    /// A header name is not an RFC 9110 token.
    HeaderName,
    /// A header value has CR, LF, NUL, another control character, or a character outside ASCII;
    /// holds the header's name.
    HeaderCharacter(String),
    /// An `x-duo-` header value has outer white space, which HTTP strips; holds the name.
    HeaderWhiteSpace(String),
    /// A header name is duplicated, perhaps in another case; holds the lower-cased name.
    HeaderDuplicate(String),
    /// A header that signing sets itself; holds the lower-cased name.
    HeaderReserved(String),
    /// A form body goes out under a `Content-Type` that Duo does not read as a form.
    HeaderContentType,
    /// A query or form parameter has a value that these cannot hold; holds where, and what it is.
    ParamValue(String, &'static str),
    /// Parameters and a body are both given, and both would be the body.
    ParamsAndBody,
    /// Parameters and a query are both given, and both would be the query.
    ParamsAndQuery,
    /// A body with a method whose body signature versions 1 and 2 do not cover.
    BodyNotCovered,
    /// A JSON body with signature version 1 or 2, which cover form bodies only.
    BodyNotForm,
    /// A JSON body that is not an object.
    BodyNotObject,
    /// JSON nested deeper than [`MAX_DEPTH`](crate::MAX_DEPTH); holds where.
    NestedTooDeeply(String),
    /// An argument or a member of one is of a type that cannot be signed.
    Type {
        /// Where, for example `params.mintime[2]`.
        at: String,
        /// What fits there.
        expected: &'static str,
        /// What was met.
        found: Cow<'static, str>,
    },
    /// An option that does not exist; holds its name.
    UnknownOption(String),
    /// A text that holds no request that can be read; holds where, and why.
    Unreadable(String),
    /// A body that commands and code cannot hold as text.
    BodyNotText,
    /// A backslash in a header's value that `HTTPie` would take away; holds the name.
    HeaderBackslash(String),
    /// A URL that Requests, and with it `HTTPie`, would spell anew, so that the signature does not fit.
    UrlRespelled,
    /// A method that `HTTPie` would take for a URL.
    MethodHttpie,
    /// The name of a format to render in.
    FormatName,
    /// A signer that is used after it was disposed of.
    Disposed,
}

impl Error {
    /// The stable code, for example `ERR_DUO_INVALID_HOST`: one for each [`field`](Self::field).
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self.field() {
            "method" => "ERR_DUO_INVALID_METHOD",
            "host" => "ERR_DUO_INVALID_HOST",
            "path" => "ERR_DUO_INVALID_PATH",
            "params" => "ERR_DUO_INVALID_PARAMS",
            "date" => "ERR_DUO_INVALID_DATE",
            "ikey" => "ERR_DUO_INVALID_IKEY",
            "skey" => "ERR_DUO_INVALID_SKEY",
            "signatureVersion" => "ERR_DUO_INVALID_SIGNATURE_VERSION",
            "digest" => "ERR_DUO_INVALID_DIGEST",
            "headers" => "ERR_DUO_INVALID_HEADER",
            "body" => "ERR_DUO_INVALID_BODY",
            "query" => "ERR_DUO_INVALID_QUERY",
            "dateHeader" => "ERR_DUO_INVALID_DATE_HEADER",
            "request" => "ERR_DUO_INVALID_REQUEST",
            "text" => "ERR_DUO_INVALID_TEXT",
            "signer" => "ERR_DUO_DISPOSED",
            _ => "ERR_DUO_INVALID_OPTIONS",
        }
    }

    /// The argument or option at fault, by its name in the JavaScript API (`signatureVersion`,
    /// `dateHeader`; the others are spelled the same in Rust).
    #[must_use]
    pub fn field(&self) -> &'static str {
        self.row().field
    }

    pub(crate) fn message(&self) -> String {
        self.row().message()
    }

    fn row(&self) -> Row<'_> {
        self.row_of_part().unwrap_or_else(|| self.row_of_arguments())
    }

    /// What the checks of single parts of a request find, and those of keys: all that the Postman
    /// script needs.
    #[expect(clippy::too_many_lines, reason = "a row for each variant")]
    pub(crate) fn row_of_part(&self) -> Option<Row<'_>> {
        Some(match self {
            Self::MethodCharacter(found) => Row::with(
                "method",
                "method has the character ",
                shown(*found),
                ": use a method name such as `GET` or `POST`",
            ),
            Self::HostCharacter(found) => Row::with(
                "host",
                "host has the character ",
                shown(*found),
                ": give the API hostname in ASCII, such as `api-xxxxxxxx.duosecurity.com`",
            ),
            Self::PathUnencoded(encoded) => Row::with(
                "path",
                "path has characters that must be percent-encoded: use `",
                encoded,
                "`",
            ),
            Self::DateFormat(reason) => Row::with(
                "date",
                "date is not an RFC 2822 date (",
                *reason,
                "): use English names and a numeric offset, such as `Tue, 21 Aug 2012 \
                     17:29:18 -0000`",
            ),
            Self::HeaderCharacter(name) => Row::with(
                "headers",
                "header `",
                name,
                "` has a control character or one outside ASCII in its value: encode the \
                     value, for example in base64",
            ),
            Self::HeaderWhiteSpace(name) => Row::with(
                "headers",
                "header `",
                name,
                "` has white space around its value, which HTTP strips after it was signed: \
                     trim the value",
            ),
            Self::HeaderDuplicate(name) => Row::with(
                "headers",
                "header `",
                name,
                "` is duplicated, in whatever case: keep one",
            ),
            Self::MethodEmpty => {
                Row::new("method", "method is empty: use a method name such as `GET` or `POST`")
            }
            Self::HostEmpty => Row::new(
                "host",
                "host is empty: give the API hostname of the application in the Duo Admin \
                     Panel, such as `api-xxxxxxxx.duosecurity.com`",
            ),
            Self::HostScheme => Row::new(
                "host",
                "host has a scheme: leave out `https://` and give only the API hostname, such \
                     as `api-xxxxxxxx.duosecurity.com`",
            ),
            Self::HostPath => Row::new(
                "host",
                "host has a path, query or fragment: give only the API hostname; the rest \
                 goes into path and params",
            ),
            Self::HostUserInfo => Row::new(
                "host",
                "host has user info before an `@`: give only the API hostname; the keys go \
                     into credentials",
            ),
            Self::HostWhiteSpace => {
                Row::new("host", "host has white space in it: remove it (copied with a newline?)")
            }
            Self::HostAddress => Row::new(
                "host",
                "host looks like an IP address that HTTP clients rewrite or refuse: \
                 write it like `127.0.0.1` or `[::1]`, or use a host name",
            ),
            Self::HostPort => Row::new(
                "host",
                "host has a colon that is not followed by a port number from 1 to 65535 \
                     without leading zeros: leave the port out",
            ),
            Self::HostDefaultPort => Row::new(
                "host",
                "host ends in `:443`: leave the port out, since no HTTPS client sends the \
                     default port in the Host header that Duo compares",
            ),
            Self::PathRelative => Row::new(
                "path",
                "path does not start with `/`: give the path of the endpoint without scheme \
                     and host, such as `/admin/v1/users`",
            ),
            Self::PathQuery('?') => Row::new(
                "path",
                "path has a `?`: put the query into params, and leave out any fragment; a `?` \
                     that belongs to the path is written `%3F`",
            ),
            Self::PathQuery(_) => Row::new(
                "path",
                "path has a `#`: put the query into params, and leave out any fragment; a `#` \
                     that belongs to the path is written `%23`",
            ),
            Self::PathDotSegment => Row::new(
                "path",
                "path has a `.` or `..` segment, which HTTP clients remove before they send \
                     it: give the path without such segments",
            ),
            Self::DateControlCharacter => {
                Row::new("date", "date has a control character: remove it (copied with a newline?)")
            }
            Self::DateRange => Row::new(
                "date",
                "date is invalid or outside the years 1900 to 9999: give a valid Date, \
                     milliseconds since 1970, or an RFC 2822 string",
            ),
            Self::IkeyEmpty => Row::new(
                "ikey",
                "ikey is empty: give the integration key of the application in the Duo Admin \
                     Panel",
            ),
            Self::IkeyColon => Row::new("ikey", "ikey has a colon: give the integration key alone"),
            Self::IkeyCharacter => Row::new(
                "ikey",
                "ikey has a control character or white space around it: remove it (copied \
                     with a newline?)",
            ),
            Self::SkeyEmpty => Row::new(
                "skey",
                "skey is empty: give the secret key of the application in the Duo Admin Panel",
            ),
            Self::SkeyOuterWhiteSpace => Row::new(
                "skey",
                "skey has white space around it: remove it (copied with a newline?)",
            ),
            Self::SkeyQuotes => {
                Row::new("skey", "skey has quotes around it: give the key itself, without quotes")
            }
            Self::SkeyControlCharacter => Row::new(
                "skey",
                "skey has a line break or another control character in it: copy the key again",
            ),
            Self::IkeyIsSkey => Row::new(
                "ikey",
                "ikey has 40 characters, like a secret key, which must not be sent: give the \
                     integration key (20 characters, the first two `DI`) as ikey, and the secret \
                     key as skey",
            ),
            Self::SkeyIsIkey => Row::new(
                "skey",
                "skey looks like an integration key (20 characters, the first two `DI`): give \
                     the secret key (40 characters) as skey",
            ),
            Self::SignatureVersion => {
                Row::new("signatureVersion", "signatureVersion is not 1, 2, 4 or 5: use 5")
            }
            Self::HeaderName => Row::new(
                "headers",
                "headers has a name that is empty or has characters that HTTP does not allow: \
                     use letters, digits and hyphens",
            ),
            Self::BodyNotCovered => Row::new(
                "body",
                "body cannot be signed: signature versions 1 and 2 cover the form body of \
                     POST, PUT and PATCH and no other; leave the body out, or use signature \
                     version 5",
            ),
            _ => return None,
        })
    }

    /// What is wrong with arguments, and with how they fit together.
    #[expect(clippy::too_many_lines, reason = "a row for each variant")]
    fn row_of_arguments(&self) -> Row<'_> {
        match self {
            Self::HeaderReserved(name) => Row::with(
                "headers",
                "header `",
                name,
                "` is set by signing or by the HTTP client: leave it out; the date is an \
                     argument, and the option dateHeader names the header it goes into",
            ),
            Self::ParamValue(at, found) => Row::with(
                root_field(at),
                "",
                [&visible(at), " is ", found].concat(),
                ", which a query or form cannot hold: use a string, an integer, a boolean or \
                     a list of these",
            ),
            Self::NestedTooDeeply(at) => Row::with(
                root_field(at),
                "",
                visible(at),
                " is nested too deeply, or contains itself: flatten it",
            ),
            Self::Type { at, expected, found } => Row::with(
                root_field(at),
                "",
                [&visible(at), " is ", found, ": it must be "].concat(),
                expected,
            ),
            Self::Unreadable(where_and_why) => {
                Row::with("text", "text cannot be read at ", &**where_and_why, "")
            }
            Self::UnknownOption(name) => Row::with(
                "options",
                "unknown option `",
                visible(name),
                "`: the options are signatureVersion, digest, headers, body, query and \
                     dateHeader",
            ),
            Self::BodyNotText => Row::new(
                "body",
                "body is not UTF-8 text, or has NUL characters in it, which commands and code \
                     cannot hold: send it from a program",
            ),
            Self::HeaderBackslash(name) => Row::with(
                "headers",
                "header `",
                name,
                "` has a backslash before `:`, `;`, `=` or `@`, which HTTPie removes: use \
                     another format, such as curl",
            ),
            Self::UrlRespelled => Row::new(
                "path",
                "path or query has percent-escapes that Requests and HTTPie rewrite, such as `%2f` \
                 or `%41`, so the signature would not match: sign it with upper-case hex, and \
                 letters and digits unescaped, or use another format, such as curl",
            ),
            Self::MethodHttpie => Row::new(
                "method",
                "method has characters other than letters, so HTTPie takes it for a URL: use \
                 another format, such as curl",
            ),
            Self::FormatName => Row::new(
                "format",
                "format is not one of curl, http, fetch, python, httpie and powershell: use \
                     one of these",
            ),
            Self::Disposed => Row::new("signer", "this signer is disposed: make a new one"),
            Self::DigestName => {
                Row::new("digest", "digest is neither `sha512` nor `sha1`: use `sha512`")
            }
            Self::DigestVersion => Row::new(
                "digest",
                "digest `sha1` does not exist for signature versions 4 and 5: use `sha512`",
            ),
            Self::DateHeader => Row::new(
                "dateHeader",
                "dateHeader is neither `Date` nor `X-Duo-Date`: use one of these, or leave it \
                     out",
            ),
            Self::HeaderContentType => Row::new(
                "headers",
                "header `content-type` must be `application/x-www-form-urlencoded` here: with \
                     signature versions 1 and 2 Duo reads the body of POST, PUT and PATCH as a \
                     form; leave the header out, or use signature version 5 for JSON",
            ),
            Self::ParamsAndBody => Row::new(
                "body",
                "body is given together with params, which would be the body too: put the \
                     parameters of the URL into the option query, or leave one of the two out",
            ),
            Self::ParamsAndQuery => Row::new(
                "query",
                "query is given together with params, which would be the query too: put all \
                     parameters into one of the two",
            ),
            Self::BodyNotForm => Row::new(
                "body",
                "body is JSON, which signature versions 1 and 2 do not cover: give the fields \
                     as params to send them as a form, or use signature version 5",
            ),
            Self::BodyNotObject => Row::new(
                "body",
                "body is not a JSON object: Duo takes an object, for example {\"name\":\"x\"}",
            ),
            // Those of parts.
            Self::MethodCharacter(_)
            | Self::HostCharacter(_)
            | Self::PathUnencoded(_)
            | Self::DateFormat(_)
            | Self::HeaderCharacter(_)
            | Self::HeaderWhiteSpace(_)
            | Self::HeaderDuplicate(_)
            | Self::MethodEmpty
            | Self::HostEmpty
            | Self::HostScheme
            | Self::HostPath
            | Self::HostUserInfo
            | Self::HostWhiteSpace
            | Self::HostAddress
            | Self::HostPort
            | Self::HostDefaultPort
            | Self::PathRelative
            | Self::PathQuery(_)
            | Self::PathDotSegment
            | Self::DateControlCharacter
            | Self::DateRange
            | Self::IkeyEmpty
            | Self::IkeyColon
            | Self::IkeyCharacter
            | Self::SkeyEmpty
            | Self::SkeyOuterWhiteSpace
            | Self::SkeyQuotes
            | Self::SkeyControlCharacter
            | Self::IkeyIsSkey
            | Self::SkeyIsIkey
            | Self::SignatureVersion
            | Self::HeaderName
            | Self::BodyNotCovered => Row::new("", ""),
        }
    }
}

/// What there is to say of a variant: the argument at fault, and a message of up to three pieces. These
/// are joined without the machinery of `format!`, a tenth of the WebAssembly module.
pub(crate) struct Row<'a> {
    field: &'static str,
    before: &'static str,
    met: Cow<'a, str>,
    after: &'static str,
}

impl<'a> Row<'a> {
    fn new(field: &'static str, message: &'static str) -> Self {
        Self { field, before: message, met: Cow::Borrowed(""), after: "" }
    }

    fn with(
        field: &'static str,
        before: &'static str,
        met: impl Into<Cow<'a, str>>,
        after: &'static str,
    ) -> Self {
        Self { field, before, met: met.into(), after }
    }

    pub(crate) fn message(&self) -> String {
        [self.before, &self.met, self.after].concat()
    }
}

/// The field that a place such as `params.mintime[2]` belongs to.
pub(crate) fn root_field(at: &str) -> &'static str {
    const FIELDS: [&str; 15] = [
        "method",
        "host",
        "path",
        "params",
        "date",
        "ikey",
        "skey",
        "signatureVersion",
        "digest",
        "headers",
        "body",
        "query",
        "dateHeader",
        "request",
        "text",
    ];
    let first = at.split(['.', '[']).next().unwrap_or_default();
    FIELDS.into_iter().find(|field| *field == first).unwrap_or("options")
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message())
    }
}

impl core::error::Error for Error {}

/// A name that the caller chose, with what could break a log line made visible.
fn visible(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for found in name.chars() {
        if found.is_control() {
            text.push('<');
            text.push_str(&shown(found));
            text.push('>');
        } else {
            text.push(found);
        }
    }
    text
}

/// A character as it is, or by its code point where it could not be seen.
fn shown(found: char) -> String {
    let mut text = String::new();
    if found.is_ascii_graphic() {
        text.extend(['`', found, '`']);
        return text;
    }
    text.push_str("U+");
    let length = if u32::from(found) > 0xFFFF { 6 } else { 4 };
    for place in (0..length).rev() {
        let digit = (u32::from(found) >> (4 * place)) & 15;
        text.extend(char::from_digit(digit, 16).map(|digit| digit.to_ascii_uppercase()));
    }
    text
}
