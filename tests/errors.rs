//! What bad input gets: the code, the field and the message, for every error there is.

#![cfg(not(target_family = "wasm"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::std_instead_of_core,
    clippy::too_many_lines,
    reason = "a panic is how a test fails"
)]

use duo_sign::{
    Body, Credentials, Date, DateHeader, Digest, Error, Number, Request, SignatureVersion, Signer,
    Value,
};

const HOST: &str = "api-xxxxxxxx.duosecurity.com";
const DATE: &str = "Tue, 21 Aug 2012 17:29:18 -0000";

#[track_caller]
fn refused(change: impl FnOnce(&mut Request<'static>), code: &str, field: &str, message: &str) {
    let mut request = Request::new("GET", HOST, "/admin/v1/users", DATE);
    change(&mut request);
    let error = request.canonicalize().unwrap_err();
    assert_eq!((error.code(), error.field()), (code, field), "{error}");
    assert!(error.to_string().contains(message), "{error}");
    let signer = Signer::new(&Credentials::new("DIX", "secret").unwrap());
    assert_eq!(signer.sign(&request).unwrap_err(), error);
}

#[test]
fn method() {
    for (method, message) in [
        ("", "method is empty"),
        ("GE T", "the character U+0020"),
        ("GET\n", "the character U+000A"),
        ("GET/", "the character `/`"),
        ("GÉT", "the character U+00C9"),
    ] {
        refused(|it| it.method = method, "ERR_DUO_INVALID_METHOD", "method", message);
    }
}

#[test]
fn host() {
    for (host, message) in [
        ("", "host is empty"),
        (":8443", "host is empty"),
        ("https://api-x.duosecurity.com", "leave out `https://`"),
        ("api-x.duosecurity.com/admin", "path, query or fragment:"),
        ("api-x.duosecurity.com?a=1", "path, query or fragment:"),
        ("user:pass@api-x.duosecurity.com", "user info before an `@`"),
        ("api-x.duosecurity.com ", "white space"),
        ("api-x .duosecurity.com", "white space"),
        ("api-x.duosecurity.com\n", "white space"),
        ("api-x,duosecurity.com", "the character `,`"),
        ("bücher.example", "the character U+00FC"),
        ("api-x.duosecurity.com\0", "the character U+0000"),
        ("api-x.duosecurity.com:443", "leave the port out"),
        ("api-x.duosecurity.com:", "not followed by a port number"),
        ("api-x.duosecurity.com:0", "not followed by a port number"),
        ("api-x.duosecurity.com:08443", "not followed by a port number"),
        ("api-x.duosecurity.com:65536", "not followed by a port number"),
        ("::1", "host is empty"),
        ("[::1]x", "not followed by a port number"),
        ("[", "the character `[`"),
        ("127.1", "looks like an IP address"),
        ("127.0.0.01", "looks like an IP address"),
        ("256.1.1.1", "looks like an IP address"),
        ("2130706433", "looks like an IP address"),
        ("0x7f.1", "looks like an IP address"),
        ("foo.0x1", "looks like an IP address"),
        ("foo.0", "looks like an IP address"),
        ("[2001:db8::1]", "looks like an IP address"),
        ("[0:0::1]", "looks like an IP address"),
        ("[::ffff:1.2.3.4]:80", "looks like an IP address"),
        ("[1.2.3.4]", "looks like an IP address"),
    ] {
        refused(|it| it.host = host, "ERR_DUO_INVALID_HOST", "host", message);
    }
    for host in [
        "localhost",
        "x1",
        "a.b1",
        "127.0.0.1:8443",
        "[::1]:8443",
        "[::1]",
        "API-X.duosecurity.com",
    ] {
        assert!(Request::new("GET", host, "/", DATE).canonicalize().is_ok(), "{host}");
    }
}

#[test]
fn path() {
    for (path, message) in [
        ("", "does not start with `/`"),
        ("admin/v1/users", "does not start with `/`"),
        ("https://api-x.duosecurity.com/admin/v1/users", "does not start with `/`"),
        ("/admin/v1/users?limit=1", "put the query into params"),
        ("/admin/v1/users#top", "%23"),
        ("/admin/v1/users/a b", "use `/admin/v1/users/a%20b`"),
        ("/admin/v1/users/é%2f", "use `/admin/v1/users/%C3%A9%2f`"),
        ("/admin/v1/100%", "use `/admin/v1/100%25`"),
        ("/admin/v1/%2z0%4", "use `/admin/v1/%252z0%254`"),
        ("/admin/v1/%zz%41", "use `/admin/v1/%25zz%41`"),
        ("/admin/v1/[x]{y}|^`\\\"<>", "use `/admin/v1/%5Bx%5D%7By%7D%7C%5E%60%5C%22%3C%3E`"),
        ("/admin/v1/\n\u{7f}", "use `/admin/v1/%0A%7F`"),
        ("/admin/../v1", "`..` segment"),
        ("/admin/%2E./v1", "`..` segment"),
        ("/admin/v1/.", "`..` segment"),
    ] {
        refused(|it| it.path = path, "ERR_DUO_INVALID_PATH", "path", message);
    }
    for path in ["/", "//x", "/a%20b/...", "/!$&'()*+,;=:@-._~/A%2fb"] {
        let signed = Request::new("GET", HOST, path, DATE).canonicalize().unwrap();
        assert_eq!(signed.lines().nth(3), Some(path));
    }
}

#[test]
fn date() {
    for (date, message) in [
        (Date::from("2012-08-21T17:29:18Z"), "use English names and a numeric offset"),
        (Date::from(""), "it is not day, month, year, time and zone"),
        (Date::from("Tue, 21 Aug 2012 17:29:18 -0000\n"), "control character"),
        (Date::from(i64::MAX), "outside the years 1900 to 9999"),
    ] {
        refused(|it| it.date = date, "ERR_DUO_INVALID_DATE", "date", message);
    }
}

#[test]
fn params() {
    let float = Number::float("1.5").unwrap();
    for (value, message) in [
        (Value::Null, "params.k is null"),
        (Value::from(float), "params.k is a number that is not a safe integer"),
        (Value::Object(vec![]), "params.k is an object"),
        (Value::List(vec![1.into(), Value::Null]), "params.k[1] is null"),
        (Value::List(vec![Value::List(vec![])]), "params.k[0] is a list"),
    ] {
        let add = |it: &mut Request<'static>| it.params.push(("k".into(), value.clone()));
        refused(add, "ERR_DUO_INVALID_PARAMS", "params", message);
        let form = |it: &mut Request<'static>| {
            (it.method, it.signature_version) = ("POST", SignatureVersion::V2);
            add(it);
        };
        refused(form, "ERR_DUO_INVALID_PARAMS", "params", message);
    }
    let in_query = |it: &mut Request<'static>| it.query.push(("k".into(), Value::Null));
    refused(in_query, "ERR_DUO_INVALID_QUERY", "query", "query.k is null");
    let both = |it: &mut Request<'static>| {
        it.query.push(("k".into(), 1.into()));
        it.params.push(("k".into(), 1.into()));
    };
    refused(both, "ERR_DUO_INVALID_QUERY", "query", "together with params");
}

