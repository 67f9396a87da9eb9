//! What holds for every input: a function for each fuzz target, which panics where it does not hold.
//! `tests/fuzzed.rs` calls the same with what proptest makes.

use duo_sign::diagnose::{Context, Diagnosis, Outcome};
use duo_sign::parse::parse_all;
use duo_sign::render::Format;
use duo_sign::{
    Body, Credentials, DateHeader, Digest, Request, SignatureVersion, Signer, http, verify::verify,
};

const IKEY: &str = "DIXXXXXXXXXXXXXXXXXX";
const SKEY: &str = "gtdfxv9YgVBYcF6dl2Eq17KUQJN2PLM2ODVTkvoT";
const OTHER_SKEY: &str = "Zh5eGmUq9zpfQnyUIu5OL9iWoMMv5ZNmk3zLJ4Ep";

/// Stands between the fields of an input, since no text in UTF-8 has it.
pub const SEPARATOR: u8 = 0xff;

fn fields(data: &[u8]) -> Vec<String> {
    let fields = data.split(|byte| *byte == SEPARATOR);
    fields.map(|field| String::from_utf8_lossy(field).into_owned()).collect()
}

fn pairs(fields: &[String]) -> Vec<(&str, &str)> {
    fields.chunks_exact(2).map(|pair| (&*pair[0], &*pair[1])).collect()
}

fn credentials(skey: &str) -> Credentials {
    Credentials::new(IKEY, skey).unwrap()
}

/// A request from: options, method, host, path, date, body, x-duo header's name and value, parameters.
/// The text of the options has a digit for each of them.
fn request(fields: &[String]) -> Option<Request<'_>> {
    let [options, method, host, path, date, body, name, value, params @ ..] = fields else {
        return None;
    };
    let option = |at: usize| options.as_bytes().get(at).map_or(0, |it| usize::from(*it % 16));
    let mut request = Request::new(method, host, path, date.as_str());
    for (name, value) in pairs(params) {
        request = request.param(name, value);
    }
    use SignatureVersion::{V1, V2, V4, V5};
    request.signature_version = [V5, V4, V2, V1][option(0) % 4];
    request.digest = [Digest::Sha512, Digest::Sha1][option(1) % 2];
    request.date_header = [DateHeader::Date, DateHeader::XDuoDate][option(2) % 2];
    if !body.is_empty() {
        request.body = Some(Body::Raw(body.as_bytes().into()));
        request.query = std::mem::take(&mut request.params);
    }
    if !name.is_empty() {
        request.headers.push((name.into(), value.into()));
    }
    Some(request)
}

/// Whether there is a request in it that can be signed.
pub fn is_signed(data: &[u8]) -> bool {
    let fields = fields(data);
    request(&fields).is_some_and(|request| request.canonicalize().is_ok())
}

/// The canonical parameters decode to those given, in any order.
pub fn params(data: &[u8]) {
    let fields = fields(data);
    let mut given = pairs(&fields);
    let canonical = |pairs: &[(&str, &str)]| {
        let mut params = duo_sign::params::Params::default();
        for (name, value) in pairs {
            params.push(*name, *value);
        }
        params.canonical()
    };
    let line = canonical(&given);
    assert!(line.is_ascii());
    let decode = |text| percent_encoding::percent_decode_str(text).decode_utf8().unwrap();
    let pieces = line.split('&').filter(|pair| !pair.is_empty());
    let halves = pieces.map(|pair| pair.split_once('=').unwrap());
    let mut decoded: Vec<_> = halves.map(|(name, value)| (decode(name), decode(value))).collect();
    decoded.sort();
    given.reverse();
    assert_eq!(canonical(&given), line);
    given.sort_unstable();
    assert_eq!(canonical(&given), line);
    assert!(decoded.iter().map(|(name, value)| (&**name, &**value)).eq(given));

    let mut received = duo_sign::params::Params::default();
    received.extend_encoded(line.as_bytes());
    assert_eq!(received.canonical(), line);
}

/// What is explained is what is signed, in any order of the parameters; it verifies, and does not with
/// another byte.
pub fn sign(data: &[u8]) {
    let fields = fields(data);
    let Some(request) = request(&fields) else { return };
    let credentials = credentials(SKEY);
    let signer = Signer::new(&credentials);
    let signed = match signer.sign(&request) {
        Ok(signed) => signed,
        Err(error) => {
            assert_eq!(request.explain().map(|_| ()), Err(error.clone()));
            assert_eq!(request.canonicalize(), Err(error));
            return;
        }
    };
    let lines: Vec<_> = request.explain().unwrap().into_iter().map(|line| line.value).collect();
    assert_eq!(lines.join("\n"), signed.canonical);
    assert_eq!(request.canonicalize().unwrap(), signed.canonical);

    let is_sorted = signed.body.is_none() || request.body.is_some();
    let mut reversed = request.clone();
    reversed.params.reverse();
    reversed.query.reverse();
    if is_sorted {
        assert_eq!(signer.sign(&reversed).unwrap(), signed);
    }

    let received = http::Request::from(&signed);
    let verified = verify(&received, &credentials, None).unwrap();
    assert_eq!((verified.version, verified.digest), (request.signature_version, request.digest));

    let at = number(fields[0].bytes().skip(3));
    if let Some(changed) = with_another_byte(received, request.signature_version, at) {
        assert!(verify(&changed, &credentials, None).is_err(), "{changed:?}");
    }
}

