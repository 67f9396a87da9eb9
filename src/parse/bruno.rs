//! Files of Bruno: blocks of lines between braces, each behind its name.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use super::encodings::standard_form;
use super::literal::Literal;
use super::{Stop, basic, http_file, objects, python};
use crate::http::Request;
use crate::request::FORM;

/// A block: its name, and its lines without their indentation.
struct Block<'a> {
    at: usize,
    name: &'a str,
    lines: Vec<&'a str>,
}

impl Block<'_> {
    /// The pairs that are not switched off.
    fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        let pairs = self.lines.iter().filter_map(|line| line.split_once(':'));
        pairs
            .map(|(name, value)| (name.trim(), value.trim()))
            .filter(|(it, _)| !it.starts_with('~'))
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.pairs().find(|(found, _)| *found == name).map(|(_, value)| value)
    }

    fn is_request(&self) -> bool {
        python::FUNCTIONS.contains(&self.name) && self.get("url").is_some()
    }
}

fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut found: Vec<Block<'_>> = Vec::new();
    let mut is_open = false;
    let mut at = 0;
    for whole in text.split_inclusive('\n') {
        let line = whole.trim_end();
        if let Some(name) = line.strip_suffix(" {").filter(|it| !is_open && !it.contains(' ')) {
            found.push(Block { at, name, lines: Vec::new() });
            is_open = true;
        } else if line == "}" {
            is_open = false;
        } else if let Some(block) = found.last_mut().filter(|_| is_open) {
            block.lines.push(line.strip_prefix("  ").unwrap_or(line));
        }
        at += whole.len();
    }
    found
}

/// The requests of a file; `None` if it is none of Bruno.
pub(super) fn read(text: &str) -> Option<Vec<Result<Request, Stop>>> {
    let blocks = blocks(text);
    let requests: Vec<_> = blocks.iter().filter(|block| block.is_request()).collect();
    // Several are several files, and nothing says which block belongs to which.
    let first = requests.first()?;
    if requests.len() > 1 {
        let reason = "these are several files of Bruno: paste one of them";
        return Some([Err(Stop::new(first.at, reason))].into());
    }
    Some([request(first, &blocks)].into())
}

fn request(block: &Block<'_>, blocks: &[Block<'_>]) -> Result<Request, Stop> {
    const SENT: &str = "copy what was sent, from the timeline of the answer";
    let stop = |reason: &str| Stop::new(block.at, [reason, ": ", SENT].concat());
    let named = |name: &str| blocks.iter().find(|it| it.name == name);
    if named("script:pre-request").is_some_and(|it| it.lines.iter().any(|it| it.contains("req."))) {
        return Err(stop("a script changes this request"));
    }
    let variables: Vec<_> = named("vars:pre-request").into_iter().flat_map(Block::pairs).collect();
    let variables: Vec<_> = variables.iter().map(|(name, it)| (*name, it.to_string())).collect();
    let resolved = |text: &str| http_file::resolved(text, &variables);
    let url = resolved(block.get("url").unwrap_or_default());
    if url.contains("/:") && !url.contains("/:/") && named("params:path").is_some() {
        return Err(stop("parts of the path are replaced"));
    }
    let mut parsed = Request { method: block.name.to_ascii_uppercase(), ..Request::default() };
    parsed.url = objects::standard_url(&url);
    for (name, value) in named("headers").into_iter().flat_map(Block::pairs) {
        parsed.push(name, &resolved(value));
    }
    let content = |name: &str| {
        let lines = named(name).map(|it| it.lines.join("\n")).unwrap_or_default();
        resolved(lines.trim())
    };
    let kind = match block.get("body") {
        None | Some("none") => None,
        Some("formUrlEncoded") => {
            let pairs = named("body:form-urlencoded").into_iter().flat_map(Block::pairs);
            let pairs = pairs.map(|(name, it)| (resolved(name), Literal::Text(resolved(it))));
            parsed.body = standard_form(&pairs.collect::<Vec<_>>()).into_bytes();
            Some(FORM)
        }
        Some("json") => {
            let body = content("body:json");
            if body.contains("//") || body.contains("/*") {
                return Err(stop("comments are taken out of this body"));
            }
            parsed.body = body.into_bytes();
            Some("application/json")
        }
        Some("text") => {
            parsed.body = content("body:text").into_bytes();
            Some("text/plain")
        }
        Some(_) => return Err(stop("this kind of body is not read")),
    };
    parsed.default_header("Content-Type", kind);
    if let Some(auth) = named("auth:basic").filter(|_| block.get("auth") == Some("basic")) {
        let part = |name| resolved(auth.get(name).unwrap_or_default());
        let user: String = [part("username"), part("password")].join(":");
        parsed.default_header("Authorization", Some(&basic(user.as_bytes())));
    }
    Ok(parsed)
}
