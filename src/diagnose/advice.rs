//! Mistakes in words: what happened, and what to do about it in the sender's language.

use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use super::languages::with_hint;
use super::mistakes::list::{Fault, Fix, Kind, Mistake};
use super::mistakes::sets::members;
use crate::canonical::SignatureVersion;
use crate::http;
use crate::request::takes_params_in_body;

/// The request that a sentence is about.
pub(super) struct About<'a> {
    pub(super) request: &'a http::Request,
    pub(super) version: SignatureVersion,
    /// Whether the text that was signed is known.
    pub(super) is_reproduced: bool,
}

impl About<'_> {
    /// What happened, and what to do.
    pub(super) fn sentences(&self, fault: &Fault) -> (String, String) {
        let cause = fault.mistake.row().kind.cause();
        (self.summary(fault), with_hint(self.fix(fault), self.request, cause))
    }

    fn summary(&self, fault: &Fault) -> String {
        let Fault { mistake, signed, expected } = fault;
        let row = mistake.row();
        let (kind, what) = (row.kind, row.phrase);
        if *mistake == Mistake::ParamsPlus {
            return format!(
                "The request has a bare `+`, which Duo reads as a space; you signed a plus: {}.",
                quote(signed)
            );
        }
        if *mistake == Mistake::ParamsStray {
            return format!("You signed the parameters {}: {}.", what, quote(signed));
        }
        let (signed, expected) = quote_both(signed, expected);
        match kind {
            Kind::Set => set(&fault.signed, &fault.expected, what),
            Kind::Order => format!(
                "Your signature is correct for the parameters {what}: {signed}. Duo sorts them by \
                 name, then by value: {expected}."
            ),
            Kind::Encoding => format!(
                "You signed the parameters {what}: your signature matches {signed}; Duo expects \
                 {expected}."
            ),
            Kind::Location => self.location(fault),
            Kind::Date if signed.is_empty() => {
                format!("The date was still empty when you signed it; you sent {expected}.")
            }
            Kind::Date => {
                format!("You signed the date {signed}, {what}, but sent {expected}.")
            }
            Kind::Lines if !expected.is_empty() => {
                format!("Your signature matches a canonical string {what}: {expected}.")
            }
            Kind::Lines => {
                format!("Your signature matches a canonical string {what}.")
            }
            Kind::Path if signed.is_empty() => "You signed an empty path.".to_string(),
            Kind::Path => format!("You signed the path as {signed}, {what}."),
            Kind::Host if fault.mistake == Mistake::HostUnset => {
                let sent = self.request.host().unwrap_or_default();
                let what = if signed.is_empty() { "nothing" } else { &signed };
                format!(
                    "You signed {what} as the host, probably from a variable that was not set or \
                     is wrong; the request went to {}.",
                    quote(sent)
                )
            }
            Kind::Host => {
                let sent = self.request.host().unwrap_or_default();
                if fault.signed == sent {
                    return format!("You signed the host as {signed}, with capital letters.");
                }
                format!("You signed the host as {signed}; the request went to {}.", quote(sent))
            }
            Kind::Method if signed.is_empty() => {
                let sent = quote(&self.request.method);
                format!("The method was still empty when you signed it; you sent {sent}.")
            }
            Kind::Method if fault.signed == self.request.method => {
                format!("You signed the method {signed}, in lower case.")
            }
            Kind::Method => {
                format!("You signed the method {signed} but sent {}.", quote(&self.request.method))
            }
            Kind::Output if self.is_reproduced => format!("The signature is correct, but {what}."),
            Kind::Output => format!("The Authorization header is malformed in any case: {what}."),
            Kind::Key
                if matches!(
                    fault.mistake,
                    Mistake::KeySwap | Mistake::HashPlain | Mistake::HashJoined
                ) =>
            {
                format!("The signature was made {what}.")
            }
            Kind::Key => {
                format!("The signature was made with {what} instead of the secret key itself.")
            }
            Kind::Version => format!("You signed {what}."),
        }
    }

    fn fix(&self, fault: &Fault) -> String {
        let expected = quote(&fault.expected);
        let text = match fault.mistake.row().fix {
            Fix::Sort => {
                "Sort before signing: by the bytes of the percent-encoded names, then of the \
                 values, including those of a repeated name."
            }
            Fix::Encode => {
                "Before signing, encode every byte except `A-Z a-z 0-9 _ . ~ -` as `%XX` with capital \
                 hex digits. Only the signed text matters; the URL may use another spelling."
            }
            Fix::Plus => "Send a plus as `%2B` in the URL or form; `+` there is a space.",
            Fix::Stray => "Leave out empty lists before you join the parameters.",
            Fix::EncodeOnce => {
                "Encode the parameters once: give your HTTP library either the finished URL or the \
                 values as they are."
            }
            Fix::Joint => {
                "Join name and value with `=` and the parameters with `&`, and nothing else."
            }
            Fix::OneList => {
                "Build the signed text and the request from one list of parameters, and sign last."
            }
            Fix::SendBody => {
                "Send the body that you hash: check Content-Length, redirects, and whether your \
                 HTTP library drops the body of this method."
            }
            Fix::Place if takes_params_in_body(&self.request.method) => {
                "With a version 1 or 2 signature send the parameters of POST, PUT and PATCH as a \
                 form body with Content-Type: application/x-www-form-urlencoded."
            }
            Fix::Place => "Send the parameters of GET and DELETE in the URL, after a `?`.",
            Fix::OneDate => {
                "Format the date once; sign and send that same string. Use X-Duo-Date if your \
                 framework rewrites Date."
            }
            Fix::Lines if self.version.hashes_body() => {
                "It must be date, METHOD, host, path, params, the body's hash and the X-Duo-* \
                 headers' hash, joined by one LF, with an empty params line when there is no query."
            }
            Fix::Lines => {
                "It must be date, METHOD, host, path and params, joined by one LF, with an empty \
                 last line when there are no parameters."
            }
            Fix::Path if fault.signed.starts_with('/') && !fault.signed.contains(['?', ':']) => {
                return format!(
                    "Request and sign one path: either {expected}, which was requested, or {}.",
                    quote(&fault.signed)
                );
            }
            Fix::Path => {
                return format!("Sign {expected}: with a leading slash, without host and query.");
            }
            Fix::Fill => {
                return format!("Fill in the path once, then sign and request it: {expected}.");
            }
            Fix::Host => {
                return format!(
                    "Sign {expected}: the host name that you call, in lower case, without scheme \
                     and port."
                );
            }
            Fix::Method => {
                return format!("Sign {expected}: the method that is sent, in upper case.");
            }
            Fix::Output => {
                "Send `Basic`, a space, and base64(integration key:signature) in one line, with \
                 the HMAC in lower-case hex: 40 characters for SHA-1, 128 for SHA-512."
            }
            Fix::Key => {
                "Use the secret key, 40 characters of plain ASCII, as the key of the HMAC, and the \
                 canonical string as its message."
            }
            Fix::Hash => "Use HMAC-SHA512, or HMAC-SHA1 with version 2.",
            Fix::BodyBytes => "Serialize the body once; hash and send those same UTF-8 bytes.",
            Fix::XDuoHeaders => {
                "The last line is the SHA-512 of the X-Duo-* headers that are sent, and of no \
                 others: names in lower case, sorted, names and values joined by NUL; of \
                 nothing without such headers."
            }
            Fix::Version5 => {
                return format!(
                    "`{}` needs version 5: HMAC-SHA512 of date, METHOD, host, path, params \
                     line (the query; empty without one), SHA-512 of the exact bytes of the \
                     body, and SHA-512 of the X-Duo-* headers.",
                    self.request.path()
                );
            }
        };
        text.to_string()
    }

    /// Where the parameters are instead.
    fn location(&self, fault: &Fault) -> String {
        let http::Request { method, body, .. } = self.request;
        let query = self.request.query();
        let signed = quote(&fault.signed);
        if fault.mistake == Mistake::ReceivedNoBody {
            return "Your signature is correct for the body that you meant to send, but the request \
                    arrived without one."
                .to_string();
        }
        let place = if !body.is_empty() && !self.request.is_form() && !self.version.hashes_body() {
            if members(body).is_some() {
                "they are in a JSON body, which this signature does not cover"
            } else {
                "they are in a body without the Content-Type application/x-www-form-urlencoded"
            }
        } else if !takes_params_in_body(method) && !body.is_empty() && query.is_empty() {
            "they are in the body, which Duo does not read for this method"
        } else if !query.is_empty() || !body.is_empty() {
            "the request carries different ones"
        } else if takes_params_in_body(method) {
            "the request has neither a body nor a query: Duo received none of them"
        } else {
            "the URL was built without the query string: Duo received none of them"
        };
        format!("Your signature is correct for the parameters {signed}, but {place}.")
    }
}

