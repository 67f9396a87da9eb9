//! Mistakes in words: what happened, and what to do about it in the sender's language.

use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use super::Fault;
use crate::canonical::SignatureVersion;
use crate::http;
use crate::request::takes_params_in_body;

/// What a program is written in, as its User-Agent tells.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Language {
    DotNet,
    Go,
    Java,
    JavaScript,
    Php,
    Python,
    Ruby,
    Shell,
}

impl Language {
    fn of(request: &http::Request) -> Option<Self> {
        let agent = request.header("user-agent").next()?.to_ascii_lowercase();
        let known = [
            ("powershell", Self::DotNet),
            (".net", Self::DotNet),
            ("restsharp", Self::DotNet),
            ("postmanruntime", Self::JavaScript),
            ("axios", Self::JavaScript),
            ("node", Self::JavaScript),
            ("undici", Self::JavaScript),
            ("python", Self::Python),
            ("aiohttp", Self::Python),
            ("httpx", Self::Python),
            ("go-http-client", Self::Go),
            ("php", Self::Php),
            ("guzzle", Self::Php),
            ("ruby", Self::Ruby),
            ("faraday", Self::Ruby),
            ("java", Self::Java),
            ("okhttp", Self::Java),
            ("curl", Self::Shell),
            ("wget", Self::Shell),
            ("mozilla", Self::JavaScript),
        ];
        known.into_iter().find(|(name, _)| agent.contains(name)).map(|(_, language)| language)
    }

    fn hint(self, cause: &str) -> &'static str {
        use Language::{DotNet, Go, Java, JavaScript, Php, Python, Ruby, Shell};
        match (cause, self) {
            ("param-encoding", DotNet) => "Uri.EscapeDataString(value)",
            ("param-encoding", Go) => "strings.ReplaceAll(url.QueryEscape(value), \"+\", \"%20\")",
            ("param-encoding", Java) => {
                "URLEncoder.encode(value, UTF_8).replace(\"+\", \"%20\").replace(\"*\", \"%2A\")\
                 .replace(\"%7E\", \"~\")"
            }
            ("param-encoding", JavaScript) => {
                "encodeURIComponent(value).replace(/[!'()*]/g, (c) => '%' + \
                 c.charCodeAt(0).toString(16).toUpperCase())"
            }
            ("param-encoding", Php) => "rawurlencode($value)",
            ("param-encoding", Python) => "urllib.parse.quote(value, safe='~')",
            ("param-encoding", Ruby) => "ERB::Util.url_encode(value)",
            ("param-encoding", Shell) => "jq -rn --arg v \"$value\" '$v|@uri'",
            ("param-order", DotNet) => "OrderBy(pair => pair.Key, StringComparer.Ordinal)",
            ("param-order", Go) => "sort.Strings(names), and the values of each name too",
            ("param-order", Java) => "a TreeMap, and Collections.sort of the values of each name",
            ("param-order", JavaScript) => {
                "pairs.sort() on the encoded texts, without localeCompare"
            }
            ("param-order", Php) => "ksort($params, SORT_STRING)",
            ("param-order", Python) => "sorted() of the encoded (name, value) pairs",
            ("param-order", Ruby) => "sort of the encoded [name, value] pairs",
            ("param-order", Shell) => "LC_ALL=C sort",
            ("date-format" | "date-mismatch", DotNet) => {
                "DateTime.UtcNow.ToString(\"ddd, dd MMM yyyy HH:mm:ss\", \
                 CultureInfo.InvariantCulture) + \" -0000\""
            }
            ("date-format" | "date-mismatch", Go) => "time.Now().UTC().Format(time.RFC1123Z)",
            ("date-format" | "date-mismatch", Java) => {
                "DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC))"
            }
            ("date-format" | "date-mismatch", JavaScript) => "new Date().toUTCString()",
            ("date-format" | "date-mismatch", Php) => "gmdate(DATE_RFC2822)",
            ("date-format" | "date-mismatch", Python) => "email.utils.formatdate()",
            ("date-format" | "date-mismatch", Ruby) => "Time.now.utc.rfc2822",
            ("date-format" | "date-mismatch", Shell) => "LC_ALL=C date -u -R",
            ("output-form", DotNet) => "Convert.ToHexString(mac).ToLowerInvariant()",
            ("output-form", Go) => "hex.EncodeToString(mac.Sum(nil))",
            ("output-form", Java) => "HexFormat.of().formatHex(mac)",
            ("output-form", JavaScript) => "hmac.digest('hex')",
            ("output-form", Php) => "hash_hmac('sha512', $canonical, $skey)",
            ("output-form", Python) => "hmac.new(skey, canonical, 'sha512').hexdigest()",
            ("output-form", Ruby) => "OpenSSL::HMAC.hexdigest('SHA512', skey, canonical)",
            ("output-form", Shell) => "printf %s \"$ikey:$signature\" | base64 -w0",
            ("canonical-lines", Shell) => "printf '%s\\n%s\\n%s\\n%s\\n%s', not echo",
            ("key-form", Shell) => "openssl dgst -sha512 -hmac \"$skey\"",
            _ => "",
        }
    }
}

