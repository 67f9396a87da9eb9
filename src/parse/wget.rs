//! A wget command, as its manual has the options.

use alloc::string::{String, ToString as _};

use super::encodings::kept_but;
use super::words::Command;
use super::{Stop, basic};
use crate::check::around_escapes;
use crate::http::Request;
use crate::request::FORM;

/// Long options without a value; every other one has one, after `=` or as the next word.
const SWITCHES: [&str; 16] = [
    "--quiet",
    "--verbose",
    "--no-verbose",
    "--debug",
    "--server-response",
    "--no-check-certificate",
    "--auth-no-challenge",
    "--content-on-error",
    "--https-only",
    "--continue",
    "--spider",
    "--no-hsts",
    "--no-proxy",
    "--no-cookies",
    "--save-headers",
    "--inet4-only",
];

/// Short options with a value.
const SHORT_WITH_VALUE: &str = "OoaeTtwPUiBQlADRXI";

pub(super) fn read(command: &Command) -> Result<Request, Stop> {
    let start = command.words.first().map_or(0, |word| word.at);
    let mut words = command.words.iter().skip(1);
    let mut parsed = Request { method: "GET".into(), ..Request::default() };
    let (mut url, mut body, mut user, mut password) = (None, None, None, None);
    let mut method: Option<String> = None;
    while let Some(word) = words.next() {
        let argument = String::from_utf8_lossy(&word.bytes).into_owned();
        if !argument.starts_with('-') || argument == "-" {
            if url.is_some() {
                return Err(Stop::new(word.at, "there is a second URL: keep one"));
            }
            url = Some(word.text()?);
            continue;
        }
        let (name, value) = if argument.starts_with("--") {
            let argument = word.text()?;
            match argument.split_once('=') {
                Some((name, value)) => (name.to_string(), Some(value.to_string())),
                None if SWITCHES.contains(&&*argument) || argument.starts_with("--no-") => {
                    (argument, None)
                }
                None => {
                    let value =
                        words.next().ok_or_else(|| Stop::new(word.at, "its value is missing"))?;
                    (argument, Some(value.text()?))
                }
            }
        } else {
            // A cluster: the first letter that takes a value takes the rest, or the next word.
            let mut letters = argument.char_indices().skip(1);
            let found = letters.find(|(at, it)| {
                // `-nv` and its like.
                SHORT_WITH_VALUE.contains(*it)
                    && !argument.get(..*at).is_some_and(|it| it.ends_with('n'))
            });
            let Some((at, letter)) = found else { continue };
            let rest = argument.get(at + 1..).unwrap_or_default();
            let value = match rest {
                "" => words
                    .next()
                    .ok_or_else(|| Stop::new(word.at, "its value is missing"))?
                    .text()?,
                rest => rest.to_string(),
            };
            (["-", &letter.to_string()].concat(), Some(value))
        };
        let value = value.unwrap_or_default();
        match &*name {
            "--header" => {
                let (name, value) = value
                    .split_once(':')
                    .ok_or_else(|| Stop::new(word.at, "a header lacks its colon"))?;
                parsed.set(name.trim(), value.trim());
            }
            "--spider" => method = Some("HEAD".into()),
            "-U" | "--user-agent" => parsed.set("User-Agent", &value),
            "--referer" => parsed.set("Referer", &value),
            "--method" => method = Some(value.to_ascii_uppercase()),
            "--post-data" => {
                method.get_or_insert_with(|| "POST".into());
                body = Some(value);
            }
            "--body-data" => body = Some(value),
            "--user" | "--http-user" => user = Some(value),
            "--password" | "--http-password" | "--http-passwd" => password = Some(value),
            "--post-file" | "--body-file" | "--input-file" | "-i" => {
                return Err(Stop::new(word.at, "the body is in a file: put its content here"));
            }
            _ => {}
        }
    }
    let url = url.ok_or_else(|| Stop::new(start, "the command has no URL"))?;
    let url = url.split_once('#').map_or(&*url, |(url, _)| url);
    let url = if url.contains("://") { url.to_string() } else { ["http://", url].concat() };
    parsed.url = sent_url(&url);
    parsed.remove_dots();
    // Sent when a first answer asks for it, which none of these does.
    parsed.take_user_info();
    let user = user.map(|user| [&*user, ":", &*password.unwrap_or_default()].concat().into_bytes());
    // Without --auth-no-challenge this follows a first answer of 401.
    if let Some(user) = user {
        let value = basic(&user);
        parsed.default_header("Authorization", Some(&value));
    }
    if let Some(body) = body {
        parsed.body = body.into_bytes();
        parsed.default_header("Content-Type", Some(FORM));
    }
    parsed.default_header("User-Agent", Some("Wget"));
    parsed.method = method.unwrap_or_else(|| "GET".into());
    Ok(parsed)
}

/// What is encoded stays; what a URL cannot have is encoded, and a `%` without digits after it.
fn sent_url(url: &str) -> String {
    around_escapes(url, |sent, piece| sent.push_str(&kept_but(piece, "\"<>\\^`{|}")))
}