/// Which parameters were signed but not sent, and the reverse.
fn set(signed: &str, sent: &str, what: &str) -> String {
    let only_in = |a: &str, b: &str| {
        let mut others: Vec<&str> = b.split('&').collect();
        let own = a.split('&').filter(|pair| match others.iter().position(|it| it == pair) {
            Some(i) => {
                others.swap_remove(i);
                false
            }
            None => true,
        });
        quote(&own.collect::<Vec<_>>().join("&"))
    };
    let verb = |pairs: &str| if pairs.contains('&') { "were" } else { "was" };
    let (extra, missing) = (only_in(signed, sent), only_in(sent, signed));
    let was_sent = format!("{missing} {} sent but not signed", verb(&missing));
    let was_signed = format!("{extra} {} signed but not sent", verb(&extra));
    match (missing.is_empty(), extra.is_empty()) {
        _ if signed.is_empty() => {
            format!("You signed no parameters, but sent {}.", quote(sent))
        }
        (false, true) => format!("You signed the parameters {what}: {was_sent}."),
        (true, _) => format!("You signed the parameters {what}: {was_signed}."),
        _ => format!("You signed the parameters {what}: {was_sent}, {was_signed}."),
    }
}

/// Both from where they differ, when they are long.
fn quote_both(a: &str, b: &str) -> (String, String) {
    let same = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    let start = a.get(..same).and_then(|same| same.rfind('&')).unwrap_or_default();
    if a.chars().count().max(b.chars().count()) <= MOST || start == 0 {
        return (quote(a), quote(b));
    }
    let rest = |text: &str| quote(&format!("…{}", text.get(start..).unwrap_or_default()));
    (rest(a), rest(b))
}

