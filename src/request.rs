//! A request as the caller describes it, checked, and laid out as it goes onto the wire.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use crate::canonical::{self, Line, Message, SignatureVersion};
use crate::error::Error;
use crate::json::{self, Fields, Value};
use crate::params::Params;
use crate::text::eq_ignore_case;
use crate::{check, date};

/// Header names and values, in the order they are sent.
pub type Headers<'a> = Vec<(Cow<'a, str>, Cow<'a, str>)>;

/// A request to be signed.
///
/// What is signed and what is sent come out of one value, so that they cannot differ: give the
/// parts here, and send what [`Signer::sign`](crate::Signer::sign) returns.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// The HTTP method, in any case.
    pub method: &'a str,
    /// The API hostname, such as `api-xxxxxxxx.duosecurity.com`, in any case, with a port if it
    /// is not 443.
    pub host: &'a str,
    /// The path of the endpoint, percent-encoded, without the query.
    pub path: &'a str,
    /// When the request is made.
    pub date: Date<'a>,
    /// The parameters. They go into the JSON body (versions 4 and 5) or the form body (versions 1
    /// and 2) of POST, PUT and PATCH, and into the query of every other method.
    pub params: Fields<'a>,
    /// The query of a request whose [`params`](Self::params) are the body, or that has none.
    pub query: Fields<'a>,
    /// The body of a request whose [`params`](Self::params) are not.
    pub body: Option<Body<'a>>,
    /// Other headers to send. Version 5 signs those whose names start with `x-duo-`.
    pub headers: Headers<'a>,
    /// The signature version: 5 unless the endpoint needs an older one.
    pub signature_version: SignatureVersion,
    /// The hash function of the HMAC.
    pub digest: Digest,
    /// The header that carries the date.
    pub date_header: DateHeader,
}

impl<'a> Request<'a> {
    /// A request without parameters, to be signed with version 5, HMAC-SHA-512 and `Date`.
    pub fn new(method: &'a str, host: &'a str, path: &'a str, date: impl Into<Date<'a>>) -> Self {
        Self {
            method,
            host,
            path,
            date: date.into(),
            params: Vec::new(),
            query: Vec::new(),
            body: None,
            headers: Vec::new(),
            signature_version: SignatureVersion::default(),
            digest: Digest::default(),
            date_header: DateHeader::default(),
        }
    }

    /// Adds one parameter.
    #[must_use]
    pub fn param(mut self, name: impl Into<Cow<'a, str>>, value: impl Into<Value<'a>>) -> Self {
        self.params.push((name.into(), value.into()));
        self
    }
}

/// When a request is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Date<'a> {
    /// An RFC 2822 date, signed and sent unchanged.
    Text(Cow<'a, str>),
    /// Seconds since 1970, written by [`date::format`].
    UnixTime(i64),
}

impl<'a> From<&'a str> for Date<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<i64> for Date<'_> {
    fn from(unix_time: i64) -> Self {
        Self::UnixTime(unix_time)
    }
}

/// A body given apart from the parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body<'a> {
    /// Bytes that are signed and sent unchanged.
    Raw(Cow<'a, [u8]>),
    /// A JSON object, written by [`json::write`].
    Json(Fields<'a>),
}

/// The hash function of the HMAC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Digest {
    /// HMAC-SHA-512, for every signature version.
    #[default]
    Sha512,
    /// HMAC-SHA-1, for signature versions 1 and 2 only.
    #[cfg(feature = "sha1")]
    Sha1,
}

impl Digest {
    /// The digest of this name; `None` unless it is `sha512` or `sha1`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "sha512" => Some(Self::Sha512),
            #[cfg(feature = "sha1")]
            "sha1" => Some(Self::Sha1),
            _ => None,
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sha512 => "sha512",
            #[cfg(feature = "sha1")]
            Self::Sha1 => "sha1",
        }
    }
}

/// The header that carries the date.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DateHeader {
    /// `Date`, as Duo's Python client sends it.
    #[default]
    Date,
    /// `X-Duo-Date`, as `duo_hmac` sends it, for places that do not let `Date` be set. Version 5
    /// covers it in the hash of the `x-duo-` headers too.
    XDuoDate,
}

