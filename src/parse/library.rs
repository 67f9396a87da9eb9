//! What functions, methods and members give that the libraries of JavaScript and Python have.

use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec;
use alloc::vec::Vec;

use super::encodings::{COMPONENT, FORM, QUOTE, URI, base64, encoded, joined, pairs_of};
use super::literal::{Kind, Literal, Reader};
use crate::text::order;

/// What a call is given.
#[derive(Debug, Default)]
pub(super) struct Arguments {
    pub(super) items: Vec<Literal>,
    pub(super) named: Vec<(String, Literal)>,
}

impl Arguments {
    pub(super) fn named(&self, name: &str) -> Option<&Literal> {
        self.named.iter().find(|(found, _)| found == name).map(|(_, value)| value)
    }

    pub(super) fn first(&self) -> Option<&Literal> {
        self.items.first()
    }

    /// The values in order, unless one has a name.
    pub(super) fn all(&self) -> Option<&[Literal]> {
        self.named.is_empty().then_some(&self.items)
    }
}

impl Reader<'_> {
    /// A member, as reading it gives.
    pub(super) fn property(&self, value: &Literal, name: &str, at: usize) -> Literal {
        let found = match (value, name) {
            (Literal::Unknown(stop), _) => Some(Literal::Unknown(stop.clone())),
            (Literal::Made(Kind::Url, _), "href") => Some(Literal::Text(href(value))),
            (Literal::List(items), _) => {
                name.parse::<usize>().ok().and_then(|index| items.get(index).cloned())
            }
            _ => value.get(name).cloned(),
        };
        found.unwrap_or_else(|| self.unknown(name, at))
    }

    /// What a method gives.
    pub(super) fn method(
        &self,
        value: &Literal,
        name: &str,
        arguments: &Arguments,
        at: usize,
    ) -> Literal {
        if let Literal::Unknown(stop) = value {
            return Literal::Unknown(stop.clone());
        }
        let given = arguments.items.iter().chain(arguments.named.iter().map(|(_, it)| it));
        if let Some(stop) = given.clone().find_map(Literal::unknown) {
            return Literal::Unknown(stop.clone());
        }
        let text = |i: usize| arguments.items.get(i).and_then(Literal::text);
        let found = match (value, name) {
            (Literal::Made(Kind::Buffer, members), "toString") => {
                let content = members.first().and_then(|(_, it)| it.text());
                match (content, text(0)) {
                    (Some(content), Some("base64")) => Some(base64(content)),
                    (content, None) => content.map(String::from),
                    _ => None,
                }
            }
            (Literal::Text(found), "encode")
                if text(0).is_some_and(|it| !it.to_ascii_lowercase().starts_with("utf")) =>
            {
                found.is_ascii().then(|| found.clone())
            }
            (_, "toString" | "encode" | "decode" | "valueOf") => self.text_of(value),
            (Literal::Text(found), _) => match name {
                "format" => self.format(found, arguments),
                "join" => {
                    let items = arguments.first().map(Literal::items).unwrap_or_default();
                    let texts = items.iter().map(Literal::text).collect::<Option<Vec<_>>>();
                    texts.map(|texts| texts.join(found))
                }
                "strip" | "trim" if arguments.items.is_empty() => Some(found.trim().into()),
                "lstrip" | "trimStart" if arguments.items.is_empty() => {
                    Some(found.trim_start().into())
                }
                "rstrip" | "trimEnd" if arguments.items.is_empty() => Some(found.trim_end().into()),
                "lower" | "toLowerCase" if found.is_ascii() => Some(found.to_ascii_lowercase()),
                "upper" | "toUpperCase" if found.is_ascii() => Some(found.to_ascii_uppercase()),
                "concat" => arguments.all().and_then(|all| {
                    let texts =
                        all.iter().map(|it| self.text_of(it)).collect::<Option<Vec<_>>>()?;
                    Some([found, &*texts.concat()].concat())
                }),
                "replace" if self.is_python() => {
                    text(0).zip(text(1)).map(|(from, to)| found.replace(from, to))
                }
                "replace" => text(0)
                    .zip(text(1).filter(|to| !to.contains('$')))
                    .map(|(from, to)| found.replacen(from, to, 1)),
                _ => None,
            },
            (Literal::List(items), "join") if !self.is_python() => {
                let texts = items.iter().map(|it| self.text_of(it)).collect::<Option<Vec<_>>>();
                texts.map(|texts| texts.join(text(0).unwrap_or(",")))
            }
            (Literal::Object(members), "items") if self.is_python() => {
                return entries(members);
            }
            (Literal::Object(_), "copy") => return value.clone(),
            (Literal::Object(_), "get") => {
                return self.property(value, text(0).unwrap_or_default(), at);
            }
            (Literal::Made(Kind::Prepared, _), "prepare") => {
                return Literal::Made(Kind::Prepared, vec![("request".into(), value.clone())]);
            }
            (Literal::Made(Kind::Session, _), "prepare_request") => {
                let request = arguments.first().cloned().unwrap_or_default();
                let members = [("request", request), ("client", value.clone())];
                let members = members.map(|(name, it)| (name.to_string(), it));
                return Literal::Made(Kind::Prepared, members.into());
            }
            (Literal::Made(Kind::Httpx, _), "build_request") => {
                let client = ("client".to_string(), value.clone());
                let mut request = Literal::Made(Kind::Httpx, [client].into());
                let names = ["method", "url"];
                for (name, item) in names.iter().zip(&arguments.items) {
                    request.put(name, item.clone());
                }
                for (name, item) in &arguments.named {
                    request.put(name, item.clone());
                }
                return request;
            }
            _ => None,
        };
        found.map_or_else(|| self.unknown(name, at), Literal::Text)
    }

    /// What a function of a library gives.
    #[expect(clippy::too_many_lines, reason = "each function is a line of a table")]
    pub(super) fn function(&self, path: &str, arguments: &Arguments, at: usize) -> Literal {
        let name = path.rsplit('.').next().unwrap_or_default();
        let first = arguments.first().cloned();
        let client = |kind, skipped: usize| {
            let mut members = arguments.named.clone();
            if let Some(Literal::Object(config)) = arguments.items.get(skipped) {
                members.extend(config.iter().cloned());
            }
            Literal::Made(kind, members)
        };
        // Whose first argument is the start of all URLs.
        let of_host = |kind, name| {
            let mut made = client(kind, 9);
            if let Some(base) = arguments.first() {
                made.put(name, base.clone());
            }
            made
        };
        match (path, name) {
            ("requests.Session" | "requests.session" | "Session", _) => {
                return Literal::Made(Kind::Session, Vec::new());
            }
            ("httpx.Client" | "httpx.AsyncClient", _) => return client(Kind::Httpx, 9),
            (_, "ClientSession") if self.is_python() => {
                return of_host(Kind::Aiohttp, "base_url");
            }
            ("axios.create", _) => return client(Kind::Axios, 0),
            ("got.extend", _) => return client(Kind::Got, 0),
            ("ky.create" | "ky.extend", _) => return client(Kind::Ky, 0),
            (_, "Client" | "Pool") if self.text.contains("undici") => {
                return of_host(Kind::Undici, "baseURL");
            }
            ("XMLHttpRequest", _) => return Literal::Made(Kind::Xhr, Vec::new()),
            (_, "HTTPSConnection" | "HTTPConnection") if self.is_python() => {
                let mut made = client(Kind::Connection, 9);
                for (name, item) in ["host", "port"].iter().zip(&arguments.items) {
                    made.put(name, item.clone());
                }
                return made;
            }
            (_, "Request") if self.is_python() => {
                let is_own = path.starts_with("requests.") || self.text.contains("from requests");
                let (kind, names): (_, &[&str]) = if is_own {
                    (
                        Kind::Prepared,
                        &["method", "url", "headers", "files", "data", "params", "auth"],
                    )
                } else {
                    (Kind::Urllib, &["url", "data", "headers"])
                };
                let mut made = client(kind, 9);
                for (name, item) in names.iter().zip(&arguments.items) {
                    made.put(name, item.clone());
                }
                return made;
            }
            ("Request", _) => {
                let mut made = client(Kind::Request, 1);
                if let Some(url) = first {
                    made.put("url", url);
                }
                return made;
            }
            ("https.request" | "http.request", _) => {
                let mut made = client(Kind::Node, 1);
                match first {
                    Some(Literal::Object(options)) => {
                        for (name, value) in options {
                            made.put(&name, value);
                        }
                    }
                    Some(url) => made.put("url", url),
                    None => {}
                }
                return made;
            }
            ("dict" | "OrderedDict" | "collections.OrderedDict", _) => {
                let mut members = match first {
                    Some(Literal::Object(members)) => members,
                    Some(Literal::List(items)) => match pairs(&items) {
                        Some(pairs) => pairs,
                        None => return self.unknown(path, at),
                    },
                    Some(other) => return self.not_known(other),
                    None => Vec::new(),
                };
                members.extend(arguments.named.iter().cloned());
                return Literal::Object(members);
            }
            _ => {}
        }
        // A function that is given.
        let named = arguments.named.iter().filter(|(name, _)| name != "quote_via");
        let given = arguments.items.iter().chain(named.map(|(_, it)| it));
        if let Some(stop) = given.clone().find_map(Literal::unknown) {
            return Literal::Unknown(stop.clone());
        }
        let text = first.as_ref().and_then(|it| self.text_of(it));
        let found = match (path, name) {
            ("JSON.stringify", _) if arguments.items.len() == 1 => {
                return match first.unwrap_or_default().stringified(at) {
                    Ok(text) => Literal::Text(text),
                    Err(stop) => Literal::Unknown(stop),
                };
            }
            // `JSON.stringify(value, null, 2)`
            ("JSON.stringify", _) if is_indented(arguments) => {
                let width = arguments.items.get(2).and_then(Literal::plain);
                let width = width.and_then(|it| it.parse().ok()).unwrap_or(0);
                return match first.unwrap_or_default().indented(at, width) {
                    Ok(text) => Literal::Text(text),
                    Err(stop) => Literal::Unknown(stop),
                };
            }
            (_, "dumps") if self.is_python() => Self::dumps(first.as_ref(), arguments),
            ("encodeURIComponent", _) => text.map(|it| encoded(&it, COMPONENT, false)),
            ("encodeURI", _) => text.map(|it| encoded(&it, URI, false)),
            ("btoa", _) => text.filter(|it| it.is_ascii()).map(|it| base64(&it)),
            ("String", _) => text,
            ("str" | "bytes" | "bytearray", _) if self.is_python() => text,
            ("int", _) if self.is_python() => {
                return text
                    .filter(|it| it.bytes().all(|it| it.is_ascii_digit()))
                    .map_or_else(|| self.unknown(path, at), Literal::Word);
            }
            (_, "b64encode" | "standard_b64encode") => text.map(|it| base64(&it)),
            (_, "quote") if self.is_python() => {
                let safe = arguments.items.get(1).or_else(|| arguments.named("safe"));
                let safe = safe.map_or(Some("/"), Literal::text);
                text.zip(safe).map(|(it, safe)| encoded(&it, &[QUOTE, safe].concat(), false))
            }
            (_, "quote_plus") if self.is_python() => text.map(|it| encoded(&it, QUOTE, true)),
            (_, "urlencode") if self.is_python() => {
                first.and_then(|it| self.urlencode(&it, arguments))
            }
            ("qs.stringify" | "querystring.stringify", _) => {
                // Under the name of the package qs there is often Node's own module.
                let is_own = path.starts_with("querystring") || self.text.contains("querystring");
                let bare = if is_own { COMPONENT } else { "-_.~" };
                let members = first.as_ref().and_then(|it| self.fields(it.members()?));
                members.map(|members| joined(&members, bare, false))
            }
            ("Buffer.from", _) if arguments.items.len() == 1 || second_is_utf8(arguments) => {
                return text.map_or_else(
                    || self.unknown(path, at),
                    |it| Literal::Made(Kind::Buffer, vec![("text".into(), Literal::Text(it))]),
                );
            }
            ("Object.assign", _) => {
                let mut all = Literal::Object(Vec::new());
                for item in &arguments.items {
                    let Some(members) = item.members() else { return self.unknown(path, at) };
                    for (name, value) in members {
                        all.put(name, value.clone());
                    }
                }
                return all;
            }
            ("Object.entries", _) => {
                return match first {
                    Some(Literal::Object(members)) => entries(&members),
                    _ => self.unknown(path, at),
                };
            }
            ("Object.fromEntries", _) => {
                return match first.as_ref().and_then(|it| pairs(it.items())) {
                    Some(members) => Literal::Object(members),
                    None => self.unknown(path, at),
                };
            }
            ("Headers", _) => {
                return match &first {
                    Some(Literal::Object(_)) => first.unwrap_or_default(),
                    Some(Literal::List(items)) => match pairs(items) {
                        Some(members) => Literal::Object(members),
                        None => self.unknown(path, at),
                    },
                    None => Literal::Object(Vec::new()),
                    _ => self.unknown(path, at),
                };
            }
            ("URLSearchParams" | "url.URLSearchParams", _) => return self.search_params(first, at),
            ("URL" | "url.URL", _) => return self.url(arguments, at),
            (_, "HTTPBasicAuth" | "BasicAuth") => return Literal::List(arguments.items.clone()),
            ("sorted", _) if arguments.named.is_empty() => {
                return sorted(first).unwrap_or_else(|| self.unknown(path, at));
            }
            ("list" | "tuple", _) if matches!(first, Some(Literal::List(_))) => {
                return first.unwrap_or_default();
            }
            _ => None,
        };
        found.map_or_else(|| self.unknown(path, at), Literal::Text)
    }

    /// The values as texts, a list as one for each of its items.
    pub(super) fn fields(&self, members: &[(String, Literal)]) -> Option<Vec<(String, Literal)>> {
        let mut fields = Vec::new();
        for (name, value) in members {
            let values = match value {
                Literal::List(items) => items.as_slice(),
                single => core::slice::from_ref(single),
            };
            for value in values {
                fields.push((name.clone(), Literal::Text(self.text_of(value)?)));
            }
        }
        Some(fields)
    }

    fn search_params(&self, given: Option<Literal>, at: usize) -> Literal {
        let made = match given {
            None => Some(Vec::new()),
            Some(Literal::Text(text)) => Some(pairs_of(text.strip_prefix('?').unwrap_or(&text))),
            Some(Literal::Made(Kind::Form, pairs)) => Some(pairs),
            Some(Literal::Object(members)) => members
                .iter()
                .map(|(name, it)| Some((name.clone(), Literal::Text(self.text_of(it)?))))
                .collect(),
            Some(Literal::List(items)) => pairs(&items).and_then(|members| {
                let texts = members.into_iter();
                texts.map(|(name, it)| Some((name, Literal::Text(self.text_of(&it)?)))).collect()
            }),
            _ => None,
        };
        made.map_or_else(
            || self.unknown("URLSearchParams", at),
            |pairs| Literal::Made(Kind::Form, pairs),
        )
    }

    fn url(&self, arguments: &Arguments, at: usize) -> Literal {
        let text = |i: usize| arguments.items.get(i).and_then(|it| self.text_of(it));
        let Some(mut url) = text(0) else { return self.unknown("URL", at) };
        if !url.contains("://") {
            let base = text(1);
            let host = base.as_deref().and_then(|base| {
                let start = base.find("://")? + 3;
                let end = base.get(start..)?.find(['/', '?']).map_or(base.len(), |end| start + end);
                base.get(..end)
            });
            match host.filter(|_| url.starts_with('/')) {
                Some(host) => url.insert_str(0, host),
                None => return self.unknown("URL", at),
            }
        }
        let (before, query) = url.split_once('?').unwrap_or((&url, ""));
        let path = before.get(before.find("://").map_or(0, |it| it + 3)..).unwrap_or_default();
        let before = if path.contains('/') { before.into() } else { [before, "/"].concat() };
        let form = Literal::Made(Kind::Form, pairs_of(query));
        Literal::Made(
            Kind::Url,
            vec![
                ("before".into(), Literal::Text(before)),
                ("query".into(), Literal::Text(query.into())),
                ("parsed".into(), form.clone()),
                ("searchParams".into(), form),
            ],
        )
    }

    fn dumps(value: Option<&Literal>, arguments: &Arguments) -> Option<String> {
        let mut value = value?.clone();
        let flag = |name: &str| match arguments.named(name) {
            Some(Literal::Word(word)) => Some(word.as_str()),
            _ => None,
        };
        let known = ["sort_keys", "separators", "ensure_ascii", "indent", "default"];
        if arguments.named.iter().any(|(name, _)| !known.contains(&&**name))
            || arguments.named("indent").is_some() && flag("indent") != Some("null")
        {
            return None;
        }
        if flag("sort_keys") == Some("true") {
            sort_names(&mut value);
        }
        let separators = match arguments.named("separators").map(Literal::items) {
            None => [", ", ": "],
            Some([comma, colon]) => [comma.text()?, colon.text()?],
            Some(_) => return None,
        };
        value.dumped(separators, flag("ensure_ascii") != Some("false"))
    }

    fn urlencode(&self, value: &Literal, arguments: &Arguments) -> Option<String> {
        let members = match value {
            Literal::Object(members) => members.clone(),
            other => pairs(other.items())?,
        };
        let is_list = |(_, it): &(String, Literal)| matches!(it, Literal::List(_));
        let doseq = arguments.items.get(1).or_else(|| arguments.named("doseq"));
        let has_doseq = matches!(doseq, Some(Literal::Word(word)) if word == "true" || word == "1");
        if members.iter().any(is_list) && !has_doseq {
            return None;
        }
        let via = arguments.named.iter().any(|(name, _)| name == "quote_via");
        let safe =
            arguments.named("safe").map_or(Some(if via { "/" } else { "" }), Literal::text)?;
        let fields = self.fields(&members)?;
        Some(joined(&fields, &[QUOTE, safe].concat(), !via))
    }
}