const MOST: usize = 120;

/// In backticks, and not too long; nothing for nothing.
fn quote(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let characters: Vec<char> = text.chars().take(MOST + 1).collect();
    let shown: String = characters.iter().take(MOST).collect();
    let more = if characters.len() > MOST { "…" } else { "" };
    format!("`{}{more}`", shown.replace('\n', "\\n").replace('\r', "\\r"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mistake_has_a_sentence_and_a_fix() {
        let request = &http::Request {
            method: "GET".into(),
            url: "https://api-x.duosecurity.com/p?a=1".into(),
            ..http::Request::default()
        };
        for mistake in Mistake::ALL {
            // What has no text cannot be in a wrong order, say.
            let kind = mistake.row().kind;
            let may_be_empty = matches!(kind, Kind::Date | Kind::Method | Kind::Path | Kind::Host);
            for (signed, expected) in [("a=2", "a=1"), ("a=2&b=1", "a=1"), ("", "a=1")] {
                if signed.is_empty() && !may_be_empty {
                    continue;
                }
                for is_reproduced in [true, false] {
                    let about = About { request, version: SignatureVersion::V5, is_reproduced };
                    let (signed, expected) = (signed.into(), expected.into());
                    let fault = Fault { mistake: *mistake, signed, expected };
                    let (summary, fix) = about.sentences(&fault);
                    for text in [&summary, &fix] {
                        let ends = text.ends_with(['.', '`']);
                        assert!(ends && !text.contains("  "), "{mistake:?}: {text}");
                    }
                    // An empty phrase or text leaves a gap.
                    let has_gap = [" .", " ,", " :"].iter().any(|it| summary.contains(it));
                    assert!(!has_gap, "{mistake:?}: {summary}");
                }
            }
        }
    }

    #[test]
    fn every_mistake_has_a_name_of_its_own() {
        let mut names: Vec<_> = Mistake::ALL.iter().map(|it| it.row().id).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Mistake::ALL.len());
    }
}
