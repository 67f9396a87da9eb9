//! The line of the method.

use alloc::borrow::ToOwned;
use alloc::string::String;

use super::choices::{EVERYWHERE, List};
use super::list::Mistake;

pub(super) fn methods(sent: &str) -> List<String> {
    let upper = sent.to_ascii_uppercase();
    let mut methods = List::new(upper.clone());
    for other in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
        methods.add(Mistake::MethodOther, other.to_owned(), EVERYWHERE);
    }
    methods.add(Mistake::MethodOther, String::new(), EVERYWHERE);
    methods.add(Mistake::MethodLower, upper.to_ascii_lowercase(), EVERYWHERE);
    methods
}
