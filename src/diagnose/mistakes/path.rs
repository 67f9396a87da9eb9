//! The line of the path.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use percent_encoding::percent_decode;

use super::choices::{
    ALONE, EVERYWHERE, IN_PAIRS, List, NOTHINGS, ONCE, UNNAMED, placeholders, wrapped,
};
use super::encoding::{Pair, as_sent};
use super::list::Mistake;
use crate::{http, params};

#[derive(Clone, PartialEq, Eq)]
pub(super) struct PathText {
    pub(super) text: String,
    /// The params line is also signed here, after a `?`.
    pub(super) with_line: bool,
    /// The query was signed here, and the params line left empty.
    pub(super) takes_params: bool,
}

/// Endpoints whose path stays in a program when it calls another endpoint.
const COMMON_PATHS: [&str; 20] = [
    "/auth/v2/ping",
    "/auth/v2/check",
    "/auth/v2/enroll",
    "/auth/v2/preauth",
    "/auth/v2/auth",
    "/auth/v2/auth_status",
    "/admin/v1/users",
    "/admin/v1/groups",
    "/admin/v1/phones",
    "/admin/v1/tokens",
    "/admin/v1/admins",
    "/admin/v1/integrations",
    "/admin/v1/info/summary",
    "/admin/v1/logs/authentication",
    "/admin/v1/logs/administrator",
    "/admin/v1/logs/telephony",
    "/admin/v2/logs/authentication",
    "/admin/v2/policies",
    "/accounts/v1/account/list",
    "/accounts/v1/account/create",
];

/// What stands around a path in a URL or a request line.
const AROUND: [(&str, &str); 4] = [("/", ""), ("", "?"), ("", "#"), ("", " HTTP/1.1")];

pub(super) fn paths(request: &http::Request, params: &[Pair]) -> List<PathText> {
    let path = request.path();
    let host = request.host().unwrap_or_default();
    let lower_host = host.to_ascii_lowercase();
    let query = as_sent(params);
    let text = |text: String| PathText { text, with_line: false, takes_params: false };
    let mut paths = List::new(text(path.to_owned()));
    let mut add = |mistake, value| paths.add(mistake, value, EVERYWHERE);
    add(Mistake::PathNoSlash, text(path.trim_start_matches('/').to_owned()));
    for query in [query.as_str(), request.query()] {
        let with_query = format!("{path}?{query}");
        add(Mistake::PathQuery, PathText { takes_params: true, ..text(with_query.clone()) });
        add(Mistake::PathQuery2, text(with_query));
    }
    let with_line = PathText { with_line: true, ..text(path.to_owned()) };
    add(Mistake::PathQuery, PathText { takes_params: true, ..with_line.clone() });
    add(Mistake::PathQuery2, with_line);
    add(Mistake::PathUrl, text(format!("https://{host}{path}")));
    add(Mistake::PathUrl, text(format!("https://{lower_host}{path}")));
    add(Mistake::PathSlash, text(format!("{path}/")));
    add(Mistake::PathSlash, text(path.trim_end_matches('/').to_owned()));
    add(Mistake::PathCase, text(path.to_ascii_lowercase()));
    let decoded = percent_decode(path.as_bytes()).decode_utf8_lossy().into_owned();
    add(Mistake::PathDecoded, text(decoded));
    let mut add = |value: String| paths.add(Mistake::PathOther, text(value), IN_PAIRS);
    if let Some((parent, _)) = path.rsplit_once('/') {
        add(parent.to_owned());
    }
    for (version, other) in [("/v1/", "/v2/"), ("/v2/", "/v1/")] {
        add(path.replace(version, other));
    }
    for other in COMMON_PATHS {
        add(other.to_owned());
    }
    let mut add = |value: String| paths.add(Mistake::PathOther, text(value), ALONE);
    // A part of it: what stands in front is the base of a client or a gateway.
    let slashes = || path.match_indices('/').map(|(i, _)| i);
    for (start, end) in slashes().flat_map(|start| slashes().map(move |end| (start, end))) {
        add(path.get(start..end).unwrap_or_default().to_owned());
    }
    for start in slashes() {
        add(path.get(start..).unwrap_or_default().to_owned());
        add([path.get(..start).unwrap_or_default(), path].concat());
    }
    add("/".to_owned());
    let mut rare = |value: String| paths.add(Mistake::PathOther, text(value), ONCE);
    for slash in slashes() {
        let (before, after) = path.split_at_checked(slash).unwrap_or_default();
        rare([before, "/", after].concat());
    }
    for base in ["/api", "/prod", "/dev", "/stage", "/duo", "/v1"] {
        rare([base, path].concat());
    }
    for value in templates(path) {
        paths.add(Mistake::PathTemplate, text(value), ONCE);
    }
    for (before, after) in AROUND {
        let value = [before, path, after].concat();
        paths.add(Mistake::PathWrap, text(value), ALONE);
    }
    let line = [&*request.method, " ", path].concat();
    for value in wrapped(path).chain([line]) {
        paths.add(Mistake::PathWrap, text(value), ALONE);
    }
    paths.add(Mistake::PathUrl, text([&*lower_host, path].concat()), ALONE);
    paths.add(Mistake::PathUrl, text(format!("http://{lower_host}{path}")), ALONE);
    paths.add(Mistake::PathCase, text(path.to_ascii_uppercase()), ALONE);
    let encoded = params::encode(path);
    paths.add(Mistake::PathEncoded, text(encoded.replace("%2F", "/")), ALONE);
    let others = [path.replace('/', "\\/"), path.replace('/', "\\"), path.replace("%20", "+")];
    for value in [encoded.to_ascii_lowercase(), encoded].into_iter().chain(others) {
        paths.add(Mistake::PathEncoded, text(value), ALONE);
    }
    for nothing in NOTHINGS {
        paths.add(Mistake::PathUnset, text(nothing.to_owned()), ALONE);
    }
    for mistake in [Mistake::PathQuery, Mistake::PathQuery2] {
        for query in [query.as_str(), request.query()] {
            for host in [host, &lower_host] {
                let takes_params = mistake == Mistake::PathQuery;
                let text = format!("https://{host}{path}?{query}");
                paths.add(mistake, PathText { text, with_line: false, takes_params }, IN_PAIRS);
            }
        }
    }
    paths
}