pub(super) fn href(url: &Literal) -> String {
    let text = |name| url.get(name).and_then(Literal::text).unwrap_or_default();
    let pairs = |name| url.get(name).and_then(Literal::members).unwrap_or_default();
    let query = |name| joined(pairs(name), FORM, true);
    let query = if query("parsed") == query("searchParams") {
        text("query").to_string()
    } else {
        query("searchParams")
    };
    let before = text("before");
    if query.is_empty() { before.to_string() } else { format!("{before}?{query}") }
}

fn second_is_utf8(arguments: &Arguments) -> bool {
    matches!(arguments.items.get(1).and_then(Literal::text), Some("utf8" | "utf-8" | "ascii"))
}

/// Names and values as lists of two.
fn entries(members: &[(String, Literal)]) -> Literal {
    let pair = |(name, value): &(String, Literal)| {
        Literal::List(vec![Literal::Text(name.clone()), value.clone()])
    };
    Literal::List(members.iter().map(pair).collect())
}

/// Lists of two as names and values.
pub(super) fn pairs(items: &[Literal]) -> Option<Vec<(String, Literal)>> {
    let pair = |it: &Literal| match it.items() {
        [name, value] => Some((name.plain()?.to_string(), value.clone())),
        _ => None,
    };
    items.iter().map(pair).collect()
}

