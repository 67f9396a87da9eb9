//! The line of the method.

use alloc::borrow::ToOwned;
use alloc::string::String;

use super::choices::{ALONE, EVERYWHERE, List, NOTHINGS, ONCE, wrapped};
use super::list::Mistake;

pub(super) fn methods(sent: &str) -> List<String> {
    let upper = sent.to_ascii_uppercase();
    let mut methods = List::new(upper.clone());
    for other in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
        methods.add(Mistake::MethodOther, other.to_owned(), EVERYWHERE);
    }
    methods.add(Mistake::MethodOther, String::new(), EVERYWHERE);
    let lower = upper.to_ascii_lowercase();
    methods.add(Mistake::MethodLower, lower.clone(), EVERYWHERE);
    if let Some((first, _)) = upper.split_at_checked(1) {
        let rest = lower.get(first.len()..).unwrap_or_default();
        methods.add(Mistake::MethodLower, [first, rest].concat(), ALONE);
    }
    let others = ["HEAD", "OPTIONS"].into_iter().chain(NOTHINGS).map(ToOwned::to_owned);
    // As enumerations of Java, Python and Swift are printed.
    let members = ["HttpMethod.", "HTTPMethod."].map(|before| [before, &upper].concat());
    for other in others.chain(wrapped(&upper)) {
        methods.add(Mistake::MethodOther, other, ALONE);
    }
    for other in members {
        methods.add(Mistake::MethodOther, other, ONCE);
    }
    methods
}