/// The path with placeholders where it has the names of things: each of them, and all at once.
fn templates(path: &str) -> Vec<String> {
    /// `/admin/v1/users` and the like are written as they are.
    const FIXED: usize = 4;
    const MOST_NAMES: usize = 3;
    let segments: Vec<&str> = path.split('/').collect();
    let is_name =
        |segment: &str| segment.contains(|it: char| !it.is_ascii_lowercase() && it != '_');
    let named: Vec<_> = (FIXED..segments.len())
        .filter(|i| segments.get(*i).is_some_and(|segment| is_name(segment)))
        .take(MOST_NAMES)
        .collect();
    // Of the kind of thing that stands before it.
    let fills = |i: usize| {
        let kind = segments.get(i - 1).copied().unwrap_or_default();
        let kind = kind.strip_suffix('s').unwrap_or(kind);
        let mut fills: Vec<String> = Vec::new();
        for name in [format!("{kind}_id"), format!("{kind}Id"), "id".to_owned(), kind.to_owned()] {
            fills.extend(placeholders(&name));
            fills.extend(placeholders(&name.to_ascii_uppercase()));
        }
        fills.extend(UNNAMED.into_iter().chain(NOTHINGS).map(ToOwned::to_owned));
        fills
    };
    let mut templates = Vec::new();
    for (n, i) in named.iter().enumerate() {
        for (choice, fill) in fills(*i).into_iter().enumerate() {
            let mut parts: Vec<_> = segments.iter().map(|it| (*it).to_owned()).collect();
            parts.get_mut(*i).into_iter().for_each(|part| part.clone_from(&fill));
            templates.push(parts.join("/"));
            if n == 0 && named.len() > 1 {
                for other in named.iter().skip(1) {
                    let fill = fills(*other).get(choice).cloned().unwrap_or_default();
                    parts.get_mut(*other).into_iter().for_each(|part| part.clone_from(&fill));
                }
                templates.push(parts.join("/"));
            }
        }
    }
    templates
}
