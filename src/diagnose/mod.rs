//! From a refused request and the keys to the mistake that its sender made.
//!
//! What needs no key is looked at first: the headers and the date. Then the signature is
//! reproduced: the canonical string is built again with the mistakes that are seen in the field,
//! one, two or three at a time, until one of them gives the signature that was sent. A match is
//! proof, since nobody finds 160 bits by chance.
//!
//! | file | |
//! |---|---|
//! | `context.rs`, `report.rs` | what is known besides the request, and what is said of it |
//! | `shape.rs`, `clock.rs` | the `Authorization` header and the date, without keys |
//! | `mistakes/list.rs` | a row for each mistake |
//! | `mistakes/` `date.rs`, `host.rs`, … | the texts that they make of each line; `table.rs` joins them |
//! | `search.rs` | which of them give the signature |
//! | `printed.rs` | the canonical string that the program printed |
//! | `valid.rs`, `unexplained.rs` | what to say of a correct signature, and when nothing is found |
//! | `advice.rs`, `languages.rs` | in words, and in the sender's language |
//! | `corrected.rs` | the request that Duo takes |

mod advice;
mod clock;
mod context;
mod corrected;
mod languages;
mod mistakes;
mod printed;
mod report;
mod search;
mod shape;
mod unexplained;
mod valid;

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use crate::canonical::SignatureVersion;
use crate::credentials::Credentials;
use crate::request::Digest;
use crate::signer::Signer;
use crate::verify::{Refusal, Verified, verify};
use crate::{date, http};
use advice::About;
pub use context::{Context, Intended};
use mistakes::list::{Fault, Mistake};
use mistakes::table::Tables;
pub use report::{Cause, Diagnosis, Expected, Outcome, Signed, Uncorrected};
use search::{Explanation, Search};
use shape::{Authorization, Missing};

/// Shorter texts hold no HMAC, in whatever form; and these are enough to be sure of a part of one.
const FEWEST_DIGITS: usize = 16;

/// A diagnosis that can be interrupted.
///
/// ```
/// use duo_sign::Credentials;
/// use duo_sign::diagnose::{Context, Diagnoser, Outcome};
/// use duo_sign::http::Request;
///
/// let credentials = Credentials::new("DIXXXXXXXXXXXXXXXXXX", "the secret key")?;
/// let request = Request {
///     method: "GET".into(),
///     url: "https://api-x.duosecurity.com/auth/v2/check".into(),
///     headers: vec![("Date".into(), "Tue, 21 Aug 2012 17:29:18 -0000".into())],
///     body: vec![],
/// };
/// let mut diagnoser = Diagnoser::new(&request, &credentials, Context::default());
/// while !diagnoser.step(10_000) {
///     println!("{} of {}", diagnoser.tried(), diagnoser.total());
/// }
/// let diagnosis = diagnoser.finish();
/// assert_eq!(diagnosis.outcome, Outcome::Explained);
/// assert_eq!(diagnosis.causes[0].id, "missing-credentials");
/// # Ok::<(), duo_sign::Error>(())
/// ```
#[derive(Debug)]
pub struct Diagnoser {
    request: http::Request,
    credentials: Credentials,
    signer: Signer,
    context: Context,
    /// What is certain without a search.
    causes: Vec<Cause>,
    refusal: Option<Refusal>,
    verified: Option<Verified>,
    /// The signature, unless it is a secret.
    signature: String,
    /// What is wrong with the form of the signature.
    form: Vec<Fault>,
    search: Option<Search>,
    /// Remarks on the secret key when nothing is found; none of them shows it.
    remarks: Vec<&'static str>,
}

impl Diagnoser {
    /// Looks at what needs no search, and prepares that.
    #[must_use]
    pub fn new(request: &http::Request, credentials: &Credentials, context: Context) -> Self {
        let mut this = Self {
            request: request.clone(),
            credentials: credentials.clone(),
            signer: Signer::new(credentials),
            causes: Vec::new(),
            refusal: verify(request, credentials, context.clock).err(),
            verified: None,
            signature: String::new(),
            form: Vec::new(),
            search: None,
            remarks: unexplained::remarks(credentials),
            context,
        };
        this.look_at_date(request);
        match Authorization::read(request) {
            Err(missing) => this.causes.insert(0, missing_credentials(&missing)),
            Ok(authorization) => this.look_at(request, credentials, authorization),
        }
        this
    }

