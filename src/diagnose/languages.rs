//! The call that does it right, in the language of the sender.

use alloc::format;
use alloc::string::String;

use crate::http;

/// What a program is written in, as its User-Agent tells.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Language {
    DotNet,
    Go,
    Java,
    JavaScript,
    Php,
    Python,
    Dart,
    Ruby,
    Rust,
    Shell,
    Swift,
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
            ("jersey", Self::Java),
            ("apache-httpclient", Self::Java),
            ("reqwest", Self::Rust),
            ("ureq", Self::Rust),
            ("hyper", Self::Rust),
            ("dart", Self::Dart),
            ("cfnetwork", Self::Swift),
            ("alamofire", Self::Swift),
            ("curl", Self::Shell),
            ("wget", Self::Shell),
            ("mozilla", Self::JavaScript),
        ];
        known.into_iter().find(|(name, _)| agent.contains(name)).map(|(_, language)| language)
    }

    fn hint(self, cause: &str) -> &'static str {
        use Language::{Dart, DotNet, Go, Java, JavaScript, Php, Python, Ruby, Rust, Shell, Swift};
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
            ("param-encoding", Rust) => {
                "utf8_percent_encode(value, &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.')\
                 .remove(b'~'))"
            }
            ("param-encoding", Dart) => {
                "Uri.encodeComponent(value).replaceAllMapped(RegExp(r\"[!'()*]\"), (m) => '%' + \
                 m[0]!.codeUnitAt(0).toRadixString(16).toUpperCase())"
            }
            ("param-encoding", Swift) => {
                "value.addingPercentEncoding(withAllowedCharacters: CharacterSet(charactersIn: \
                 \"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~\"))"
            }
            ("param-order", Rust | Dart) => "sort() of the encoded pairs",
            ("param-order", Swift) => "sort by the UTF-8 bytes of the encoded pairs",
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
            ("date-format" | "date-mismatch", Rust) => "httpdate::fmt_http_date(SystemTime::now())",
            ("date-format" | "date-mismatch", Dart) => "HttpDate.format(DateTime.now())",
            ("date-format" | "date-mismatch", Swift) => {
                "a DateFormatter with the locale en_US_POSIX, GMT and \"EEE, dd MMM yyyy HH:mm:ss \
                 '-0000'\""
            }
            ("output-form", Rust) => "hex::encode(mac.finalize().into_bytes())",
            ("output-form", Dart) => "hmac.convert(utf8.encode(canonical)).toString()",
            ("output-form", Swift) => "mac.map { String(format: \"%02x\", $0) }.joined()",
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
