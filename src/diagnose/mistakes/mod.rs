//! The mistakes that are seen in the field: a row for each, and for each part of the canonical string the
//! right text, then the wrong ones.

pub(super) mod choices;
pub(super) mod encoding;
pub(super) mod key;
pub(super) mod list;
pub(super) mod params;
pub(super) mod sets;
pub(super) mod table;

mod body;
mod date;
mod headers;
mod host;
mod json;
mod lines;
mod method;
mod normal;
mod path;