/// What to do, and the call that does it in the sender's language, where both are known.
pub(super) fn with_hint(fix: String, request: &http::Request, cause: &str) -> String {
    match Language::of(request).map_or("", |language| language.hint(cause)) {
        "" => fix,
        hint => format!("{fix} Here: `{hint}`."),
    }
}

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
        (self.summary(fault), with_hint(self.fix(fault), self.request, fault.cause))
    }

    fn summary(&self, fault: &Fault) -> String {
        let Fault { cause, mutation, signed, expected } = fault;
        if *mutation == "PAR-PLUS" {
            return format!(
                "The request has a bare `+`, which Duo reads as a space; you signed a plus: {}.",
                quote(signed)
            );
        }
        if *mutation == "PAR-STRAY" {
            return format!("You signed the parameters {}: {}.", phrase(mutation), quote(signed));
        }
        if *cause == "param-set" {
            return set(signed, expected, phrase(mutation));
        }
        let (signed, expected) = quote_both(signed, expected);
        let what = phrase(mutation);
        match *cause {
            "param-order" => format!(
                "Your signature is right for the parameters {what}: {signed}. Duo sorts them by \
                 name, then by value: {expected}."
            ),
            "param-encoding" => format!(
                "The parameters were signed {what}: your signature matches if {signed} is signed, \
                 and Duo expects {expected}."
            ),
            "param-location" => self.location(fault),
            "date-mismatch" if signed.is_empty() => {
                format!("The date was still empty when it was signed; {expected} was sent.")
            }
            "date-mismatch" => {
                format!("You signed the date {signed}, {what}, but sent {expected}.")
            }
            "canonical-lines" => {
                format!("Your signature matches a canonical string {what}.")
            }
            "path" if signed.is_empty() => "You signed an empty path.".to_string(),
            "path" => format!("You signed the path as {signed}, {what}."),
            "host" if fault.mutation == "HOST-UNSET" => {
                let sent = self.request.host().unwrap_or_default();
                let what = if signed.is_empty() { "nothing" } else { &signed };
                format!(
                    "You signed {what} as host, which a variable gives that was not set or is \
                     another one; the request went to {}.",
                    quote(sent)
                )
            }
            "host" => {
                let sent = self.request.host().unwrap_or_default();
                if fault.signed == sent {
                    return format!("You signed the host as {signed}, with capital letters.");
                }
                format!("You signed the host as {signed}; the request went to {}.", quote(sent))
            }
            "method" if signed.is_empty() => {
                let sent = quote(&self.request.method);
                format!("The method was still empty when it was signed; {sent} was sent.")
            }
            "method" if fault.signed == self.request.method => {
                format!("You signed the method {signed}, in lower case.")
            }
            "method" => {
                format!("You signed the method {signed} but sent {}.", quote(&self.request.method))
            }
            "output-form" if self.is_reproduced => format!("The signature is right, but {what}."),
            "output-form" => format!("The form of the signature is wrong in any case: {what}."),
            "key-form" => {
                format!("The signature was made with {what} instead of the secret key itself.")
            }
            _ => format!("The signature is one {what}."),
        }
    }

    fn fix(&self, fault: &Fault) -> String {
        let expected = quote(&fault.expected);
        let text = match fault.cause {
            "param-order" => {
                "Sort before signing: in byte order of the percent-encoded names, then of the \
                 values, also those of a repeated name."
            }
            "param-encoding" => {
                "Before signing, encode every byte except A-Z a-z 0-9 _ . ~ - as %XX with capital \
                 hex digits. Only the signed text matters; the URL may use another spelling."
            }
            "param-set" if fault.mutation == "PAR-PLUS" => {
                "Send a plus as %2B in the URL or form; `+` there is a space."
            }
            "param-set" if fault.mutation == "PAR-STRAY" => {
                "Join the parameters that are there, and leave out a list that is empty."
            }
            "param-set" if fault.mutation == "PAR-TWICE" => {
                "Encode the parameters once: give your HTTP library either the finished URL or the \
                 values as they are."
            }
            "param-set" => {
                "Build the signed text and the request from one list of parameters, and sign last."
            }
            "param-location" if fault.mutation == "RCV-NOBODY" => {
                "Send the body that you hash: check Content-Length, redirects, and whether your \
                 HTTP library drops the body of this method."
            }
            "param-location" if takes_params_in_body(&self.request.method) => {
                "With a version 1 or 2 signature send the parameters of POST, PUT and PATCH as a \
                 form body with Content-Type: application/x-www-form-urlencoded."
            }
            "param-location" => "Send the parameters of GET and DELETE in the URL, behind a `?`.",
            "date-mismatch" => {
                "Make the text of the date once, sign it, and send exactly it; use X-Duo-Date if \
                 your framework rewrites Date."
            }
            "canonical-lines" if self.version.hashes_body() => {
                "It must be date, METHOD, host, path, params, the body's hash and the X-Duo-* \
                 headers' hash, joined by one LF, with an empty params line when there is no query."
            }
            "canonical-lines" => {
                "It must be date, METHOD, host, path and params, joined by one LF, with an empty \
                 last line when there are no parameters."
            }
            "path" if fault.signed.starts_with('/') && !fault.signed.contains(['?', ':']) => {
                return format!(
                    "Request and sign one path: either {expected}, which was requested, or {}.",
                    quote(&fault.signed)
                );
            }
            "path" => {
                return format!("Sign {expected}: with a leading slash, without host and query.");
            }
            "host" => {
                return format!(
                    "Sign {expected}: the host name that you call, in lower case, without scheme \
                     and port."
                );
            }
            "method" => return format!("Sign {expected}: the method that is sent, in upper case."),
            "output-form" => {
                "Send `Basic`, a space, and base64(integration key:signature) in one line, with \
                 the HMAC in lower-case hex: 40 characters for SHA-1, 128 for SHA-512."
            }
            "key-form" => {
                "Use the secret key, 40 characters of plain ASCII, as the key of the HMAC, and the \
                 canonical string as its message."
            }
            _ => match fault.mutation {
                "V5-BODYOTHER" | "V5-BODYEMPTY" | "V5-BODYNL" | "V5-BODYMOJI" | "V5-BODYSP"
                | "V5-BODYASCII" | "V5-BODYSORT" | "V5-BODYESC" | "V5-BODYDICT" => {
                    "Make the text of the body once, hash its UTF-8 bytes, and send exactly these \
                     bytes."
                }
                "V5-XDATE" | "V5-HDRNONE" | "V5-NOHASH" | "V5-HDRSORT" | "V5-HDRCASE"
                | "V5-HDRADDED" | "V5-HDRDUP" | "V5-HDRLOST" | "V5-HDRUNSENT" => {
                    "The last line is the SHA-512 of the X-Duo-* headers that are sent, and of no \
                     others: names in lower case, sorted, names and values joined by NUL; of \
                     nothing without such headers."
                }
                "ALG-256" => "Use HMAC-SHA512, or HMAC-SHA1 with version 2.",
                _ => {
                    return format!(
                        "`{}` needs version 5: HMAC-SHA512 of date, METHOD, host, path, params \
                         line (the query; empty without one), SHA-512 of the exact bytes of the \
                         body, and SHA-512 of the X-Duo-* headers.",
                        self.request.path()
                    );
                }
            },
        };
        text.to_string()
    }

    /// Where the parameters are instead.
    fn location(&self, fault: &Fault) -> String {
        let http::Request { method, body, .. } = self.request;
        let query = self.request.query();
        let signed = quote(&fault.signed);
        if fault.mutation == "RCV-NOBODY" {
            return "Your signature is correct for the body that you meant to send, but the request \
                    arrived without one."
                .to_string();
        }
        let place = if !body.is_empty() && !self.request.is_form() && !self.version.hashes_body() {
            if super::members(body).is_some() {
                "they are in a JSON body, which this signature does not cover"
            } else {
                "they are in a body without the Content-Type application/x-www-form-urlencoded"
            }
        } else if !takes_params_in_body(method) && !body.is_empty() && query.is_empty() {
            "they are in the body, which Duo does not read for this method"
        } else if !query.is_empty() || !body.is_empty() {
            "the request carries others"
        } else if takes_params_in_body(method) {
            "the request has neither a body nor a query: Duo received none of them"
        } else {
            "the URL was built without the query string: Duo received none of them"
        };
        format!("Your signature is correct for the parameters {signed}, but {place}.")
    }
}

