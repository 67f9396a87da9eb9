//! Texts that people paste, and the requests that the programs in them really send.

#![cfg(all(not(target_family = "wasm"), feature = "diagnose"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::std_instead_of_core,
    reason = "a panic is how a test fails"
)]

use std::collections::BTreeMap;

use duo_sign::http::Request;
use duo_sign::parse::parse;
use duo_sign::render::{Format, render};
use duo_sign::verify::{Refusal, Verified, verify};
use duo_sign::{Credentials, Error};
use serde_json::Value as Json;

fn vectors(text: &str) -> Vec<Json> {
    serde_json::from_str(text).unwrap()
}

/// A URL without what does not matter to Duo: the scheme, the case of the host, its usual port.
fn plain(parsed_url: &str, host: Option<&str>) -> String {
    let url = match host {
        Some(host) if parsed_url.starts_with('/') => format!("https://{host}{parsed_url}"),
        _ => parsed_url.replacen("http://", "https://", 1),
    };
    let url = url.split('#').next().unwrap();
    let rest = url.strip_prefix("https://").unwrap_or(url);
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (host, behind) = rest.split_at(end);
    let slash = if behind.starts_with('/') { "" } else { "/" };
    let host = host.to_lowercase();
    format!("https://{}{slash}{behind}", host.strip_suffix(":443").unwrap_or(&host))
}

/// The values of a header.
fn values<'a>(parsed: &'a Request, name: &str) -> Vec<&'a str> {
    parsed.header(name).collect()
}

/// What of a request is another than it should be.
fn difference(parsed: &Request, expected: &Json) -> Option<String> {
    for (name, wanted) in expected.as_object().unwrap() {
        let wrong = match name.as_str() {
            "method" => !parsed.method.eq_ignore_ascii_case(wanted.as_str().unwrap()),
            "url" => {
                let host = values(parsed, "host").first().copied();
                plain(&parsed.url, host) != plain(wanted.as_str().unwrap(), host)
            }
            "headers" => wanted.as_array().unwrap().iter().any(|header| {
                let (name, value) = (header[0].as_str().unwrap(), header[1].as_str().unwrap());
                let found = values(parsed, name);
                // What a program calls itself is not always read.
                let is_left_out = found.is_empty() && name.eq_ignore_ascii_case("user-agent");
                !is_left_out && !found.contains(&value)
            }),
            "body" => parsed.body != wanted.as_str().unwrap_or_default().as_bytes(),
            header => values(parsed, header) != [wanted.as_str().unwrap()],
        };
        if wrong {
            return Some(format!("{name} should be {wanted}, not as in {parsed:?}"));
        }
    }
    None
}

#[test]
fn pastes_are_read_or_refused_as_they_should_be() {
    for case in vectors(include_str!("vectors/pastes.json")) {
        let read = parse(case["input"].as_str().unwrap());
        let expected = &case["expected"];
        match read {
            Err(_) => assert_eq!(expected, "refused", "{}", case["id"]),
            Ok(_) if expected == "refused" => panic!("{} is read", case["id"]),
            Ok(parsed) => assert_eq!(difference(&parsed, expected), None, "{}", case["id"]),
        }
    }
}

/// Most are read; none is read as another request than the program sends.
#[test]
fn programs_are_read_as_they_send() {
    let mut refused = BTreeMap::new();
    let mut read = 0;
    for case in vectors(include_str!("vectors/programs.json")) {
        let expected = case["expected"].as_array().unwrap();
        match parse(case["input"].as_str().unwrap()) {
            Ok(parsed) => {
                let found: Vec<_> = expected.iter().map(|it| difference(&parsed, it)).collect();
                assert!(found.contains(&None), "{}: {found:?}, {parsed:?}", case["id"]);
                read += 1;
            }
            Err(error) if case["refused"] != true => {
                refused.insert(case["id"].to_string(), error.to_string());
            }
            Err(_) => {}
        }
    }
    assert!(read > 435 && refused.len() <= 28, "{read} are read, refused are {refused:#?}");
}

