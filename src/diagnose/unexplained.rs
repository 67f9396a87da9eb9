//! What can be said when nothing gives the signature.

use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use super::Diagnoser;
use super::context::Intended;
use super::report::Cause;
use crate::credentials::Credentials;
use crate::http;
use crate::text::grouped;

impl Diagnoser {
    /// What can be said when nothing gives the signature.
    pub(super) fn exclude(
        &self,
        request: &http::Request,
        causes: &mut Vec<Cause>,
        notes: &mut Vec<String>,
    ) {
        let Intended { params, canonical, .. } = self.intended();
        let has_params = !request.query().is_empty() || !request.body.is_empty();
        let mut summary = format!(
            "None of the {} canonical strings that were tried gives your signature with this key.",
            grouped(&self.tried().to_string(), ",")
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
                grouped(&search.budget().to_string(), ",")
            ));
        } else if search.is_some_and(|search| !search.is_over()) {
            notes.push("The search was stopped before it was complete.".to_string());
        }
    }
}

/// What is odd about a secret key, without showing it.
pub(super) fn remarks(credentials: &Credentials) -> Vec<&'static str> {
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