#[test]
fn body() {
    fn raw(request: &mut Request<'static>, method: &'static str, version: SignatureVersion) {
        request.method = method;
        request.signature_version = version;
        request.body = Some(Body::Raw(b"a=1".into()));
    }
    let code = "ERR_DUO_INVALID_BODY";
    for method in ["GET", "DELETE"] {
        for version in [SignatureVersion::V1, SignatureVersion::V2] {
            refused(|it| raw(it, method, version), code, "body", "cannot be signed");
        }
    }
    let json = |it: &mut Request<'static>| {
        raw(it, "POST", SignatureVersion::V2);
        it.body = Some(Body::Json(vec![]));
    };
    refused(json, code, "body", "is JSON");
    let with_params = |it: &mut Request<'static>| {
        raw(it, "put", SignatureVersion::V5);
        it.params.push(("k".into(), 1.into()));
    };
    refused(with_params, code, "body", "into the option query");
    let deep = |it: &mut Request<'static>| {
        let value = (0..200).fold(Value::Null, |value, _| Value::List(vec![value]));
        it.method = "POST";
        it.body = Some(Body::Json(vec![("k".into(), value)]));
    };
    refused(deep, code, "body", "nested too deeply");
    let mut on_get = Request::new("GET", HOST, "/", DATE);
    raw(&mut on_get, "GET", SignatureVersion::V5);
    assert!(on_get.canonicalize().is_ok());
    raw(&mut on_get, "GET", SignatureVersion::V2);
    on_get.body = Some(Body::Raw(b"".into()));
    assert!(on_get.canonicalize().is_ok());
}

