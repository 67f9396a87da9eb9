//! Every mistake that the search and the header know: one row for each, and nothing about it elsewhere but
//! the code that makes its texts.

use alloc::string::String;

/// What a mistake is one of: the cause that it is reported as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::diagnose) enum Kind {
    Order,
    Encoding,
    Set,
    Location,
    Date,
    Lines,
    Path,
    Host,
    Method,
    Output,
    Key,
    Version,
}

impl Kind {
    /// The cause, such as `param-order`.
    pub(in crate::diagnose) fn cause(self) -> &'static str {
        match self {
            Self::Order => "param-order",
            Self::Encoding => "param-encoding",
            Self::Set => "param-set",
            Self::Location => "param-location",
            Self::Date => "date-mismatch",
            Self::Lines => "canonical-lines",
            Self::Path => "path",
            Self::Host => "host",
            Self::Method => "method",
            Self::Output => "output-form",
            Self::Key => "key-form",
            Self::Version => "signature-version",
        }
    }
}

/// What to do about it; `advice.rs` has the sentences, which quote the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::diagnose) enum Fix {
    Sort,
    Encode,
    EncodeOnce,
    Joint,
    Plus,
    Stray,
    OneList,
    Place,
    SendBody,
    OneDate,
    Lines,
    Path,
    Fill,
    Host,
    Method,
    Output,
    Key,
    Hash,
    BodyBytes,
    XDuoHeaders,
    Version5,
}

/// All that is to be said of a mistake.
pub(in crate::diagnose) struct Row {
    /// Its name, such as `ENC-PLUS`.
    pub(in crate::diagnose) id: &'static str,
    pub(in crate::diagnose) kind: Kind,
    /// How often it is seen in public reports, for telling equal explanations apart.
    pub(in crate::diagnose) seen: u32,
    /// What it is, within the sentence of its kind; empty where that says all.
    pub(in crate::diagnose) phrase: &'static str,
    pub(in crate::diagnose) fix: Fix,
}

macro_rules! mistakes {
    ($($name:ident: $id:literal, $kind:ident, $seen:literal, $phrase:literal, $fix:ident;)+) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(in crate::diagnose) enum Mistake {
            $($name),+
        }

        impl Mistake {
            #[cfg(test)]
            pub(in crate::diagnose) const ALL: &[Self] = &[$(Self::$name),+];

            pub(in crate::diagnose) fn row(self) -> Row {
                match self {
                    $(Self::$name => Row {
                        id: $id,
                        kind: Kind::$kind,
                        seen: $seen,
                        phrase: $phrase,
                        fix: Fix::$fix,
                    }),+
                }
            }
        }
    };
}

/// A mistake with what it made of the texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::diagnose) struct Fault {
    pub(in crate::diagnose) mistake: Mistake,
    pub(in crate::diagnose) signed: String,
    pub(in crate::diagnose) expected: String,
}

impl Fault {
    /// One of the request as a whole.
    pub(in crate::diagnose) fn of(mistake: Mistake) -> Self {
        Self { mistake, signed: String::new(), expected: String::new() }
    }
}

