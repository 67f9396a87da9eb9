//! The unions in the TypeScript declarations have what the core has, no more and no less.

#![cfg(not(target_family = "wasm"))]
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that fails panics")]

use std::collections::BTreeSet;

use duo_sign::SignatureVersion;
use duo_sign::canonical::Label;

const TYPES: &str = include_str!("../pkg-template/src/types.ts");

/// The members of the union that follows `start`, without quotes.
fn union<'a>(text: &'a str, start: &str) -> BTreeSet<&'a str> {
    let (_, rest) = text.split_once(start).unwrap_or_else(|| panic!("no {start}"));
    let (union, _) = rest.split_once(';').unwrap();
    let members = union.split('|').map(|it| it.trim().trim_matches('\''));
    members.filter(|it| !it.is_empty() && *it != "undefined").collect()
}

#[test]
fn signature_versions() {
    let numbers = (0..=u8::MAX).filter_map(SignatureVersion::from_number);
    let numbers: BTreeSet<_> = numbers.map(|it| it.to_string()).collect();
    let declared = union(TYPES, "export type SignatureVersion =");
    assert_eq!(declared, numbers.iter().map(String::as_str).collect());
}

#[test]
fn labels() {
    let labels = Label::all(SignatureVersion::V5).iter().map(|it| it.name());
    assert_eq!(union(TYPES, "  label:"), labels.collect());
}

#[test]
#[cfg(feature = "sha1")]
fn digests() {
    use duo_sign::Digest;

    let digests = [Digest::Sha512, Digest::Sha1].map(Digest::name);
    assert_eq!(union(TYPES, "readonly digest?:"), digests.into());
}

/// What stands between `before` and the next quote, wherever that is in the sources.
fn literals<'a>(sources: &[&'a str], before: &[&str]) -> BTreeSet<&'a str> {
    let found = before.iter().flat_map(|before| {
        let texts = sources.iter().flat_map(move |text| text.split(before).skip(1));
        texts.filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next())
    });
    found.collect()
}

#[test]
fn error_codes() {
    let declared =
        union(include_str!("../pkg-template/src/error.ts"), "export type DuoSignErrorCode =");
    let codes = literals(&[include_str!("../src/error.rs")], &["=> "]);
    let missing: Vec<_> = codes.iter().filter(|it| it.starts_with("ERR_")).collect();
    assert!(missing.len() > 10);
    assert!(missing.iter().all(|it| declared.contains(**it)), "{missing:?}");
}

#[cfg(feature = "diagnose")]
mod diagnosis {
    use std::path::Path;

    use super::{literals, union};
    use duo_sign::diagnose::Outcome;
    use duo_sign::render::Format;

    const TYPES: &str = include_str!("../pkg-template/src/diagnose.ts");

    #[test]
    fn formats() {
        let render = include_str!("../src/render.rs");
        let (_, names) = render.split_once("pub fn name(").unwrap();
        let (names, _) = names.split_once("\n    }\n").unwrap();
        let names = literals(&[names], &["=> "]);
        let declared = union(TYPES, "export type RenderFormat =");
        assert_eq!(declared, names);
        for name in declared {
            assert_eq!(name.parse::<Format>().unwrap().to_string(), name);
        }
    }

    #[test]
    fn outcomes() {
        let outcomes = [Outcome::Valid, Outcome::Explained, Outcome::Unexplained];
        assert_eq!(union(TYPES, "  outcome:"), outcomes.map(Outcome::name).into());
    }

    #[test]
    fn reasons_for_no_corrected_request() {
        let report = include_str!("../src/diagnose/report.rs");
        let (_, names) = report.split_once("impl Uncorrected {").unwrap();
        let (names, _) = names.split_once("\n    }\n").unwrap();
        let reasons = literals(&[names], &["=> "]);
        assert!(!reasons.is_empty());
        assert_eq!(union(TYPES, "  reason:"), reasons);
    }

    /// What stands between quotes.
    fn quoted(text: &str) -> impl Iterator<Item = &str> {
        text.split('"').skip(1).step_by(2)
    }

    #[test]
    fn causes() {
        let sources = sources(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src/diagnose")));
        let after =
            |start: &'static str| sources.iter().flat_map(move |it| it.split(start).skip(1));
        let (_, kinds) = sources.iter().find_map(|it| it.split_once("fn cause(")).unwrap();
        let mut ids = literals(&[kinds.split_once("\n    }\n").unwrap().0], &["=> "]);
        // Those that are chosen before: `let id = …;`, and in the table of the lines.
        ids.extend(after("let id = ").flat_map(|it| quoted(it.split(';').next().unwrap())));
        let (_, lines) = sources.iter().find_map(|it| it.split_once("const LINES: ")).unwrap();
        ids.extend(quoted(lines.split(';').nth(1).unwrap()).skip(1).step_by(2));
        for made in after("Cause::new(").chain(after("Cause::possible(")) {
            let id = made.split(',').next().unwrap().trim();
            let literal = id.strip_prefix('"').and_then(|it| it.strip_suffix('"'));
            assert!(literal.is_some() || id == "id" || id.ends_with("kind.cause()"), "{id}");
            ids.extend(literal);
        }
        assert_eq!(union(TYPES, "export type CauseId ="), ids);
    }

    fn sources(folder: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path());
        let read = |path: std::path::PathBuf| {
            if path.is_dir() {
                sources(&path)
            } else {
                vec![std::fs::read_to_string(path).unwrap()]
            }
        };
        entries.flat_map(read).collect()
    }
}