#[test]
fn headers() {
    let code = "ERR_DUO_INVALID_HEADER";
    for (name, value, message) in [
        ("", "x", "a name that is empty"),
        ("x duo", "x", "characters that HTTP does not allow"),
        ("x-duo-a\n", "x", "characters that HTTP does not allow"),
        ("X-Duo-A", "a\rb", "header `x-duo-a` has a control character"),
        ("X-Duo-A", "a\nb", "header `x-duo-a` has a control character"),
        ("X-Duo-A", "a\0b", "header `x-duo-a` has a control character"),
        ("X-Duo-A", "é", "header `x-duo-a` has a control character or one outside ASCII"),
        ("X-Duo-A", " a", "white space around its value"),
        ("X-Duo-B", "a", "header `x-duo-b` is duplicated"),
        ("authorization", "x", "header `authorization` is set by signing or by the HTTP client"),
        ("DATE", "x", "header `date` is set by signing"),
        ("x-duo-date", "x", "header `x-duo-date` is set by signing"),
        ("Host", "x", "header `host` is set by signing"),
    ] {
        let add = |it: &mut Request<'static>| {
            it.headers.push(("x-DUO-b".into(), "b".into()));
            it.headers.push((name.into(), value.into()));
        };
        refused(add, code, "headers", message);
    }
    let twice = |it: &mut Request<'static>| {
        for name in ["x-c", "x-a", "x-d", "X-C", "x-b", "X-A"] {
            it.headers.push((name.into(), "1".into()));
        }
    };
    refused(twice, code, "headers", "header `x-a` is duplicated");
    let form = |it: &mut Request<'static>| {
        (it.method, it.signature_version) = ("POST", SignatureVersion::V2);
        it.headers.push(("content-type".into(), "application/json".into()));
    };
    refused(form, code, "headers", "must be `application/x-www-form-urlencoded`");
}

/// RFC 9110 section 5.5, and the types of the bodies that Duo's clients send.
#[test]
fn headers_that_are_sent() {
    let form = "application/x-www-form-urlencoded";
    let own = "Application/X-WWW-Form-Urlencoded ; charset=UTF-8";
    for (method, version, given, sent) in [
        ("POST", SignatureVersion::V2, None, Some(form)),
        ("POST", SignatureVersion::V2, Some(own), Some(own)),
        ("PUT", SignatureVersion::V5, None, Some("application/json")),
        ("PUT", SignatureVersion::V5, Some("text/plain"), Some("text/plain")),
        ("GET", SignatureVersion::V5, None, None),
        ("GET", SignatureVersion::V2, None, None),
        ("GET", SignatureVersion::V2, Some("text/plain"), Some("text/plain")),
    ] {
        let mut request = Request::new(method, HOST, "/", DATE);
        request.signature_version = version;
        request.headers.push(("X-Duo-A".into(), "a\t ~".into()));
        request.headers.extend(given.map(|it| ("content-type".into(), it.into())));
        let signer = Signer::new(&Credentials::new("DIX", "secret").unwrap());
        let signed = signer.sign(&request).unwrap();
        let of = |wanted: &str| {
            let headers = signed.headers.iter();
            let headers = headers.filter(|(name, _)| name.eq_ignore_ascii_case(wanted));
            headers.map(|(_, value)| &**value).collect::<Vec<_>>()
        };
        assert_eq!(of("Content-Type"), Vec::from_iter(sent), "{method} {version} {given:?}");
        assert_eq!(of("x-duo-a"), ["a\t ~"]);
    }
}