mistakes! {
    OrderWire: "ORD-WIRE", Order, 7, "in the order in which they were sent", Sort;
    OrderByName: "ORD-VAL", Order, 7, "sorted by name only, with repeated names in the order of the request", Sort;
    OrderPair: "ORD-PAIR", Order, 7, "sorted as whole `name=value` texts", Sort;
    OrderRaw: "ORD-RAW", Order, 7, "sorted before they were percent-encoded", Sort;
    OrderDesc: "ORD-DESC", Order, 7, "from the last to the first", Sort;
    OrderLocale: "ORD-LOCALE", Order, 7, "sorted as a language sorts words, not by bytes", Sort;
    OrderAny: "ORD-ANY", Order, 1, "in some other order", Sort;
    EncodedNone: "ENC-NONE", Encoding, 8, "without percent-encoding", Encode;
    EncodedPlus: "ENC-PLUS", Encoding, 8, "with `+` for a space", Encode;
    EncodedJs: "ENC-JS", Encoding, 8, "as `encodeURIComponent` does, which leaves `!'()*`", Encode;
    EncodedJs1: "ENC-JS1", Encoding, 8, "with only the first of each of `!'()*` encoded", Encode;
    EncodedLowHex: "ENC-LOWHEX", Encoding, 8, "with lower-case hex digits", Encode;
    EncodedDotNet: "ENC-DOTNET", Encoding, 8, "as `HttpUtility.UrlEncode` does: lower-case hex, `+`, and `!()*` left", Encode;
    EncodedJava: "ENC-JAVA", Encoding, 8, "as `URLEncoder` does: `+`, `*` left, and `~` encoded", Encode;
    EncodedSlash: "ENC-SLASH", Encoding, 8, "with `/` left as it is", Encode;
    EncodedUri: "ENC-URI", Encoding, 8, "as `encodeURI` does, which leaves reserved characters", Encode;
    EncodedDouble: "ENC-DOUBLE", Encoding, 8, "percent-encoded twice", Encode;
    EncodedLatin1: "ENC-LATIN1", Encoding, 8, "as one byte for each character (Latin-1), not as UTF-8", Encode;
    EncodedQuestionMark: "ENC-QMARK", Encoding, 8, "with `?` for characters outside ASCII", Encode;
    EncodedEscape: "ENC-ESCAPE", Encoding, 8, "as JavaScript's `escape` does, which knows no UTF-8 and leaves `@*+/`", Encode;
    EncodedAscii: "ENC-ASCII", Encoding, 8, "with characters outside ASCII left as they are", Encode;
    EncodedSome: "ENC-SOME", Encoding, 1, "with a different set of characters encoded", Encode;
    ParamsDrop: "PAR-DROP", Set, 4, "with a parameter missing", OneList;
    ParamsEmpty: "PAR-EMPTY", Set, 4, "with different empty parameters", OneList;
    ParamsLast: "PAR-LAST", Set, 4, "with one value of a repeated name", OneList;
    ParamsJoin: "PAR-JOIN", Set, 4, "with the values of a repeated name written differently", OneList;
    ParamsMeant: "PAR-MEANT", Set, 3, "that you meant to send, not the ones that were sent", OneList;
    ParamsNone: "PAR-NONE", Set, 4, "with none of them", OneList;
    ParamsNothing: "PAR-NOTHING", Set, 4, "with a value as another language writes it", OneList;
    ParamsPlus: "PAR-PLUS", Set, 4, "", Plus;
    ParamsStray: "PAR-STRAY", Set, 4, "with a stray `&`, as an empty list leaves", Stray;
    ParamsTwice: "PAR-TWICE", Set, 9, "as they were before they were percent-encoded a second time", EncodeOnce;
    ParamsTrim: "PAR-TRIM", Set, 4, "with white space trimmed", OneList;
    ParamsJoint: "PAR-JOINT", Encoding, 1, "with something other than `=` and `&` between them, or in a line that was changed as a whole", Joint;
    ParamsValue: "PAR-VALUE", Set, 1, "with values written differently", OneList;
    ParamsPrinted: "PAR-PRINTED", Encoding, 1, "as a language prints a map or a list of them", Joint;
    ParamsName: "PAR-NAME", Set, 1, "with names in another case", OneList;
    ParamsCharset: "PAR-CHARSET", Encoding, 1, "in the code page of Windows for western languages (windows-1252), not in UTF-8", Encode;
    ParamsNormal: "PAR-NORMAL", Set, 4, "with letters and their accents in another normalization form of Unicode", OneList;
    ParamsSample: "PAR-SAMPLE", Set, 1, "of the example in Duo's documentation", OneList;
    ReceivedNoParams: "RCV-NOPARAMS", Location, 4, "", Place;
    ReceivedNoBody: "RCV-NOBODY", Location, 4, "", SendBody;
    DateOtherHeader: "DATE-OTHERHDR", Date, 7, "that of the other date header", OneDate;
    DateSample: "DATE-PREV", Date, 1, "that of the example in Duo's documentation", OneDate;
    DateDay: "DATE-DAY", Date, 7, "with a one-digit day", OneDate;
    DateForm: "DATE-FORM", Date, 7, "the same time in a different format", OneDate;
    DateWrap: "DATE-WRAP", Date, 1, "with other text around it or in another spelling", OneDate;
    DateShift: "DATE-SHIFT", Date, 7, "generated at a different time", OneDate;
    DateEmpty: "DATE-EMPTY", Date, 7, "which was not set yet", OneDate;
    DateGmt: "DATE-GMT", Date, 7, "the same time in a different format", OneDate;
    DateP0000: "DATE-P0000", Date, 7, "the same time in a different format", OneDate;
    DateM0000: "DATE-M0000", Date, 7, "the same time in a different format", OneDate;
    DateZone: "DATE-ZONE", Date, 7, "the same time in a different format", OneDate;
    MethodLower: "METH-LOWER", Method, 1, "", Method;
    MethodOther: "METH-OTHER", Method, 1, "", Method;
    HostCase: "HOST-CASE", Host, 5, "", Host;
    HostOther: "HOST-OTHER", Host, 5, "", Host;
    HostPort: "HOST-PORT", Host, 5, "", Host;
    HostScheme: "HOST-SCHEME", Host, 5, "", Host;
    HostShort: "HOST-SHORT", Host, 5, "", Host;
    HostUnset: "HOST-UNSET", Host, 5, "", Host;
    PathNoSlash: "PATH-NOSLASH", Path, 4, "without its leading slash", Path;
    PathQuery: "PATH-QUERY", Path, 4, "with the query, and an empty params line", Path;
    PathQuery2: "PATH-QUERY2", Path, 4, "with the query", Path;
    PathUrl: "PATH-URL", Path, 4, "the whole URL", Path;
    PathSlash: "PATH-SLASH", Path, 4, "with or without a slash at its end, unlike the request", Path;
    PathCase: "PATH-CASE", Path, 4, "in a different case", Path;
    PathDecoded: "PATH-DECODED", Path, 4, "without its percent-encoding", Path;
    PathOther: "PATH-OTHER", Path, 4, "that of another endpoint", Path;
    PathWrap: "PATH-WRAP", Path, 1, "with other text around it", Path;
    PathEncoded: "PATH-ENCODED", Path, 1, "encoded once more than in the request", Path;
    PathUnset: "PATH-UNSET", Path, 1, "the text of an unset variable", Path;
    PathTemplate: "PATH-TEMPLATE", Path, 4, "with a placeholder, or an unset variable, that was not filled in", Fill;
    LinesNoHost: "STR-NOHOST", Lines, 6, "without the host line", Lines;
    LinesNoDate: "STR-NODATE", Lines, 6, "without the date line", Lines;
    LinesNoLast: "STR-NOLAST", Lines, 6, "without the empty params line at its end", Lines;
    LinesNull: "STR-NULL", Lines, 6, "with `null` or the like as the params line", Lines;
    LinesCrLf: "STR-CRLF", Lines, 6, "with CR LF between its lines", Lines;
    LinesLiteral: "STR-LITERAL", Lines, 6, "with the two characters \\n between its lines", Lines;
    LinesTailLf: "STR-TAILNL", Lines, 6, "with a line break after its last line", Lines;
    LinesJoined: "STR-JOINED", Lines, 6, "with nothing between its lines", Lines;
    LinesOrder: "STR-ORDER", Lines, 6, "with its lines in another order", Lines;
    LinesMissing: "STR-MISSING", Lines, 1, "without one of its lines", Lines;
    LinesSeparator: "STR-SEPARATOR", Lines, 1, "with something other than one LF between its lines", Lines;
    LinesAround: "STR-AROUND", Lines, 1, "with other text around it", Lines;
    LinesWhole: "STR-WHOLE", Lines, 1, "that was trimmed, encoded, hashed or put into another case as a whole", Lines;
    OutputUpper: "OUT-UPPER", Output, 6, "printed in upper-case hex", Output;
    OutputBase64: "OUT-B64", Output, 6, "printed in base64", Output;
    OutputBase64Hex: "OUT-B64HEX", Output, 6, "its hex or base64 text was encoded again", Output;
    OutputAround: "OUT-AROUND", Output, 6, "printed with other text before, after or within it", Output;
    OutputRaw: "OUT-RAW", Output, 6, "sent as raw bytes", Output;
    OutputNumbers: "OUT-NUMBERS", Output, 6, "printed as a list of numbers or with escapes, as languages show bytes", Output;
    OutputCut: "OUT-CUT", Output, 6, "only a part of it was sent", Output;
    OutputDigits: "OUT-DIGITS", Output, 6, "printed in hex that does not have two digits for each byte", Output;
    OutputLossy: "OUT-LOSSY", Output, 6, "its bytes were decoded as text, and those that are no text were replaced", Output;
    OutputUnset: "OUT-UNSET", Output, 1, "what was sent is the text of an unset variable", Output;
    OutputShaOfBase64: "OUT-SHAB64", Output, 6, "what was sent is the SHA-1 of its base64 text", Output;
    HeaderShape: "AUTH-SHAPE", Output, 6, "what was sent is not a hash", Output;
    HeaderName: "AUTH-NAME", Output, 6, "the value of the header contains the name of the header", Output;
    HeaderScheme: "AUTH-SCHEME", Output, 6, "the header lacks `Basic` before its value", Output;
    HeaderColon: "AUTH-COLON", Output, 6, "the header has a colon after `Basic`", Output;
    HeaderAround: "AUTH-AROUND", Output, 6, "its base64 text in the header is in quotes, or has another `Basic` before it", Output;
    HeaderTwice: "AUTH-TWICE", Output, 6, "the header was base64-encoded twice", Output;
    HeaderSwapped: "AUTH-SWAPPED", Output, 6, "the signature is before the colon, and the integration key after it", Output;
    HeaderWrap: "AUTH-WRAP", Output, 6, "the base64 text in the header is wrapped or has spaces in it", Output;
    HeaderPlain: "AUTH-PLAIN", Output, 6, "the header holds integration key and signature without base64", Output;
    HeaderBase64: "AUTH-B64", Output, 6, "the header is not in the standard base64 alphabet with padding", Output;
    HeaderLineBreak: "AUTH-NL", Output, 6, "a line break was encoded along with it", Output;
    HeaderUtf16: "AUTH-UTF16", Output, 6, "the header is the base64 of UTF-16 text", Output;
    HeaderEmptyIkey: "AUTH-EMPTYIKEY", Output, 6, "the integration key before the colon is empty", Output;
    KeyLineBreak: "KEY-NL", Key, 2, "the secret key and a line break", Key;
    KeySpace: "KEY-SPACE", Key, 2, "the secret key and a space", Key;
    KeyQuotes: "KEY-QUOTES", Key, 2, "the secret key in quotes", Key;
    KeyIkey: "KEY-IKEY", Key, 2, "the integration key", Key;
    KeyBase64: "KEY-B64", Key, 2, "a base64 form of the secret key", Key;
    KeyUtf16: "KEY-UTF16", Key, 2, "the secret key in UTF-16", Key;
    KeyCase: "KEY-CASE", Key, 2, "the secret key in a different case", Key;
    KeySwap: "KEY-SWAP", Key, 2, "with key and message swapped", Key;
    KeyAround: "KEY-AROUND", Key, 1, "the secret key with other text around it", Key;
    KeyUnset: "KEY-UNSET", Key, 1, "the text of an unset variable", Key;
    KeyHex: "KEY-HEX", Key, 1, "the secret key in hex", Key;
    KeyHashed: "KEY-HASHED", Key, 1, "a hash of the secret key", Key;
    KeyPart: "KEY-PART", Key, 1, "a part of the secret key", Key;
    HashJoined: "ALG-JOINED", Key, 1, "as a plain hash of key and text together", Key;
    HashPlain: "ALG-PLAIN", Key, 2, "as a plain hash, without a key", Key;
    HashSha256: "ALG-256", Version, 8, "with HMAC-SHA256, which Duo never accepts", Hash;
    HashOther: "ALG-OTHER", Version, 1, "with an HMAC of SHA-224 or SHA-384, which Duo never accepts", Hash;
    V5Sha1: "V5-SHA1", Version, 8, "with HMAC-SHA1, but version 5 needs SHA-512", Version5;
    V5As2: "V5-AS2", Version, 8, "with version 2, which does not cover the body and the X-Duo-* headers", Version5;
    V5As4: "V5-AS4", Version, 8, "with version 4, which does not cover the X-Duo-* headers", Version5;
    V5Params: "V5-PARAMS", Version, 8, "a params line that holds the members of the body", Version5;
    V5Patch: "V5-PATCH", Version, 8, "the body as query parameters, as if this were a GET", Version5;
    V5BodyEmpty: "V5-BODYEMPTY", Version, 8, "the hash of an empty body", BodyBytes;
    V5BodyLineBreak: "V5-BODYNL", Version, 8, "a body with one more line break than the one sent", BodyBytes;
    V5BodyMojibake: "V5-BODYMOJI", Version, 8, "a body that was read as Latin-1 and encoded again", BodyBytes;
    V5BodyCharset: "V5-BODYCHARSET", Version, 1, "the body in another encoding than the UTF-8 that was sent, or with a byte order mark", BodyBytes;
    V5BodySpaces: "V5-BODYSP", Version, 8, "a JSON body with different white space from the one sent", BodyBytes;
    V5BodyAscii: "V5-BODYASCII", Version, 8, "a JSON body with \\u escapes, unlike the one sent", BodyBytes;
    V5BodyEscapes: "V5-BODYESC", Version, 8, "a JSON body that escapes different characters from the one sent", BodyBytes;
    V5BodyDict: "V5-BODYDICT", Version, 8, "what a language prints for a map, instead of the JSON body", BodyBytes;
    V5BodySorted: "V5-BODYSORT", Version, 8, "a JSON body with sorted names, unlike the one sent", BodyBytes;
    V5BodyAround: "V5-BODYAROUND", Version, 1, "a body with other text around it", BodyBytes;
    V5BodyUnset: "V5-BODYUNSET", Version, 1, "the text of an unset variable, instead of the body sent", BodyBytes;
    V5BodyForm: "V5-BODYFORM", Version, 1, "the members of the JSON body as a form", BodyBytes;
    V5BodyQuery: "V5-BODYQUERY", Version, 1, "the query as if it were a body", BodyBytes;
    V5BodyType: "V5-BODYTYPE", Version, 1, "a JSON body with values of other types, unlike the one sent", BodyBytes;
    V5BodyDrop: "V5-BODYDROP", Version, 1, "a JSON body that lacks a member of the one sent", BodyBytes;
    V5BodyOrder: "V5-BODYORDER", Version, 1, "a JSON body with its members in another order", BodyBytes;
    V5BodyTwice: "V5-BODYTWICE", Version, 1, "the JSON body as a text within JSON, encoded a second time", BodyBytes;
    V5BodyHash: "V5-BODYHASH", Version, 1, "the body in place of its hash, or its hash in another form or of another kind", BodyBytes;
    V5BodyOther: "V5-BODYOTHER", Version, 8, "the body that you meant to send, not the one that was sent", BodyBytes;
    V5XDuoDate: "V5-XDATE", Version, 8, "a different set of X-Duo-* headers: with or without X-Duo-Date", XDuoHeaders;
    V5HeadersNone: "V5-HDRNONE", Version, 8, "without the X-Duo-* headers", XDuoHeaders;
    V5NoHash: "V5-NOHASH", Version, 8, "an empty last line instead of the hash of the X-Duo-* headers", XDuoHeaders;
    V5HeadersUnsorted: "V5-HDRSORT", Version, 8, "the X-Duo-* headers unsorted", XDuoHeaders;
    V5HeadersCase: "V5-HDRCASE", Version, 8, "the X-Duo-* names without converting them to lower case", XDuoHeaders;
    V5HeadersJoined: "V5-HDRJOIN", Version, 1, "the X-Duo-* headers joined in another way", XDuoHeaders;
    V5HeadersHash: "V5-HDRHASH", Version, 1, "the X-Duo-* headers in place of their hash, or their hash in another form or of another kind", XDuoHeaders;
    V5HeaderAdded: "V5-HDRADDED", Version, 8, "before one of the X-Duo-* headers was added", XDuoHeaders;
    V5HeaderTwice: "V5-HDRDUP", Version, 8, "a different value of an X-Duo-* header that was sent twice, or both values", XDuoHeaders;
    V5HeaderLost: "V5-HDRLOST", Version, 8, "X-Duo-* headers that you meant to send, but the request lacks", XDuoHeaders;
    V5HeadersOthers: "V5-HDRUNSENT", Version, 8, "headers that do not belong in the hash of the X-Duo-* headers", XDuoHeaders;
}