impl DateHeader {
    /// The header of this name, in any case; `None` unless it is `Date` or `X-Duo-Date`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Date, Self::XDuoDate].into_iter().find(|it| it.name().eq_ignore_ascii_case(name))
    }

    /// The name as it is sent.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Date => "Date",
            Self::XDuoDate => "X-Duo-Date",
        }
    }
}

/// A finished request: send it as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SignedRequest<'a> {
    /// The method, in upper case.
    pub method: Cow<'a, str>,
    /// The URL with its query.
    pub url: String,
    /// All headers to send: the date, `Authorization`, `Content-Type` when there is a body, and
    /// those of the request.
    pub headers: Headers<'a>,
    /// The body, if there is one: borrowed when it is the one that was given.
    pub body: Option<Cow<'a, [u8]>>,
    /// The canonical string that was signed.
    pub canonical: String,
}

/// The form content type, which Duo needs to find the parameters in a body.
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";

/// A checked request, laid out as its receiver will see it.
pub(crate) struct Wire<'a> {
    pub(crate) method: &'a str,
    pub(crate) host: &'a str,
    pub(crate) path: &'a str,
    pub(crate) date: Cow<'a, str>,
    /// The query as it goes into the URL.
    pub(crate) query: String,
    /// The params line of the canonical string, where it is not the query.
    params: Option<String>,
    pub(crate) body: Option<Cow<'a, [u8]>>,
    /// The headers to send, except `Authorization`.
    pub(crate) headers: Headers<'a>,
    version: SignatureVersion,
}

impl Wire<'_> {
    fn message(&self) -> Message<'_> {
        let x_duo_headers = self
            .headers
            .iter()
            .filter(|(name, _)| canonical::is_x_duo(name))
            .map(|(name, value)| (&**name, &**value))
            .collect();
        Message {
            date: &self.date,
            method: self.method,
            host: self.host,
            path: self.path,
            params: self.params.as_ref().unwrap_or(&self.query),
            body: self.body.as_deref().unwrap_or_default(),
            x_duo_headers,
        }
    }

    pub(crate) fn canonicalize(&self) -> String {
        canonical::canonicalize(self.version, &self.message())
    }
}