#[test]
fn nothing_after_a_delimiter_is_left_out() {
    let head = "POST https://api-x.duosecurity.com/a HTTP/1.1\nContent-Type: text/plain\n";
    let read = |rest: &str| parse(&[head, rest].concat()).map(|it| it.body);
    let refused = |rest: &str| {
        let error = read(rest).expect_err(rest);
        assert!(error.to_string().contains("Content-Length"), "{rest}: {error}");
    };
    // By its length, a body is what was sent.
    for body in ["a\n### b", "###\nGET /b HTTP/1.1", "a\n> {% b %}\nc", "@a=1\n@a=2", "{{a}}"] {
        let rest = format!("Content-Length: {}\n\n{body}", body.len());
        assert_eq!(read(&rest), Ok(body.into()));
        assert_eq!(read(&[&*rest, "\n"].concat()), Ok(body.into()));
    }
    // Without it, as editors read it, unless something would be left out.
    assert_eq!(read("\na\n\n###\n"), Ok(b"a".into()));
    assert_eq!(read("\na\n### b\n# c\nGET https://d.example/e\n"), Ok(b"a".into()));
    assert_eq!(read("\n\n### b\n"), Ok(b"".into()));
    assert_eq!(read("\na\n\n> {% b\n c %}\n\n###\n< {%\n d\n%}\nGET /e\n"), Ok(b"a".into()));
    refused("\na\n### b\n");
    refused("\na\n###\nb\n");
    refused("\na\n###\n# b\n");
    refused("\na\n###\n@b=c\n");
    refused("\na\n> {% b %}\nc\n");
    refused("Content-Length: 9\n\na\n###\nGET /b\n");
}