#[test]
fn options() {
    #[cfg(feature = "sha1")]
    for version in [SignatureVersion::V4, SignatureVersion::V5] {
        let sha1 = |it: &mut Request<'static>| {
            (it.signature_version, it.digest) = (version, Digest::Sha1);
        };
        refused(sha1, "ERR_DUO_INVALID_DIGEST", "digest", "use `sha512`");
    }
    for number in [0, 3, 6, u8::MAX] {
        assert_eq!(SignatureVersion::from_number(number), None);
    }
    for number in [1, 2, 4, 5] {
        let version = SignatureVersion::from_number(number).unwrap();
        assert_eq!(version.to_string(), number.to_string());
        assert_eq!(number.to_string().parse(), Ok(version));
    }
    for text in ["", "3", "05", "+5", "5 "] {
        assert_eq!(text.parse::<SignatureVersion>(), Err(Error::SignatureVersion), "{text:?}");
    }
    let names: &[&str] = if cfg!(feature = "sha1") { &["sha512", "sha1"] } else { &["sha512"] };
    for name in names {
        assert_eq!(name.parse::<Digest>().unwrap().to_string(), *name);
    }
    for name in ["Date", "X-Duo-Date"] {
        assert_eq!(name.parse::<DateHeader>().unwrap().to_string(), name);
    }
    assert_eq!("md5".parse::<Digest>(), Err(Error::DigestName));
    assert_eq!("Expires".parse::<DateHeader>(), Err(Error::DateHeader));
    assert_eq!(Digest::from_name("sha256"), None);
    assert_eq!(DateHeader::from_name("x-duo-DATE"), Some(DateHeader::XDuoDate));
    assert_eq!(DateHeader::from_name("X-Date"), None);
}

/// A message says what was wrong and, behind a colon, what to do; the code follows the field.
#[test]
fn every_message_has_a_fix() {
    let place = || String::from("params.k");
    let (_, variants) = include_str!("../src/error.rs").split_once("pub enum Error {\n").unwrap();
    let (variants, _) = variants.split_once("\n}\n").unwrap();
    let name = |text: &str| text.split(|c: char| !c.is_alphanumeric()).next().unwrap().to_owned();
    let mut untested: Vec<_> = variants
        .lines()
        .filter_map(|line| line.strip_prefix("    "))
        .filter(|line| line.starts_with(|c: char| c.is_ascii_uppercase()))
        .map(name)
        .collect();
    for error in [
        Error::MethodEmpty,
        Error::MethodCharacter('\n'),
        Error::HostEmpty,
        Error::HostScheme,
        Error::HostPath,
        Error::HostUserInfo,
        Error::HostWhiteSpace,
        Error::HostCharacter('é'),
        Error::HostAddress,
        Error::HostPort,
        Error::HostDefaultPort,
        Error::PathRelative,
        Error::PathQuery('?'),
        Error::PathUnencoded("/a%20b".into()),
        Error::PathDotSegment,
        Error::DateControlCharacter,
        Error::DateFormat("reason"),
        Error::DateRange,
        Error::IkeyEmpty,
        Error::IkeyColon,
        Error::IkeyCharacter,
        Error::SkeyEmpty,
        Error::SkeyOuterWhiteSpace,
        Error::SkeyQuotes,
        Error::SkeyControlCharacter,
        Error::IkeyIsSkey,
        Error::SkeyIsIkey,
        Error::SignatureVersion,
        Error::DigestName,
        Error::DigestVersion,
        Error::DateHeader,
        Error::HeaderName,
        Error::HeaderCharacter("x-duo-a".into()),
        Error::HeaderWhiteSpace("x-duo-a".into()),
        Error::HeaderDuplicate("x-duo-a".into()),
        Error::HeaderReserved("date".into()),
        Error::HeaderContentType,
        Error::ParamValue(place(), "null"),
        Error::ParamsAndBody,
        Error::ParamsAndQuery,
        Error::BodyNotCovered,
        Error::BodyNotForm,
        Error::BodyNotObject,
        Error::NestedTooDeeply("body".into()),
        Error::Type { at: place(), expected: "a string", found: "null".into() },
        Error::UnknownOption("x".into()),
        Error::Unreadable("line 1, character 1: this is not a request".into()),
        Error::BodyNotText,
        Error::HeaderBackslash("x-duo-a".into()),
        Error::UrlRespelled,
        Error::MethodHttpie,
        Error::FormatName,
        Error::Disposed,
    ] {
        let message = error.to_string();
        assert!(error.code().starts_with("ERR_DUO_"), "{error:?}");
        assert!(message.contains(' ') && message.contains(&[':', ','][..]), "{message}");
        assert!(!message.ends_with('.') && !message.contains('\n'), "{message}");
        let first = message.chars().next().unwrap();
        assert!(first.is_ascii_lowercase(), "{message}");
        untested.retain(|it| *it != name(&format!("{error:?}")));
    }
    assert!(untested.is_empty(), "{untested:?}");
}

#[test]
fn values_cross_threads() {
    fn check<T: Send + Sync + Unpin + std::panic::UnwindSafe + 'static>() {}
    check::<Credentials>();
    check::<Error>();
    check::<Request<'static>>();
    check::<Signer>();
}
