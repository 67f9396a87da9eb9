//! One plain HTTP request: what `parse` reads, `verify` and `diagnose` judge, and `render` writes.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use crate::request::{SignedRequest, is_form};
use crate::text::eq_ignore_case;

/// A request as it goes over the wire, or as a text describes it.
///
/// ```
/// let request = duo_sign::http::Request {
///     method: "GET".into(),
///     url: "https://api-x.duosecurity.com/admin/v1/users?limit=10".into(),
///     ..Default::default()
/// };
/// assert_eq!(request.host(), Some("api-x.duosecurity.com"));
/// assert_eq!((request.path(), request.query()), ("/admin/v1/users", "limit=10"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// The method, as it was written.
    pub method: String,
    /// The URL; its path and query alone where `Host` is among the headers.
    pub url: String,
    /// The headers in their order.
    pub headers: Vec<(String, String)>,
    /// The bytes of the body; empty without one.
    pub body: Vec<u8>,
}

impl From<&SignedRequest<'_>> for Request {
    fn from(signed: &SignedRequest<'_>) -> Self {
        let headers = signed.headers.iter();
        Self {
            method: signed.method.to_string(),
            url: signed.url.clone(),
            headers: headers.map(|(name, value)| (name.to_string(), value.to_string())).collect(),
            body: signed.body.as_deref().unwrap_or_default().to_vec(),
        }
    }
}

impl Request {
    /// The host that the request names, with its port: that of the `Host` header, else of the URL.
    #[must_use]
    pub fn host(&self) -> Option<&str> {
        let of_url = Some(self.authority()).filter(|host| !host.is_empty());
        self.header("host").next().or(of_url)
    }

    /// The path on the request line, byte for byte.
    #[must_use]
    pub fn path(&self) -> &str {
        let (_, path) = self.split();
        if path.is_empty() { "/" } else { path }
    }

    /// What stands after the `?` on the request line; empty without one.
    #[must_use]
    pub fn query(&self) -> &str {
        let url = self.without_fragment();
        url.split_once('?').map_or("", |(_, query)| query)
    }

    /// The values of a header, in any case, without the white space around them, which does not belong
    /// to them (RFC 9110 section 5.5).
    pub fn header(&self, name: &str) -> impl Iterator<Item = &str> {
        let values = self.headers.iter().filter(move |(found, _)| eq_ignore_case(found, name));
        values.map(|(_, value)| value.trim())
    }

    /// Whether the body is sent as a form.
    pub(crate) fn is_form(&self) -> bool {
        self.header("content-type").next().is_some_and(is_form)
    }

    pub(crate) fn authority(&self) -> &str {
        self.split().0
    }

    fn without_fragment(&self) -> &str {
        self.url.split_once('#').map_or(&*self.url, |(url, _)| url)
    }

    /// The authority, empty without one, and the path.
    fn split(&self) -> (&str, &str) {
        let url = self.without_fragment();
        let url = url.split_once('?').map_or(url, |(url, _)| url);
        let split = |rest: &'_ str| rest.find('/').unwrap_or(rest.len());
        match url.split_once("://") {
            // A path may have it too.
            Some((_, rest)) if !url.starts_with('/') => rest.split_at(split(rest)),
            // A URL whose scheme was left out.
            _ if !url.starts_with('/') && url.contains('.') => url.split_at(split(url)),
            _ => ("", url),
        }
    }
}