fn body(text: &str) -> String {
    let found = parse(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    String::from_utf8(found.body).unwrap()
}

#[test]
fn what_all_continued_lines_start_with_is_a_prompt() {
    let url = "https://api-x.duosecurity.com/x";
    // As a terminal shows it.
    assert_eq!(body(&format!("$ curl -d 'a\n> b\n>\n> c' \\\n> {url}\n401\n")), "a\nb\n\nc");
    assert_eq!(body(&format!("curl {url} -d 'a<<b' \\\n>  -d c\n401\n")), "a<<b&c");
    let document = format!("$ curl --data-binary @- {url} <<'E'\n> it's\n> E\n$ date\n1 May\n");
    assert_eq!(body(&document), "it's\n");
    // As it stands in a file: not all lines start so.
    assert_eq!(body(&format!("curl -d 'a\n> b' \\\n  {url}\n")), "a\n> b");
    assert_eq!(body(&format!("curl -d 'a\n> b\n> c\nd' {url}\n")), "a\n> b\n> c\nd");
    let document = format!("curl --data-binary @- {url} <<E\n> a\n> b\nE\n");
    assert_eq!(body(&document), "> a\n> b\n");
}

#[test]
fn what_a_body_has_in_it_is_no_code() {
    let url = "https://api-x.duosecurity.com/x";
    let quotation = "a\n>>> b\n... c\nIn [1]: d";
    let script = format!("curl {url} -H 'A: ~~~' \\\n  -d '\ncurl {url}?~~~'\n");
    assert_eq!(body(&script), format!("\ncurl {url}?~~~"));
    // A backslash before the end of a quotation is a part of it, or not.
    let shell = format!("curl -d '\\'\\''~~~\nwget ' '{url}?~~~'\n");
    let power_shell = format!("irm -Method POST -Body '\\''~~~\nwget ' -Uri '{url}?~~~'\n");
    for script in [shell, power_shell] {
        assert_eq!(body(&script), "\\'~~~\nwget ");
    }
    let script = format!("curl -d ''\\''>irm~~~\nirm=~~~' '{url}'\n");
    assert_eq!(body(&script), "'>irm~~~\nirm=~~~");
    assert_eq!(body(&format!("curl '{url}?%27' -d '\nset T='\n")), "\nset T=");
    let program =
        r"fetch('https://b.example/', { method: 'POST', body: '{code}curl \n{code}{{b}}' })";
    assert!(matches!(parse(program), Err(Error::Unreadable(_))));
    // A command of PowerShell in a text of a program, and one of a shell.
    let text = r#"{\"\":\"$(\",\" irm(\":\";curl \",\"8 -\":\"\",\"`\":\"\"}"#;
    let program =
        format!("await fetch(\"{url}\", {{\n  method: \"POST\",\n  body: \"{text}\",\n}});\n");
    assert_eq!(body(&program), text.replace('\\', ""));
    let program = "await fetch('https://b.example/', { method: 'POST', body: \"$(curl c/x)\" });";
    assert_eq!(body(program), "$(curl c/x)");
    for quotation in [quotation, "a\n> $(curl.exe https://b.example/)", "a\nPS C:\\> b\n>> c"] {
        let script = format!("Invoke-RestMethod -Method POST {url} -Body '{quotation}'\n");
        assert_eq!(body(&script), quotation);
    }
}

#[test]
fn no_text_keeps_the_reader_busy() {
    const LENGTH: usize = 500_000;
    let quotation = format!("text\n$ curl -d 'a https://x.example/\n{}", "b c\n".repeat(100_000));
    let repetitive = [
        ("curl -d a\necho b ", "| base64 -w 0 ", ""),
        ("r = httpx.get('https://b.example/', timeout=", "1", ""),
        ("fetch('https://b.example/', { body: ", "\\/*\n", ""),
        ("fetch('https://b.example/', { body: (", ") => def ", ""),
        ("fetch('https://b.example/', { body: a });\n", "a = a + a\n", ""),
        ("curl \"https://$b/", "\n", "\""),
        ("curl -d ", "{\"a\":1,%a%", "}"),
        ("fetch('https://b.example/', { body: a });\n", "\n\u{a0}\u{a0}", ""),
        ("fetch('https://b.example/', { headers: a, body: \"b", "\\\"auto\\\n", "\" });"),
        ("http", "\r ", ""),
    ];
    let repeated = repetitive.map(|(before, piece, behind)| {
        [before, &piece.repeat(LENGTH / piece.len()), behind].concat()
    });
    let words = ["https", "[Object: null prototype], ", "curl <<E\n"];
    let words = words.map(|word| word.repeat(100_000));
    for text in repeated.into_iter().chain(words).chain([quotation]) {
        assert!(parse(&text).is_err());
    }
}

#[test]
fn no_text_fills_the_stack() {
    let repetitive = [
        ("r = httpx.get('https://b.example/', params=", "{", ""),
        ("import requests\ns = requests.Session()\n", "s.", "headers.update({'Date': '1 May'})"),
        ("Invoke-RestMethod https://b.example/ -Body ", "[a]", "b"),
        ("", "ssh ", "curl -d 'a' https://b.example/"),
        ("Request URL:", "\n", ""),
    ];
    for (before, piece, behind) in repetitive {
        let text = [before, &piece.repeat(20_000), behind].concat();
        assert!(parse(&text).is_err(), "{before}{piece}");
    }
    assert!(parse("Request URL:").is_err());
}

#[test]
fn raw_requests_may_have_any_method() {
    for method in ["M-SEARCH", "get", "#A", "$GET", "VERYLONGMETHODNAME", "```"] {
        let text = format!("{method} /a HTTP/1.1\r\nHost: api-x.duosecurity.com\r\n\r\n");
        assert_eq!(parse(&text).unwrap().method, method);
    }
    assert!(parse("a (b) /c HTTP/1.1\r\nHost: api-x.duosecurity.com\r\n\r\n").is_err());
}

/// A request that one of Duo's clients sent, taken apart by nothing but its line ends.
fn on_the_wire(text: &str) -> (&str, &str, Vec<(&str, &str)>) {
    let head = text.split("\r\n\r\n").next().unwrap();
    let (line, headers) = head.split_once("\r\n").unwrap();
    let mut words = line.split(' ');
    let headers = headers.split("\r\n").map(|line| line.split_once(": ").unwrap());
    (words.next().unwrap(), words.next().unwrap(), headers.collect())
}

#[test]
fn requests_of_real_clients_are_read_and_judged() {
    for case in vectors(include_str!("vectors/clients.json")) {
        let text = |name: &str| case[name].as_str().unwrap();
        let parsed = parse(text("text")).unwrap();
        let headers = parsed.headers.iter().map(|(name, value)| (&**name, &**value)).collect();
        let read = (&*parsed.method, &*parsed.url, headers);
        assert_eq!(read, on_the_wire(text("text")));
        assert_eq!(parsed.body, text("body").as_bytes());

        let credentials = Credentials::new(text("ikey"), text("skey")).unwrap();
        let found = verify(&parsed, &credentials, None);
        let is_dated = ["date", "x-duo-date"].iter().any(|it| parsed.header(it).count() > 0);
        match case["accepted"].as_str() {
            Some(accepted) if is_dated => {
                let Verified { version, digest, .. } = found.unwrap();
                assert_eq!(format!("v{} {}", version.number(), digest.name()), accepted);
            }
            // Version 1 does not sign the date, but Duo asks for one.
            Some(_) => assert_eq!(found, Err(Refusal::MissingTimestamp)),
            None => assert!(found.is_err(), "{parsed:?}"),
        }
    }
}

const FORMATS: [&str; 6] = ["curl", "http", "fetch", "python", "httpie", "powershell"];

#[test]
fn requests_are_rendered_as_programs_take_them() {
    for case in vectors(include_str!("vectors/render.json")) {
        let (given, texts) = (&case["request"], &case["texts"]);
        let text = |name: &str| given[name].as_str().unwrap_or_default();
        let headers = given["headers"].as_object().unwrap().iter();
        let request = Request {
            method: text("method").into(),
            url: text("url").into(),
            headers: headers
                .map(|(name, it)| (name.clone(), it.as_str().unwrap().into()))
                .collect(),
            body: text("body").into(),
        };
        for name in FORMATS {
            let rendered = render(&request, Format::from_name(name).unwrap()).unwrap();
            assert_eq!(rendered, texts[name].as_str().unwrap());
            let read = parse(&rendered.replace("HOST", "api-x.duosecurity.com")).unwrap();
            assert_eq!((&read.method, &read.body), (&request.method, &request.body), "{rendered}");
            for (header, value) in &request.headers {
                assert_eq!(values(&read, header), [value], "{rendered}");
            }
        }
    }
}

#[test]
fn what_would_break_out_of_a_text_is_not_rendered() {
    let request = |name: &str, value: &str| Request {
        method: "GET".into(),
        url: "https://api-x.duosecurity.com/auth/v2/check".into(),
        headers: vec![(name.into(), value.into())],
        body: vec![],
    };
    for name in FORMATS {
        let format = Format::from_name(name).unwrap();
        let refusal = |request| render(&request, format).unwrap_err();
        for value in ["a\r\nX-Other: b", "a\nb", "a\0b"] {
            let refused = Error::HeaderCharacter("x-duo-a".into());
            assert_eq!(refusal(request("X-Duo-A", value)), refused);
        }
        assert_eq!(refusal(request("X-Duo A", "")), Error::HeaderName);
        let method = Request { method: "GET /\r\n".into(), ..request("X-Duo-A", "") };
        assert_eq!(refusal(method), Error::MethodCharacter(' '));
        let url = Request { url: "https://a.com/\r\nX: y".into(), ..request("X-Duo-A", "") };
        assert_eq!(refusal(url).field(), "request");
        // HTTPie keeps two backslashes, and the one before any other character.
        assert!(render(&request("X-Duo-A", r"\\= \x \"), format).is_ok());
        let escape = render(&request("X-Duo-A", r"a\=b"), format);
        assert_eq!(escape.is_err(), format == Format::Httpie);
    }
}

#[test]
fn a_variable_that_cmd_computes_is_not_known() {
    let file = |line: &str| {
        format!(
            "set ID=7\r\n{line}\r\ncurl https://api-x.duosecurity.com/admin/v1/users?id=%ID%\r\n"
        )
    };
    let parsed = parse(&file("rem")).unwrap();
    assert_eq!(parsed.url, "https://api-x.duosecurity.com/admin/v1/users?id=7");
    for line in ["set /p ID=", "SET  /A ID=1+1", "@set/a ID=2", "set /p ID=User: "] {
        assert!(parse(&file(line)).is_err(), "{line}");
    }
}