    fn look_at(
        &mut self,
        request: &http::Request,
        credentials: &Credentials,
        authorization: Authorization,
    ) {
        let Authorization { ikey, signature, faults } = authorization;
        self.form = faults;
        let is_rsa = shape::is_rsa(&signature) && shape::hash(&signature).is_none();
        let is_other = !is_rsa
            && !ikey.is_empty()
            && ![credentials.ikey(), credentials.skey()].contains(&&*ikey);
        if is_other {
            self.causes.push(Cause {
                signed: ikey.clone(),
                expected: credentials.ikey().to_owned(),
                ..Cause::new(
                    "integration-key",
                    format!("The request has a different integration key: `{ikey}`."),
                    valid::application(request.path()),
                )
            });
        }
        let is_swapped = ikey == credentials.skey() && ikey != credentials.ikey();
        let is_skey = is_swapped || signature == credentials.skey().as_bytes();
        let date = request.dates().next().unwrap_or_default();
        let text = String::from_utf8_lossy(&signature).into_owned();
        // Without a date only what covers none is right.
        let is_dated = |it: &Verified| !date.is_empty() || it.version == SignatureVersion::V1;
        let mut misprint = None;
        let misprinted = request.signed_as(&self.signer, date, |right| {
            misprint = shape::misprinted(right, &signature);
            misprint.is_some()
        });
        if let (Some(verified), Some(mistake)) = (misprinted.filter(is_dated), misprint) {
            self.form.push(Fault::of(mistake));
            self.verified = Some(verified);
            self.signature = text;
            return;
        }
        let hash = shape::hash(&signature).filter(|_| !is_skey);
        let Some((bytes, form)) = hash else {
            self.look_at_password(&text, is_skey, is_rsa);
            return;
        };
        self.form.extend(form.map(Fault::of));
        if self.form.is_empty()
            || self.form.iter().all(|fault| fault.mistake == Mistake::HeaderWrap)
        {
            let verified = request.matching(&self.signer, date, &signature);
            self.verified = verified.filter(is_dated);
        }
        self.signature = text;
        self.look_at_printed();
        if self.verified.is_some() {
            return;
        }
        let now = self.context.clock.map(|clock| clock.now);
        let intended = &self.context.intended;
        let tables = Tables::all(request, credentials, intended, bytes.len(), now);
        self.search = Some(Search::new(tables, bytes, self.context.budget));
    }

    /// Says what a password is that has no hash in it.
    fn look_at_password(&mut self, text: &str, is_skey: bool, is_rsa: bool) {
        // What else is odd about the header does not matter then.
        self.form.clear();
        let is_unset = !is_skey && shape::is_unset(text);
        let is_short = text.len() < FEWEST_DIGITS;
        let is_digits = text.bytes().all(|it| it.is_ascii_hexdigit());
        let what = if is_skey {
            "the secret key itself".to_string()
        } else if is_rsa {
            "an RSA signature, which device apps send and Duo's integration APIs do not accept"
                .to_string()
        } else if is_unset {
            format!("`{text}`: the text of an unset variable, or of a value that has none")
        } else if is_short {
            "not an HMAC in hex".to_string()
        } else {
            // Perhaps an HMAC all the same, in a form that is not known.
            let seen = match text.len() {
                32 if is_digits => {
                    "32 hexadecimal digits, like HMAC-MD5, which Duo never accepts".to_string()
                }
                digits if is_digits => format!("{digits} hexadecimal digits"),
                _ => "not hexadecimal digits alone".to_string(),
            };
            format!("{seen}; Duo expects the 40 of HMAC-SHA1 or the 128 of HMAC-SHA512")
        };
        let is_static = is_skey || is_rsa || is_short && !is_unset;
        let id = if is_static { "static-credentials" } else { "output-form" };
        let summary = format!("The password in the Authorization header is {what}.");
        let advice = if is_skey { " The key was sent: consider rotating it." } else { "" };
        let fix = format!("It must be an HMAC computed for each request.{advice}");
        let mistake = if is_unset { Mistake::OutputUnset } else { Mistake::HeaderShape };
        let cause = Cause::new(id, summary, fix).with(mistake);
        self.causes.push(Cause { proven: is_static || is_unset, ..cause });
    }

    /// Goes on for at most `count` canonical strings; whether there is nothing left to be tried.
    pub fn step(&mut self, count: u64) -> bool {
        match &mut self.search {
            Some(search) => search.step(count),
            None => true,
        }
    }

    /// How many canonical strings were tried so far.
    #[must_use]
    pub fn tried(&self) -> u64 {
        self.search.as_ref().map_or(0, Search::tried)
    }