impl Request<'_> {
    /// The canonical string line by line, with labels.
    ///
    /// # Errors
    ///
    /// Those of [`Signer::sign`](crate::Signer::sign), since a request that cannot be sent cannot
    /// be explained.
    pub fn explain(&self) -> Result<Vec<Line>, Error> {
        let wire = self.wire()?;
        Ok(canonical::explain(wire.version, &wire.message()))
    }

    /// The canonical string: the lines of [`explain`](Self::explain), joined by LF.
    ///
    /// # Errors
    ///
    /// Those of [`Signer::sign`](crate::Signer::sign).
    pub fn canonicalize(&self) -> Result<String, Error> {
        Ok(self.wire()?.canonicalize())
    }

    /// Checks every part, and decides where the parameters go.
    pub(crate) fn wire(&self) -> Result<Wire<'_>, Error> {
        check::method(self.method)?;
        check::host(self.host)?;
        check::path(self.path)?;
        let version = self.signature_version;
        if version.hashes_body() && self.digest != Digest::Sha512 {
            return Err(Error::DigestVersion);
        }
        let date = match &self.date {
            Date::Text(text) => {
                date::parse(text)?;
                Cow::Borrowed(&**text)
            }
            Date::UnixTime(seconds) => Cow::Owned(date::format(*seconds)?),
        };
        let takes_body = takes_params_in_body(self.method);

        let mut query = Params::default();
        if !takes_body {
            if !self.params.is_empty() && !self.query.is_empty() {
                return Err(Error::ParamsAndQuery);
            }
            query.extend(&self.params, "params")?;
        }
        query.extend(&self.query, "query")?;

        // What versions 1 and 2 sign of the body.
        let mut form = None;
        if takes_body && !self.params.is_empty() && self.body.is_some() {
            return Err(Error::ParamsAndBody);
        }
        let body = match &self.body {
            // No body is the same as an empty one, but `fetch` refuses the latter on GET.
            Some(Body::Raw(bytes)) if bytes.is_empty() && !takes_body => None,
            Some(_) if !version.hashes_body() && !takes_body => return Err(Error::BodyNotCovered),
            Some(Body::Json(_)) if !version.hashes_body() => return Err(Error::BodyNotForm),
            Some(Body::Json(fields)) => Some(json_bytes(fields)?),
            Some(Body::Raw(bytes)) => {
                form = (!version.hashes_body()).then_some(Cow::Borrowed(&**bytes));
                Some(Cow::Borrowed(&**bytes))
            }
            None if !takes_body => None,
            None if version.hashes_body() => Some(json_bytes(&self.params)?),
            None => {
                let mut params = Params::default();
                params.extend(&self.params, "params")?;
                let text: Cow<'_, [u8]> = Cow::Owned(params.canonical().into_bytes());
                form = Some(text.clone());
                Some(text)
            }
        };
        let params = form.filter(|form| !form.is_empty()).map(|form| {
            let mut both = query.clone();
            both.extend_encoded(&form);
            both.canonical()
        });

        Ok(Wire {
            headers: self.wire_headers(&date, body.is_some())?,
            method: self.method,
            host: self.host,
            path: self.path,
            date,
            query: query.canonical(),
            params,
            body,
            version,
        })
    }

    fn wire_headers<'w>(
        &'w self,
        date: &Cow<'w, str>,
        has_body: bool,
    ) -> Result<Headers<'w>, Error> {
        // With room for Authorization.
        let mut headers = Headers::with_capacity(self.headers.len() + 3);
        headers.push((self.date_header.name().into(), date.clone()));
        let form = has_body && !self.signature_version.hashes_body();
        let content_type =
            self.headers.iter().find(|(name, _)| eq_ignore_case(name, "content-type"));
        match content_type {
            Some((_, value)) if form && !is_form(value) => return Err(Error::HeaderContentType),
            None if form => headers.push(("Content-Type".into(), FORM.into())),
            None if has_body => headers.push(("Content-Type".into(), "application/json".into())),
            _ => {}
        }
        for (name, value) in &self.headers {
            check::header(name, value)?;
            // The date argument replaces the caller's X-Duo-Date, as it does in duo_hmac.
            if eq_ignore_case(name, "x-duo-date") && self.date_header == DateHeader::XDuoDate {
                continue;
            }
            let is = |it: &&str| eq_ignore_case(name, it);
            if ["date", "x-duo-date", "authorization", "host"].iter().any(is) {
                return Err(Error::HeaderReserved(name.to_ascii_lowercase()));
            }
            headers.push((Cow::Borrowed(&**name), Cow::Borrowed(&**value)));
        }
        match check::duplicate(self.headers.iter().map(|(name, _)| &**name)) {
            Some(name) => Err(Error::HeaderDuplicate(name)),
            None => Ok(headers),
        }
    }
}

/// Whether the parameters of this method, in any case, are its body.
pub(crate) fn takes_params_in_body(method: &str) -> bool {
    ["post", "put", "patch"].iter().any(|it| eq_ignore_case(method, it))
}

fn json_bytes(fields: &Fields<'_>) -> Result<Cow<'static, [u8]>, Error> {
    Ok(Cow::Owned(json::write(fields)?.into_bytes()))
}

pub(crate) fn is_form(content_type: &str) -> bool {
    eq_ignore_case(content_type.split(';').next().unwrap_or_default().trim(), FORM)
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Digest {
    type Err = Error;

    /// Reads the name.
    ///
    /// ```
    /// use duo_sign::{Digest, Error};
    ///
    /// assert_eq!("sha512".parse(), Ok(Digest::Sha512));
    /// assert_eq!(Digest::Sha512.to_string(), "sha512");
    /// assert_eq!("md5".parse::<Digest>(), Err(Error::DigestName));
    /// ```
    fn from_str(name: &str) -> Result<Self, Error> {
        Self::from_name(name).ok_or(Error::DigestName)
    }
}

impl fmt::Display for DateHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for DateHeader {
    type Err = Error;

    /// Reads the name.
    ///
    /// ```
    /// use duo_sign::{DateHeader, Error};
    ///
    /// assert_eq!("X-Duo-Date".parse(), Ok(DateHeader::XDuoDate));
    /// assert_eq!(DateHeader::XDuoDate.to_string(), "X-Duo-Date");
    /// assert_eq!("Expires".parse::<DateHeader>(), Err(Error::DateHeader));
    /// ```
    fn from_str(name: &str) -> Result<Self, Error> {
        Self::from_name(name).ok_or(Error::DateHeader)
    }
}
