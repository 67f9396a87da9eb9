//! The canonical string that the sender's program printed.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use super::Diagnoser;
use super::report::{Cause, Expected};
use crate::params;

impl Diagnoser {
    /// The parameters of a canonical string that the sender's program printed.
    pub(super) fn look_at_printed(&mut self) {
        let intended = &mut self.context.intended;
        let Some(canonical) = &intended.canonical else { return };
        if intended.params.is_none() {
            let line = canonical.lines().nth(4).unwrap_or_default();
            let pairs = params::decoded_texts(line.as_bytes());
            intended.params = (!pairs.is_empty()).then_some(pairs);
        }
    }

    /// Compares the canonical string that the sender's program printed, if it is what was signed.
    pub(super) fn printed(
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