/// Any number, for each input the same.
fn number(bytes: impl Iterator<Item = u8>) -> usize {
    bytes.fold(0, |number, byte| (number * 256 + usize::from(byte)) % 65_521)
}

/// The request with one byte of what is signed replaced by a letter that does not mean the same.
fn with_another_byte(
    mut request: http::Request,
    version: SignatureVersion,
    at: usize,
) -> Option<http::Request> {
    let is_form = version < SignatureVersion::V4;
    let start = "https://".len();
    let mut parts: Vec<&mut [u8]> = Vec::new();
    // Letters are all that is written, so that the texts stay UTF-8 unless a character is cut.
    let mut method = request.method.into_bytes();
    let mut url = request.url.into_bytes();
    let mut headers: Vec<_> =
        request.headers.into_iter().map(|(name, value)| (name, value.into_bytes())).collect();
    parts.push(&mut method);
    parts.push(&mut url[start..]);
    if !is_form || !request.body.is_empty() {
        parts.push(&mut request.body);
    }
    for (name, value) in &mut headers {
        let name = name.to_ascii_lowercase();
        let is_date = name == "date" || name == "x-duo-date";
        let is_signed = match version {
            SignatureVersion::V1 => false,
            SignatureVersion::V5 => is_date || name.starts_with("x-duo-"),
            _ => is_date,
        };
        if is_signed {
            parts.push(value);
        }
    }
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut at = at % length;
    for part in parts {
        if let Some(byte) = part.get_mut(at) {
            *byte = if byte.eq_ignore_ascii_case(&b'q') { b'7' } else { b'q' };
            break;
        }
        at -= part.len();
    }
    request.method = String::from_utf8(method).ok()?;
    request.url = String::from_utf8(url).ok()?;
    let headers =
        headers.into_iter().map(|(name, value)| Some((name, String::from_utf8(value).ok()?)));
    request.headers = headers.collect::<Option<_>>()?;
    Some(request)
}

/// A signed request reads back from each format that it can be rendered in.
pub fn render(data: &[u8]) {
    let fields = fields(data);
    let Some(request) = request(&fields) else { return };
    let Ok(signed) = Signer::new(&credentials(SKEY)).sign(&request) else { return };
    let signed = http::Request::from(&signed);
    for format in Format::ALL {
        let Ok(text) = duo_sign::render::render(&signed, format) else { continue };
        let read = match duo_sign::parse::parse(&text) {
            Ok(read) => read,
            // What looks like a variable of a template is refused.
            Err(_) if text.contains("{{") => continue,
            Err(error) => panic!("{error}: {text}"),
        };
        assert_eq!(read.method, signed.method, "{text}");
        assert_eq!(read.host(), signed.host(), "{text}");
        assert_eq!((read.path(), read.query()), (signed.path(), signed.query()), "{text}");
        assert_eq!(read.body, signed.body, "{text}");
        for (name, value) in &signed.headers {
            // Where white space is not sent, it is not read.
            let plain = |value: &str| value.trim_matches([' ', '\t']).to_owned();
            assert!(
                read.header(name).map(plain).eq([plain(value)]),
                "{name} of {read:?} in {text}"
            );
        }
    }
}

/// Any text is read or refused, and what is read can be judged and written down.
pub fn parse(data: &[u8]) {
    let Ok((exchanges, _)) = parse_all(&String::from_utf8_lossy(data)) else { return };
    for exchange in exchanges {
        let _ = verify(&exchange.request, &credentials(SKEY), None);
        for format in Format::ALL {
            let _ = duo_sign::render::render(&exchange.request, format);
        }
    }
}

/// A right signature is found to be right, any other header is looked at to the end, and the signature of
/// another key is never explained. Since a search takes as long as a hundred of the others, one input in
/// 256 has one.
pub fn diagnose(data: &[u8]) {
    let fields = fields(data);
    let Some(request) = request(&fields) else { return };
    if let Ok(signed) = Signer::new(&credentials(SKEY)).sign(&request) {
        let found = diagnosed(&http::Request::from(&signed));
        // Version 1 leaves the date out, which Duo wants.
        let is_right = found.outcome == Outcome::Valid;
        assert!(is_right || request.signature_version == SignatureVersion::V1, "{found:?}");
    }
    let received = http::Request {
        method: request.method.into(),
        url: request.path.into(),
        headers: fields[4..].chunks_exact(2).map(|it| (it[0].clone(), it[1].clone())).collect(),
        body: fields[5].clone().into_bytes(),
    };
    diagnosed(&received);
    if number(data.iter().copied()) % 256 == 0 {
        search(data);
    }
}

/// The signature of another key is never explained.
pub fn search(data: &[u8]) {
    let fields = fields(data);
    let Some(request) = request(&fields) else { return };
    let Ok(signed) = Signer::new(&credentials(OTHER_SKEY)).sign(&request) else { return };
    let signed = http::Request::from(&signed);
    let found = diagnosed(&signed);
    assert_eq!(found.outcome, Outcome::Unexplained, "{:?} of {signed:?}", found.causes);
}

fn diagnosed(request: &http::Request) -> Diagnosis {
    let context = Context { budget: Some(BUDGET), today: Some(0), ..Context::default() };
    let found = duo_sign::diagnose::diagnose(request, &credentials(SKEY), context);
    assert!(found.searched <= BUDGET);
    found
}

/// How many canonical strings a diagnosis tries here: a whole search takes seconds.
const BUDGET: u64 = 300;
