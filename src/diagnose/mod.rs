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
//! | `shape.rs` | the `Authorization` header, without keys |
//! | `mistakes/list.rs` | a row for each mistake |
//! | `mistakes/` `date.rs`, `host.rs`, … | the texts that they make of each line; `table.rs` joins them |
//! | `search.rs` | which of them give the signature |
//! | `advice.rs`, `languages.rs` | in words, and in the sender's language |
//! | `corrected.rs` | the request that Duo takes |

mod advice;
mod context;
mod corrected;
mod languages;
mod mac;
mod mistakes;
mod report;
mod search;
mod shape;

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use crate::canonical::SignatureVersion;
use crate::credentials::Credentials;
use crate::error::Error;
use crate::request::{Digest, takes_params_in_body};
use crate::signer::Signer;
use crate::verify::{Clock, Refusal, Verified, verify};
use crate::{date, http, params};
use advice::About;
pub use context::{Context, Intended};
use mistakes::list::{Fault, Mistake};
use mistakes::table::Tables;
pub use report::{Cause, Diagnosis, Expected, Outcome, Signed, Uncorrected};
use search::{Explanation, Search};
use shape::Authorization;

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
            remarks: remarks(credentials),
            context,
        };
        this.look_at_date(request);
        match Authorization::read(request) {
            Err(reason) => this.causes.insert(0, missing_credentials(reason)),
            Ok(authorization) => this.look_at(request, credentials, authorization),
        }
        this
    }

    fn look_at_date(&mut self, request: &http::Request) {
        for name in ["X-Duo-Date", "Date"] {
            let mut values = request.header(name);
            if let (Some(first), Some(second)) = (values.next(), values.next()) {
                self.causes.push(Cause {
                    signed: first.to_owned(),
                    expected: second.to_owned(),
                    ..Cause::new(
                        "date-mismatch",
                        format!("There are two {name} headers: `{first}` and `{second}`."),
                        "Send the date that is signed, once. Often a framework adds its own: use \
                         X-Duo-Date then.",
                    )
                });
            }
        }
        let Some(date) = request.dates().next() else {
            self.causes.push(Cause::new(
                "missing-date",
                "There is no Date or X-Duo-Date header with a value. The signature may be correct, \
                 but Duo needs the same date in a header.",
                "Send the date that is signed as Date, or as X-Duo-Date where Date cannot be set.",
            ));
            return;
        };
        let (proven, reason) = match (date::instant(date), date::parse(date)) {
            (Err(error), _) => (true, error),
            (_, Err(error)) => (false, error),
            (Ok(instant), _) => return self.look_at_clock(instant, date),
        };
        let reason = match reason {
            Error::DateFormat(reason) => reason.to_string(),
            other => other.to_string(),
        };
        let fix = "Use English names and a numeric offset, in UTC, whatever the machine's language: \
                   `Tue, 21 Aug 2012 17:29:18 -0000`.";
        self.causes.push(Cause {
            signed: date.to_owned(),
            proven,
            ..Cause::new(
                "date-format",
                format!("`{date}` is not an RFC 2822 date: {reason}."),
                languages::with_hint(fix.to_string(), request, "date-format"),
            )
        });
    }

    fn look_at_clock(&mut self, instant: i64, date: &str) {
        let Some(Clock { now, skew }) = self.context.clock else { return };
        let delta = instant - now;
        if delta.unsigned_abs() <= skew.unsigned_abs() {
            return;
        }
        let quarters = (delta + 450).div_euclid(900);
        let is_zone = quarters != 0 && (delta - quarters * 900).abs() <= 60 && delta.abs() < 86_400;
        let way = if delta < 0 { "behind" } else { "ahead of" };
        let kind = if is_zone { "a wrong time zone" } else { "a wrong clock, or an old request" };
        let away = duration(delta.unsigned_abs());
        self.causes.push(Cause {
            signed: date.to_owned(),
            expected: date::format(now).unwrap_or_default(),
            ..Cause::new(
                "clock",
                format!("The date is {away} {way} the time at which Duo received it: {kind}."),
                if is_zone {
                    "Send the local time with its own UTC offset, or UTC with -0000. The \
                     signature itself may be right."
                } else {
                    "Set the clock by NTP, and create a new date for each request; /auth/v2/ping \
                     returns Duo's time. The signature itself may be right."
                },
            )
        });
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
                    application(request.path()),
                )
            });
        }
        let is_swapped = ikey == credentials.skey() && ikey != credentials.ikey();
        let is_skey = is_swapped || signature == credentials.skey().as_bytes();
        let hash = shape::hash(&signature).filter(|_| !is_skey);
        let Some((bytes, form)) = hash else {
            // What else is odd about the header does not matter then.
            self.form.clear();
            let (summary, advice) = if is_skey {
                (
                    "The Authorization header holds the secret key itself.",
                    " The key was sent: consider rotating it.",
                )
            } else if is_rsa {
                (
                    "The password in the Authorization header is an RSA signature, which device \
                     apps send and Duo's integration APIs do not accept.",
                    "",
                )
            } else {
                ("The password in the Authorization header is not an HMAC in hex.", "")
            };
            self.causes.push(
                Cause::new(
                    "static-credentials",
                    summary,
                    format!("It must be an HMAC computed for each request.{advice}"),
                )
                .with(Mistake::HeaderShape),
            );
            return;
        };
        self.form.extend(form.map(Fault::of));
        if self.form.is_empty()
            || self.form.iter().all(|fault| fault.mistake == Mistake::HeaderWrap)
        {
            let date = request.dates().next().unwrap_or_default();
            let verified = request.matching(&self.signer, date, &signature);
            // Without a date only what covers none is right.
            self.verified =
                verified.filter(|it| !date.is_empty() || it.version == SignatureVersion::V1);
        }
        self.signature = String::from_utf8(signature).unwrap_or_default();
        let now = self.context.clock.map(|clock| clock.now);
        self.look_at_printed();
        let intended = &self.context.intended;
        let tables = Tables::all(request, credentials, intended, bytes.len(), now);
        self.search = Some(Search::new(tables, bytes, self.context.budget));
    }

    /// The parameters of a canonical string that the sender's program printed.
    fn look_at_printed(&mut self) {
        let intended = &mut self.context.intended;
        let Some(canonical) = &intended.canonical else { return };
        if intended.params.is_none() {
            let line = canonical.lines().nth(4).unwrap_or_default();
            let pairs = params::decoded_texts(line.as_bytes());
            intended.params = (!pairs.is_empty()).then_some(pairs);
        }
    }

    /// Goes on for at most `count` canonical strings; whether there is nothing left to be tried.
    pub fn step(&mut self, count: u64) -> bool {
        match &mut self.search {
            Some(search) if self.verified.is_none() => search.step(count),
            _ => true,
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

    /// Compares the canonical string that the sender's program printed, if it is what was signed.
    fn printed(
        &mut self,
        expected: Option<&Expected>,
        causes: &mut Vec<Cause>,
        notes: &mut Vec<String>,
    ) -> Option<String> {
        let printed = self.context.intended.canonical.as_ref()?;
        let search = self.search.as_mut()?;
        let unix = printed.replace("\r\n", "\n");
        let spellings = [
            printed.clone(),
            unix.trim_end_matches('\n').to_owned(),
            format!("{unix}\n"),
            unix.replace("\\n", "\n"),
            unix.replace('\n', "\r\n"),
            unix,
        ];
        let Some(signed) = spellings.into_iter().find(|text| search.is_signed(text)) else {
            notes.push(
                "The canonical string that you gave is not what was signed: with this key it gives \
                 a different signature. Either the program uses a different key, or it signs a \
                 different text from the one it prints."
                    .to_string(),
            );
            return None;
        };
        let right = expected.map_or("", |expected| &expected.canonical);
        let (signed_lines, right_lines): (Vec<_>, Vec<_>) =
            (signed.split('\n').collect(), right.split('\n').collect());
        let fix = "Sign what is sent: compare the two canonical strings line by line.";
        if signed_lines.len() != right_lines.len() {
            let (count, wanted) = (signed_lines.len(), right_lines.len());
            let summary = format!("You signed a text of {count} lines; Duo expects {wanted}.");
            causes.push(Cause::new("canonical-lines", summary, fix));
            return Some(signed);
        }
        for ((label, id), (signed, right)) in LINES.iter().zip(signed_lines.iter().zip(right_lines))
        {
            if *signed != right {
                let summary =
                    format!("The {label} line that you signed differs from that of the request.");
                causes.push(Cause {
                    signed: (*signed).to_owned(),
                    expected: right.to_owned(),
                    ..Cause::new(id, summary, fix)
                });
            }
        }
        Some(signed)
    }

    /// The cases in which Duo refuses a request with a right signature.
    fn cautions(
        &self,
        request: &http::Request,
        causes: &mut Vec<Cause>,
        notes: &mut Vec<String>,
    ) -> Outcome {
        use SignatureVersion::{V1, V2, V4, V5};
        let about = |version| About { request, version, is_reproduced: true };
        let answer = self.context.answer;
        let version = self.verified.map_or(V5, |verified| verified.version);
        let mut add = |mistake, of| {
            let fault = Fault::of(mistake);
            let (summary, fix) = about(of).sentences(&fault);
            causes.push(
                Cause::possible(fault.mistake.row().kind.cause(), summary, fix).with(mistake),
            );
        };
        match version {
            V1 => add(Mistake::LinesNoDate, V2),
            V4 => add(Mistake::V5As4, V5),
            V2 if !request.body.is_empty() && !request.is_form() => add(Mistake::V5As2, V5),
            _ => {}
        }
        // A mistake only if Duo says so.
        let is_refused = matches!(answer, Some(40103)) && !causes.is_empty();
        if version < V4 && takes_params_in_body(&request.method) && !request.query().is_empty() {
            causes.push(Cause::possible(
                "param-location",
                "The parameters are in the URL, but this signature version needs them in a form \
                 body.",
                "Send them as a form body with Content-Type: application/x-www-form-urlencoded.",
            ));
        }
        let refused = |code: u32| answer.is_none_or(|answer| answer == code);
        if refused(40103) {
            if version < V5 {
                causes.push(Cause::possible(
                    "signature-type",
                    format!(
                        "Duo no longer accepts signature version {} on some endpoints.",
                        version.number()
                    ),
                    "Sign with version 5 and HMAC-SHA512.",
                ));
            }
            notes.push(
                "If Duo still answers 40103, it received a different request: check Content-Type, \
                 where the parameters are, Host and Date headers that are duplicated or changed, \
                 and proxies on the way."
                    .to_string(),
            );
        }
        if refused(40102) {
            causes.push(Cause::possible(
                "integration-key",
                "If Duo answers 40102, the integration key does not belong to this host or API.",
                application(request.path()),
            ));
        }
        if refused(40105) && self.context.clock.is_none() {
            causes.push(Cause::possible(
                "clock",
                "If Duo answers 40105, the date was too far from Duo's clock.",
                "Set the clock by NTP, and create a new date for each request.",
            ));
        }
        if answer.is_none_or(|answer| answer / 100 == 403) {
            causes.push(Cause {
                proven: answer.is_some(),
                ..Cause::new(
                    "permission",
                    "The signature is valid. If Duo answers 40301, the application lacks the \
                     permission for this call.",
                    "Grant it in the Duo Admin Panel, in the application's settings.",
                )
            });
        }
        let is_covered = causes.iter().all(|cause| cause.mutation != Mistake::V5As2.row().id);
        if is_covered && answer.is_none_or(|answer| !(40100..=40399).contains(&answer)) {
            causes.push(Cause::possible(
                "duo-side",
                "The request is correct.",
                "If Duo refuses it only now and then, retry, and check status.duo.com.",
            ));
        }
        if is_refused || causes.iter().any(|cause| cause.proven) {
            Outcome::Explained
        } else {
            Outcome::Valid
        }
    }

    /// What can be said when nothing gives the signature.
    fn exclude(&self, request: &http::Request, causes: &mut Vec<Cause>, notes: &mut Vec<String>) {
        let Intended { params, canonical, .. } = self.intended();
        let has_params = !request.query().is_empty() || !request.body.is_empty();
        let mut summary = format!(
            "None of the {} canonical strings that were tried gives your signature with this key.",
            self.tried()
        );
        if self.context.has_worked {
            summary.push_str(
                " Another request from the same program is signed correctly, so its key, its clock \
                 and the host are right: look at what is different here.",
            );
        } else if !self.remarks.is_empty() || canonical.is_some() {
            summary.push_str(
                " Usually the program uses a different key: another application's, a rotated one, \
                 or one copied with a character missing.",
            );
        } else {
            summary.push_str(
                " Either the program signed something else, or it used a different key: another \
                 application's, a rotated one, or one copied with a character missing.",
            );
        }
        for remark in &self.remarks {
            summary.push(' ');
            summary.push_str(remark);
        }
        let mut fix = String::new();
        if !has_params && params.is_none() {
            fix.push_str(
                "Give the parameters that the program meant to send (intended.params): it may have \
                 signed them without sending them. ",
            );
        }
        if params.is_some() {
            fix.push_str(
                "Check that the parameters you gave (intended.params) are all that the program \
                 signs. ",
            );
        }
        if canonical.is_none() {
            fix.push_str(
                "Print the text that the program signs, just before it computes the HMAC, and give \
                 it (intended.canonical). ",
            );
        }
        if has_params && params.is_none() {
            fix.push_str(
                "If the program meant to send more parameters than arrived, give all of them \
                 (intended.params). ",
            );
        }
        fix.push_str(if self.context.has_worked {
            "Compare it with the request that works."
        } else {
            "Or test the key with a call without parameters: sign and send GET /auth/v2/check, or \
             a GET request to the Admin API. If it works, the keys, date and host are right, and \
             the mistake is in the parameters, path or signature version."
        });
        let id = if self.context.has_worked { "canonical-lines" } else { "secret-key" };
        causes.push(Cause::possible(id, summary, fix));
        let has_x_duo = !request.x_duo_headers().is_empty();
        if self.signature.len() == 128 && !has_x_duo && self.intended().headers.is_none() {
            notes.push(
                "Version 5 signs X-Duo-* headers. If the program signed some that were not sent, \
                 give them (intended.headers)."
                    .to_string(),
            );
        }
        let search = self.search.as_ref();
        if let Some(search) = search.filter(|search| search.is_exhausted()) {
            notes.push(format!(
                "The search ended at its budget of {} canonical strings.",
                search.budget()
            ));
        } else if search.is_some_and(|search| !search.is_over()) {
            notes.push("The search was stopped before it was complete.".to_string());
        }
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
        let cause = Cause::new(mistake.row().kind.cause(), summary, fix).with(mistake);
        Cause { signed, expected, proven: !is_open, ..cause }
    };
    faults.into_iter().map(in_words).collect()
}

/// The lines of a canonical string, and the causes that they betray.
const LINES: [(&str, &str); 7] = [
    ("date", "date-mismatch"),
    ("method", "method"),
    ("host", "host"),
    ("path", "path"),
    ("params", "param-set"),
    ("body hash", "signature-version"),
    ("x-duo headers hash", "signature-version"),
];

fn missing_credentials(reason: &str) -> Cause {
    Cause::new(
        "missing-credentials",
        format!("The request {reason}."),
        "Send `Authorization: Basic`, a space, and base64(integration key:signature), once. A \
         redirect or a proxy may have dropped it.",
    )
}

/// Which application's keys an API takes.
fn application(path: &str) -> String {
    let (prefix, kind) = match path.split('/').nth(1) {
        Some("admin") => ("/admin", "an Admin API"),
        Some("accounts") => ("/accounts", "an Accounts API"),
        Some("auth") => ("/auth", "an Auth API"),
        _ => {
            return "Use the integration key, secret key and API hostname of one application."
                .to_string();
        }
    };
    format!(
        "{prefix} needs the keys of {kind} application, and the API hostname shown beside them in \
         the Duo Admin Panel."
    )
}

/// What is odd about a secret key, without showing it.
fn remarks(credentials: &Credentials) -> Vec<&'static str> {
    let key = credentials.skey();
    let mut remarks = Vec::new();
    if key.len() != 40 {
        remarks.push("The secret key you gave is not 40 characters long.");
    }
    if key.ends_with('=') || key.len() > 40 && key.len().is_multiple_of(4) {
        remarks.push("It looks like base64 or like an encrypted form of a key.");
    } else if !key.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        remarks.push("It has characters other than letters and digits.");
    }
    let ikey = credentials.ikey();
    if ikey.len() != 20 || !ikey.starts_with("DI") {
        remarks.push("The integration key is not 20 characters that start with DI.");
    }
    remarks
}

/// `2 hours`, `15 minutes`, `301 seconds`.
fn duration(seconds: u64) -> String {
    let (count, unit) = match seconds {
        172_800.. => (seconds / 86_400, "days"),
        7_200.. if seconds % 3_600 < 60 => (seconds / 3_600, "hours"),
        600.. => ((seconds + 30) / 60, "minutes"),
        _ => (seconds, "seconds"),
    };
    format!("{count} {unit}")
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