    /// How many there are to be tried at most.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.search.as_ref().map_or(0, Search::total)
    }

    /// What is known by now.
    #[must_use]
    pub fn finish(mut self) -> Diagnosis {
        let request = &core::mem::take(&mut self.request);
        let mut causes = self.causes.clone();
        let mut notes = Vec::new();
        let certain = causes.iter().any(|cause| cause.proven);
        let found = self.search.as_ref().and_then(Search::explanation);
        let version = self.version(request, found.as_ref());
        let expected = self.expected(request, version);

        let mut faults = self.form.clone();
        let mut signed = None;
        if self.verified.is_some() {
            signed = expected.as_ref().map(|expected| expected.canonical.clone());
        } else if let Some(found) = found {
            faults.extend(found.faults);
            if faults.len() > 1 {
                // Duo takes the name without its port: that is no fault beside another.
                let is_taken =
                    |signed: &str| request.hosts().any(|host| host.eq_ignore_ascii_case(signed));
                faults
                    .retain(|fault| fault.mistake != Mistake::HostPort || !is_taken(&fault.signed));
            }
            signed = Some(found.canonical);
        } else if self.intended().canonical.is_some() {
            signed = self.printed(expected.as_ref(), &mut causes, &mut notes);
        }
        let missing = causes.iter_mut().find(|cause| cause.id == "missing-date");
        if let (Some(missing), Some(_)) = (missing, self.verified) {
            missing.summary =
                "The signature is correct for version 1, which does not cover the date, but Duo \
                 needs a date in a header."
                    .to_string();
        } else if request.dates().next().is_none() {
            // What was signed is the date that is missing.
            let is_date = |fault: &Fault| fault.mistake.row().kind.cause() == "date-mismatch";
            let date = faults.iter().find(|fault| is_date(fault)).map(|fault| fault.signed.clone());
            faults.retain(|fault| !is_date(fault));
            let date = date.or_else(|| signed.as_ref()?.lines().next().map(ToOwned::to_owned));
            let missing = causes.iter_mut().find(|cause| cause.id == "missing-date");
            if let (Some(date), Some(missing)) = (date, missing) {
                missing.summary = format!(
                    "The signature was made for the date `{date}`, but no header carries it."
                );
                missing.signed = date;
            }
        }
        causes.extend(of_faults(request, version, faults, signed.is_some(), &mut notes));

        let outcome = if self.verified.is_some() && causes.is_empty() {
            self.cautions(request, &mut causes, &mut notes)
        } else if certain || signed.is_some() {
            Outcome::Explained
        } else {
            Outcome::Unexplained
        };
        if signed.is_none() && self.search.is_some() {
            self.exclude(request, &mut causes, &mut notes);
        }
        let (corrected, uncorrected) = match outcome {
            Outcome::Valid => (None, None),
            _ => match corrected::corrected(request, &self.context, &self.signer, version) {
                Ok(corrected) => (Some(corrected), None),
                Err(why) => (None, Some(why)),
            },
        };
        let difference = match (&signed, &expected) {
            (Some(signed), Some(expected)) => difference(signed, &expected.canonical),
            _ => None,
        };
        let mut diagnosis = Diagnosis {
            outcome,
            refusal: self.refusal,
            summary: self.summary(outcome, &causes),
            causes,
            expected,
            signed: signed.map(|canonical| Signed { canonical, signature: self.signature.clone() }),
            corrected,
            uncorrected,
            difference,
            searched: self.tried() + u64::from(self.verified.is_some()),
            notes,
        };
        diagnosis.redact(self.credentials.skey());
        diagnosis
    }

    fn intended(&self) -> &Intended {
        &self.context.intended
    }

    /// The version that the request should have.
    fn version(&self, request: &http::Request, found: Option<&Explanation>) -> SignatureVersion {
        use SignatureVersion::{V2, V5};
        if let Some(verified) = self.verified {
            return verified.version;
        }
        if let Some(found) = found {
            let is_old = found.faults.iter().any(|fault| fault.mistake == Mistake::V5As2);
            return if is_old { V5 } else { found.version };
        }
        let printed = self.intended().canonical.as_ref().map(|it| it.trim_end().lines().count());
        let has_other_body = !request.body.is_empty() && !request.is_form();
        let has_x_duo = !request.x_duo_headers().is_empty();
        let is_sha512 = match printed {
            // The last line of version 2 may be empty.
            Some(lines) => lines > 5,
            None => self.signature.len() == 128 && !request.is_form(),
        };
        if has_other_body || has_x_duo || is_sha512 { V5 } else { V2 }
    }

    /// The right request; without a date in it, for the time at which it was received.
    fn expected(&self, request: &http::Request, version: SignatureVersion) -> Option<Expected> {
        let now = || match version {
            SignatureVersion::V1 => Some(String::new()),
            _ => date::format(self.context.clock?.now).ok(),
        };
        let date = request.dates().next().map(ToOwned::to_owned).or_else(now)?;
        let canonical = request.canonical(version, request.hosts().next()?, &date);
        let is_sha1 = self.signature.len() == 40 && !version.hashes_body();
        let digest = if is_sha1 { Digest::Sha1 } else { Digest::Sha512 };
        let authorization = self.signer.authorization(digest, &canonical);
        Some(Expected { canonical, authorization, version })
    }

    fn summary(&self, outcome: Outcome, causes: &[Cause]) -> String {
        match (outcome, self.verified, causes) {
            (Outcome::Valid, Some(verified), _) => format!(
                "The signature is correct for this request: version {}, HMAC-{}.",
                verified.version.number(),
                verified.digest.name().to_ascii_uppercase()
            ),
            (_, _, [cause, ..]) => cause.summary.clone(),
            _ => String::new(),
        }
    }
}

