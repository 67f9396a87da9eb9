//! What Duo may still refuse in a request whose signature is correct.

use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use super::Diagnoser;
use super::advice::About;
use super::mistakes::list::{Fault, Mistake};
use super::report::{Cause, Outcome};
use crate::canonical::SignatureVersion;
use crate::http;
use crate::request::takes_params_in_body;

impl Diagnoser {
    /// The cases in which Duo refuses a request with a right signature.
    pub(super) fn cautions(
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
}

/// Which application's keys an API takes.
pub(super) fn application(path: &str) -> String {
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
