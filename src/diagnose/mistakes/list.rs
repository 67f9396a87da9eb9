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
    Plus,
    Stray,
    OneList,
    Place,
    SendBody,
    OneDate,
    Lines,
    Path,
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
    OrderWire: "ORD-WIRE", Order, 7, "in the order they are sent in", Sort;
    OrderByName: "ORD-VAL", Order, 7, "sorted by name only, with repeated names in the order of the request", Sort;
    OrderPair: "ORD-PAIR", Order, 7, "sorted as whole `name=value` texts", Sort;
    OrderRaw: "ORD-RAW", Order, 7, "sorted before they were percent-encoded", Sort;
    OrderDesc: "ORD-DESC", Order, 7, "from the last to the first", Sort;
    OrderLocale: "ORD-LOCALE", Order, 7, "sorted as a language sorts words, not by bytes", Sort;
    OrderAny: "ORD-ANY", Order, 1, "in an order of their own", Sort;
    EncodedNone: "ENC-NONE", Encoding, 8, "without percent-encoding", Encode;
    EncodedPlus: "ENC-PLUS", Encoding, 8, "with `+` for a space", Encode;
    EncodedJs: "ENC-JS", Encoding, 8, "as encodeURIComponent does, which leaves ! ' ( ) *", Encode;
    EncodedJs1: "ENC-JS1", Encoding, 8, "with only the first of each ! ' ( ) * encoded", Encode;
    EncodedLowHex: "ENC-LOWHEX", Encoding, 8, "with lower-case hex digits", Encode;
    EncodedDotNet: "ENC-DOTNET", Encoding, 8, "as HttpUtility.UrlEncode does: lower-case hex, `+`, and ! ( ) * left", Encode;
    EncodedJava: "ENC-JAVA", Encoding, 8, "as URLEncoder does: `+`, `*` left, and `~` encoded", Encode;
    EncodedSlash: "ENC-SLASH", Encoding, 8, "with `/` left as it is", Encode;
    EncodedUri: "ENC-URI", Encoding, 8, "as encodeURI does, which leaves reserved characters", Encode;
    EncodedDouble: "ENC-DOUBLE", Encoding, 8, "percent-encoded twice", Encode;
    EncodedLatin1: "ENC-LATIN1", Encoding, 8, "as one byte for each character (Latin-1), not as UTF-8", Encode;
    EncodedQuestionMark: "ENC-QMARK", Encoding, 8, "with `?` for characters outside ASCII", Encode;
    EncodedSome: "ENC-SOME", Encoding, 1, "with other characters encoded than Duo encodes", Encode;
    ParamsDrop: "PAR-DROP", Set, 4, "with a parameter missing", OneList;
    ParamsEmpty: "PAR-EMPTY", Set, 4, "with other empty parameters", OneList;
    ParamsLast: "PAR-LAST", Set, 4, "with one value of a repeated name", OneList;
    ParamsJoin: "PAR-JOIN", Set, 4, "with the values of a repeated name written in another way", OneList;
    ParamsMeant: "PAR-MEANT", Set, 3, "that you meant, which are not those that are sent", OneList;
    ParamsNone: "PAR-NONE", Set, 4, "with none of them", OneList;
    ParamsNothing: "PAR-NOTHING", Set, 4, "with a value as another language writes it", OneList;
    ParamsPlus: "PAR-PLUS", Set, 4, "", Plus;
    ParamsStray: "PAR-STRAY", Set, 4, "with an `&` that joins nothing, as of an empty list", Stray;
    ParamsTwice: "PAR-TWICE", Set, 9, "as they were before they were percent-encoded a second time", EncodeOnce;
    ParamsTrim: "PAR-TRIM", Set, 4, "with white space trimmed", OneList;
    ParamsSample: "PAR-SAMPLE", Set, 1, "of the example in Duo's documentation", OneList;
    ReceivedNoParams: "RCV-NOPARAMS", Location, 4, "", Place;
    ReceivedNoBody: "RCV-NOBODY", Location, 4, "", SendBody;
    DateOtherHeader: "DATE-OTHERHDR", Date, 7, "that of the other date header", OneDate;
    DateSample: "DATE-PREV", Date, 1, "that of the example in Duo's documentation", OneDate;
    DateDay: "DATE-DAY", Date, 7, "whose day has one digit", OneDate;
    DateShift: "DATE-SHIFT", Date, 7, "made at another moment", OneDate;
    DateEmpty: "DATE-EMPTY", Date, 7, "which was not set yet", OneDate;
    DateGmt: "DATE-GMT", Date, 7, "the same moment in other words", OneDate;
    DateP0000: "DATE-P0000", Date, 7, "the same moment in other words", OneDate;
    DateM0000: "DATE-M0000", Date, 7, "the same moment in other words", OneDate;
    DateZone: "DATE-ZONE", Date, 7, "the same moment in other words", OneDate;
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
    PathCase: "PATH-CASE", Path, 4, "in lower case", Path;
    PathDecoded: "PATH-DECODED", Path, 4, "without its percent-encoding", Path;
    PathOther: "PATH-OTHER", Path, 4, "that of another endpoint", Path;
    LinesNoHost: "STR-NOHOST", Lines, 6, "without the line of the host", Lines;
    LinesNoDate: "STR-NODATE", Lines, 6, "without the line of the date", Lines;
    LinesNoLast: "STR-NOLAST", Lines, 6, "without the empty params line at its end", Lines;
    LinesNull: "STR-NULL", Lines, 6, "with `null` as params line", Lines;
    LinesCrLf: "STR-CRLF", Lines, 6, "with CR LF between its lines", Lines;
    LinesLiteral: "STR-LITERAL", Lines, 6, "with the two characters \\n between its lines", Lines;
    LinesTailLf: "STR-TAILNL", Lines, 6, "with a line break behind its last line", Lines;
    LinesJoined: "STR-JOINED", Lines, 6, "with nothing between its lines", Lines;
    LinesOrder: "STR-ORDER", Lines, 6, "with its lines in another order", Lines;
    OutputUpper: "OUT-UPPER", Output, 6, "printed in upper-case hex", Output;
    OutputBase64: "OUT-B64", Output, 6, "printed in base64", Output;
    OutputBase64Hex: "OUT-B64HEX", Output, 6, "its hex is encoded in base64 once more", Output;
    OutputRaw: "OUT-RAW", Output, 6, "sent as raw bytes", Output;
    OutputShaOfBase64: "OUT-SHAB64", Output, 6, "what is sent is the SHA-1 of its base64 text", Output;
    HeaderShape: "AUTH-SHAPE", Output, 6, "what is sent is no hash", Output;
    HeaderName: "AUTH-NAME", Output, 6, "the value of the header has the name of the header in it", Output;
    HeaderScheme: "AUTH-SCHEME", Output, 6, "the header lacks `Basic` before its value", Output;
    HeaderColon: "AUTH-COLON", Output, 6, "the header has a colon behind `Basic`", Output;
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
    KeyCase: "KEY-CASE", Key, 2, "the secret key in other case", Key;
    KeySwap: "KEY-SWAP", Key, 2, "key and message swapped", Key;
    HashPlain: "ALG-PLAIN", Key, 2, "a plain hash, without any key,", Key;
    HashSha256: "ALG-256", Version, 8, "by HMAC-SHA256, which Duo never takes", Hash;
    V5Sha1: "V5-SHA1", Version, 8, "of version 5 by HMAC-SHA1, where SHA-512 is needed", Version5;
    V5As2: "V5-AS2", Version, 8, "of version 2, which does not cover the body and the X-Duo-* headers", Version5;
    V5As4: "V5-AS4", Version, 8, "of version 4, which does not cover the X-Duo-* headers", Version5;
    V5Params: "V5-PARAMS", Version, 8, "of version 5 whose params line holds the members of the body", Version5;
    V5Patch: "V5-PATCH", Version, 8, "of version 5 that takes the body for a query, as for GET", Version5;
    V5BodyEmpty: "V5-BODYEMPTY", Version, 8, "of version 5 with the hash of an empty body", BodyBytes;
    V5BodyLineBreak: "V5-BODYNL", Version, 8, "of version 5 whose body has a line break more than the one sent", BodyBytes;
    V5BodyMojibake: "V5-BODYMOJI", Version, 8, "of version 5 whose body was read as Latin-1 and encoded again", BodyBytes;
    V5BodySpaces: "V5-BODYSP", Version, 8, "of version 5 whose JSON body has other white space than the one sent", BodyBytes;
    V5BodyAscii: "V5-BODYASCII", Version, 8, "of version 5 whose JSON body has \\u escapes, unlike the one sent", BodyBytes;
    V5BodyEscapes: "V5-BODYESC", Version, 8, "of version 5 whose JSON body escapes other characters than the one sent", BodyBytes;
    V5BodyDict: "V5-BODYDICT", Version, 8, "of version 5 whose body is what Python prints of a dict, not JSON", BodyBytes;
    V5BodySorted: "V5-BODYSORT", Version, 8, "of version 5 whose JSON body has its names sorted, unlike the one sent", BodyBytes;
    V5BodyOther: "V5-BODYOTHER", Version, 8, "of version 5 for the body you meant, which is not the one sent", BodyBytes;
    V5XDuoDate: "V5-XDATE", Version, 8, "of version 5 that differs in whether X-Duo-Date is among the headers", XDuoHeaders;
    V5HeadersNone: "V5-HDRNONE", Version, 8, "of version 5 that leaves the X-Duo-* headers out", XDuoHeaders;
    V5NoHash: "V5-NOHASH", Version, 8, "of version 5 with an empty last line instead of a hash", XDuoHeaders;
    V5HeadersUnsorted: "V5-HDRSORT", Version, 8, "of version 5 with the X-Duo-* headers unsorted", XDuoHeaders;
    V5HeadersCase: "V5-HDRCASE", Version, 8, "of version 5 with the X-Duo-* names not in lower case", XDuoHeaders;
    V5HeaderAdded: "V5-HDRADDED", Version, 8, "of version 5 made before one of the X-Duo-* headers was added", XDuoHeaders;
    V5HeaderTwice: "V5-HDRDUP", Version, 8, "of version 5 with another value of an X-Duo-* header that was sent twice, or with both", XDuoHeaders;
    V5HeaderLost: "V5-HDRLOST", Version, 8, "of version 5 with X-Duo-* headers that you meant, and the request lacks", XDuoHeaders;
    V5HeadersOthers: "V5-HDRUNSENT", Version, 8, "of version 5 with headers that do not belong in it", XDuoHeaders;
}