/// `sorted(…)` of texts, or of lists that start with a text each, all of them different.
pub(super) fn sorted(value: Option<Literal>) -> Option<Literal> {
    let mut items = match value? {
        Literal::List(items) => items,
        Literal::Object(members) => {
            members.into_iter().map(|(name, _)| Literal::Text(name)).collect()
        }
        _ => return None,
    };
    let key = |it: &Literal| it.text().or_else(|| it.items().first()?.text()).map(String::from);
    let keys: Vec<String> = items.iter().map(key).collect::<Option<_>>()?;
    let places = order(&keys);
    let is_unique = places.windows(2).all(|pair| match pair {
        [a, b] => keys.get(*a) != keys.get(*b),
        _ => true,
    });
    let are_texts = items.iter().all(|it| it.text().is_some());
    items = places.iter().filter_map(|at| items.get(*at).cloned()).collect();
    (is_unique || are_texts).then_some(Literal::List(items))
}

fn sort_names(value: &mut Literal) {
    match value {
        Literal::Object(members) => {
            let places = order(members.iter().map(|(name, _)| name));
            *members = places.iter().filter_map(|at| members.get(*at).cloned()).collect();
            for (_, value) in members {
                sort_names(value);
            }
        }
        Literal::List(items) => items.iter_mut().for_each(sort_names),
        _ => {}
    }
}

/// `(value, null, 2)`
fn is_indented(arguments: &Arguments) -> bool {
    let [_, replacer, width] = arguments.items.as_slice() else { return false };
    let is_null =
        matches!(replacer, Literal::Word(word) if matches!(&**word, "null" | "undefined"));
    is_null && matches!(width, Literal::Word(word) if matches!(&**word, "2" | "4" | "3" | "1"))
}