/// Diagnoses a request, to the end.
///
/// ```
/// use duo_sign::diagnose::{Context, Intended, Outcome, diagnose};
/// use duo_sign::{Credentials, Request, Signer, http};
///
/// let credentials = Credentials::new("DIXXXXXXXXXXXXXXXXXX", "the secret key")?;
/// let mut request = Request::new("GET", "api-x.duosecurity.com", "/admin/v1/users", 1_345_570_158);
/// request.params = vec![("limit".into(), "10".into())];
/// let signed = Signer::new(&credentials).sign(&request)?;
///
/// // The query is left out.
/// let mut sent = http::Request::from(&signed);
/// sent.url = "https://api-x.duosecurity.com/admin/v1/users".into();
///
/// let params = Some(vec![("limit".into(), "10".into())]);
/// let intended = Intended { params, ..Intended::default() };
/// let diagnosis = diagnose(&sent, &credentials, Context { intended, ..Context::default() });
/// assert_eq!(diagnosis.outcome, Outcome::Explained);
/// assert_eq!(diagnosis.causes[0].id, "param-location");
/// # Ok::<(), duo_sign::Error>(())
/// ```
#[must_use]
pub fn diagnose(request: &http::Request, credentials: &Credentials, context: Context) -> Diagnosis {
    let mut diagnoser = Diagnoser::new(request, credentials, context);
    while !diagnoser.step(u64::MAX) {}
    diagnoser.finish()
}

/// The mistakes in words.
fn of_faults(
    request: &http::Request,
    version: SignatureVersion,
    faults: Vec<Fault>,
    is_reproduced: bool,
    notes: &mut Vec<String>,
) -> Vec<Cause> {
    let about = About { request, version, is_reproduced };
    let in_words = |fault: Fault| {
        let (summary, fix) = about.sentences(&fault);
        let is_open =
            fault.mistake == Mistake::V5XDuoDate && request.header("x-duo-date").count() > 0;
        if is_open {
            notes.push(
                "Duo's documentation does not say whether X-Duo-Date is among the signed headers, \
                 since Duo's clients send Date. Duo may accept this request."
                    .to_string(),
            );
        }
        let Fault { mistake, signed, expected } = fault;
        // A token may look like this, too.
        let is_guess = !is_reproduced && shape::is_guess(mistake);
        let cause = Cause::new(mistake.row().kind.cause(), summary, fix).with(mistake);
        Cause { signed, expected, proven: !is_open && !is_guess, ..cause }
    };
    faults.into_iter().map(in_words).collect()
}

fn missing_credentials(missing: &Missing) -> Cause {
    let (summary, fix) = match missing {
        Missing::Because(reason) => (
            format!("The request {reason}."),
            "Send `Authorization: Basic`, a space, and base64(integration key:signature), once. A \
             redirect or a proxy may have dropped it.",
        ),
        Missing::Redacted => (
            "The Authorization header was redacted, or holds a placeholder: the signature, which \
             the diagnosis starts from, is not in it."
                .to_string(),
            "Give the header as it was sent: integration key and signature in base64. The secret \
             key is not in it and cannot be computed from it.",
        ),
    };
    Cause::new("missing-credentials", summary, fix)
}

/// The line and the character, from 1, where two texts first differ.
fn difference(a: &str, b: &str) -> Option<(usize, usize)> {
    if a == b {
        return None;
    }
    let same = a.chars().zip(b.chars()).take_while(|(a, b)| a == b);
    let (mut line, mut character) = (1, 1);
    for (found, _) in same {
        (line, character) = if found == '\n' { (line + 1, 1) } else { (line, character + 1) };
    }
    Some((line, character))
}