/// A mutation in words, for the sentence of its cause.
fn phrase(mutation: &str) -> &'static str {
    PHRASES.iter().find(|(name, _)| *name == mutation).map_or("", |(_, phrase)| *phrase)
}

const PHRASES: &[(&str, &str)] = &[
    ("ORD-WIRE", "in the order they are sent in"),
    ("ORD-VAL", "sorted by name only, with repeated names in the order of the request"),
    ("ORD-PAIR", "sorted as whole `name=value` texts"),
    ("ORD-RAW", "sorted before they were percent-encoded"),
    ("ORD-DESC", "from the last to the first"),
    ("ORD-ANY", "in an order of their own"),
    ("ORD-LOCALE", "sorted as a language sorts words, not by bytes"),
    ("ENC-NONE", "without percent-encoding"),
    ("ENC-PLUS", "with `+` for a space"),
    ("ENC-JS", "as encodeURIComponent does, which leaves ! ' ( ) *"),
    ("ENC-JS1", "with only the first of each ! ' ( ) * encoded"),
    ("ENC-LOWHEX", "with lower-case hex digits"),
    ("ENC-DOTNET", "as HttpUtility.UrlEncode does: lower-case hex, `+`, and ! ( ) * left"),
    ("ENC-JAVA", "as URLEncoder does: `+`, `*` left, and `~` encoded"),
    ("ENC-SLASH", "with `/` left as it is"),
    ("ENC-URI", "as encodeURI does, which leaves reserved characters"),
    ("ENC-DOUBLE", "percent-encoded twice"),
    ("ENC-LATIN1", "as Latin-1 instead of UTF-8"),
    ("ENC-SOME", "with other characters encoded than Duo encodes"),
    ("ENC-QMARK", "with `?` for characters outside ASCII"),
    ("PAR-DROP", "with a parameter missing"),
    ("PAR-EMPTY", "with other empty parameters"),
    ("PAR-LAST", "with one value of a repeated name"),
    ("PAR-JOIN", "with the values of a repeated name written in another way"),
    ("PAR-MEANT", "that you meant, which are not those that are sent"),
    ("PAR-NOTHING", "with a value as another language writes it"),
    ("PAR-STRAY", "with an `&` that joins nothing, as of an empty list"),
    ("PAR-TWICE", "as they were before they were percent-encoded a second time"),
    ("PAR-TRIM", "with white space trimmed"),
    ("PAR-SAMPLE", "of the example in Duo's documentation"),
    ("DATE-OTHERHDR", "that of the other date header"),
    ("DATE-PREV", "that of the example in Duo's documentation"),
    ("DATE-DAY", "whose day has one digit"),
    ("DATE-SHIFT", "made at another moment"),
    ("DATE-GMT", "the same moment in other words"),
    ("DATE-P0000", "the same moment in other words"),
    ("DATE-M0000", "the same moment in other words"),
    ("DATE-ZONE", "the same moment in other words"),
    ("STR-NOHOST", "without the line of the host"),
    ("STR-NODATE", "without the line of the date"),
    ("STR-NOLAST", "without the empty params line at its end"),
    ("STR-NULL", "with `null` as params line"),
    ("STR-CRLF", "with CR LF between its lines"),
    ("STR-LITERAL", "with the two characters \\n between its lines"),
    ("STR-TAILNL", "with a line break behind its last line"),
    ("STR-JOINED", "with nothing between its lines"),
    ("STR-ORDER", "with its lines in another order"),
    ("PATH-NOSLASH", "without its leading slash"),
    ("PATH-QUERY", "with the query, and an empty params line"),
    ("PATH-QUERY2", "with the query"),
    ("PATH-URL", "the whole URL"),
    ("PATH-SLASH", "with or without a slash at its end, unlike the request"),
    ("PATH-CASE", "in lower case"),
    ("PATH-DECODED", "without its percent-encoding"),
    ("PATH-OTHER", "that of another endpoint"),
    ("OUT-UPPER", "printed in upper-case hex"),
    ("OUT-B64", "printed in base64"),
    ("OUT-B64HEX", "its hex is encoded in base64 once more"),
    ("OUT-RAW", "sent as raw bytes"),
    ("OUT-SHAB64", "what is sent is the SHA-1 of its base64 text"),
    ("AUTH-NAME", "the value of the header has the name of the header in it"),
    ("AUTH-SCHEME", "the header lacks `Basic` before its value"),
    ("AUTH-COLON", "the header has a colon behind `Basic`"),
    ("AUTH-WRAP", "the base64 text in the header is wrapped or has spaces in it"),
    ("AUTH-PLAIN", "the header holds integration key and signature without base64"),
    ("AUTH-B64", "the header is not in the standard base64 alphabet with padding"),
    ("AUTH-NL", "a line break was encoded along with it"),
    ("AUTH-UTF16", "the header is the base64 of UTF-16 text"),
    ("AUTH-EMPTYIKEY", "the integration key before the colon is empty"),
    ("KEY-NL", "the secret key and a line break"),
    ("KEY-SPACE", "the secret key and a space"),
    ("KEY-QUOTES", "the secret key in quotes"),
    ("KEY-IKEY", "the integration key"),
    ("KEY-B64", "a base64 form of the secret key"),
    ("KEY-UTF16", "the secret key in UTF-16"),
    ("KEY-CASE", "the secret key in other case"),
    ("KEY-SWAP", "key and message swapped"),
    ("ALG-PLAIN", "a plain hash, without any key,"),
    ("ALG-256", "by HMAC-SHA256, which Duo never takes"),
    ("V5-SHA1", "of version 5 by HMAC-SHA1, where SHA-512 is needed"),
    ("V5-AS2", "of version 2, which does not cover the body and the X-Duo-* headers"),
    ("V5-AS4", "of version 4, which does not cover the X-Duo-* headers"),
    ("V5-PARAMS", "of version 5 whose params line holds the members of the body"),
    ("V5-PATCH", "of version 5 that takes the body for a query, as for GET"),
    ("V5-BODYEMPTY", "of version 5 with the hash of an empty body"),
    ("V5-BODYNL", "of version 5 whose body has a line break more than the one sent"),
    ("V5-BODYMOJI", "of version 5 whose body was read as Latin-1 and encoded again"),
    ("V5-BODYSP", "of version 5 whose JSON body has other white space than the one sent"),
    ("V5-BODYASCII", "of version 5 whose JSON body has \\u escapes, unlike the one sent"),
    ("V5-BODYESC", "of version 5 whose JSON body escapes other characters than the one sent"),
    ("V5-BODYDICT", "of version 5 whose body is what Python prints of a dict, not JSON"),
    ("V5-BODYSORT", "of version 5 whose JSON body has its names sorted, unlike the one sent"),
    ("V5-BODYOTHER", "of version 5 for the body you meant, which is not the one sent"),
    ("V5-XDATE", "of version 5 that differs in whether X-Duo-Date is among the headers"),
    ("V5-HDRNONE", "of version 5 that leaves the X-Duo-* headers out"),
    ("V5-NOHASH", "of version 5 with an empty last line instead of a hash"),
    ("V5-HDRSORT", "of version 5 with the X-Duo-* headers unsorted"),
    ("V5-HDRCASE", "of version 5 with the X-Duo-* names not in lower case"),
    ("V5-HDRADDED", "of version 5 made before one of the X-Duo-* headers was added"),
    (
        "V5-HDRDUP",
        "of version 5 with another value of an X-Duo-* header that was sent twice, or with both",
    ),
    ("V5-HDRLOST", "of version 5 with X-Duo-* headers that you meant, and the request lacks"),
    ("V5-HDRUNSENT", "of version 5 with headers that do not belong in it"),
];

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
    use super::super::tables::cause;
    use super::*;

    #[test]
    fn every_mistake_has_a_sentence_and_a_fix() {
        let request = &http::Request {
            method: "GET".into(),
            url: "https://api-x.duosecurity.com/p?a=1".into(),
            ..http::Request::default()
        };
        for (mutation, phrase) in PHRASES {
            for (signed, expected) in [("a=2", "a=1"), ("a=2&b=1", "a=1")] {
                for is_reproduced in [true, false] {
                    let about = About { request, version: SignatureVersion::V5, is_reproduced };
                    let fault = Fault {
                        cause: cause(mutation),
                        mutation,
                        signed: signed.into(),
                        expected: expected.into(),
                    };
                    let (summary, fix) = about.sentences(&fault);
                    assert!(!phrase.is_empty(), "{mutation}");
                    for text in [&summary, &fix] {
                        let ends = text.ends_with(['.', '`']);
                        assert!(ends && !text.contains("  ") && !text.contains(" . Duo"), "{text}");
                    }
                }
            }
        }
    }
}
