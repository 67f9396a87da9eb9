//! Calls as statements, which change what they are called on.

use alloc::string::String;
use alloc::vec::Vec;

use super::library::{Arguments, pairs, sorted};
use super::literal::{Kind, Literal, Reader};
use crate::text::order;

impl<'a> Reader<'a> {
    /// A call as a statement, which changes what it is called on.
    pub(super) fn mutation(
        &mut self,
        name: &'a str,
        mut path: Vec<String>,
        indent: usize,
        start: usize,
    ) {
        let at = self.at;
        self.done.insert(start);
        let method = path.pop().unwrap_or_default();
        self.at += 1;
        let Ok(arguments) = self.arguments(0) else {
            let unknown = self.unknown(name, at);
            return self.set(name, indent, unknown);
        };
        let kind = self.names.as_ref().and_then(|names| match names.get(name) {
            Some((_, Literal::Made(kind, _))) => Some(*kind),
            _ => None,
        });
        let is_call = path.is_empty()
            && matches!(
                kind,
                Some(
                    Kind::Session
                        | Kind::Httpx
                        | Kind::Aiohttp
                        | Kind::Axios
                        | Kind::Got
                        | Kind::Ky
                        | Kind::Undici
                )
            );
        // Listeners change nothing that is sent.
        if is_call
            || matches!(
                &*method,
                "on" | "once" | "addEventListener" | "get" | "has" | "forEach" | "close" | "map"
            )
        {
            return;
        }
        let unknown = self.unknown(name, at);
        if self.rest().starts_with('.') && !is_call {
            // More is done to it.
            return self.set(name, indent, unknown);
        }
        let text = |i: usize| arguments.items.get(i).and_then(|it| self.text_of(it));
        let (first, second) = (text(0), text(1));
        let given = arguments.items.iter().chain(arguments.named.iter().map(|(_, it)| it));
        let not_known = given.clone().find_map(Literal::unknown).cloned();
        // A listener is no value that is sent.
        let not_known = not_known.filter(|_| !method.starts_with("on"));
        self.change(name, &path, indent, |place| {
            if let Some(stop) = not_known {
                *place = Literal::Unknown(stop);
                return;
            }
            let done = mutate(place, &method, &arguments, first, second);
            if done.is_none() {
                *place = unknown;
            }
        });
    }
}

/// Does to a value what a method does; `None` where that is not known.
fn mutate(
    place: &mut Literal,
    method: &str,
    arguments: &Arguments,
    first: Option<String>,
    second: Option<String>,
) -> Option<()> {
    let value = || arguments.items.get(1).cloned();
    match (&mut *place, method) {
        (Literal::Made(Kind::Form, pairs), _) => {
            match method {
                "append" => pairs.push((first?, Literal::Text(second?))),
                "set" => {
                    let (name, value) = (first?, Literal::Text(second?));
                    match pairs.iter().position(|(found, _)| *found == name) {
                        Some(at) => {
                            let mut i = 0;
                            pairs.retain(|(found, _)| {
                                i += 1;
                                *found != name || i == at + 1
                            });
                            pairs.get_mut(at)?.1 = value;
                        }
                        None => pairs.push((name, value)),
                    }
                }
                "delete" => {
                    let name = first?;
                    pairs.retain(|(found, _)| *found != name);
                }
                "sort" => {
                    let utf16 = pairs.iter().map(|(name, _)| name.encode_utf16());
                    let names = utf16.map(|units| units.flat_map(u16::to_be_bytes).collect());
                    let places = order(&names.collect::<Vec<Vec<u8>>>());
                    *pairs = places.iter().filter_map(|at| pairs.get(*at).cloned()).collect();
                }
                _ => return None,
            }
            Some(())
        }
        (Literal::Made(Kind::Xhr, _), "open") => {
            place.put("method", arguments.first()?.clone());
            place.put("url", value()?);
            Some(())
        }
        (Literal::Made(Kind::Connection, _), "putrequest") => {
            place.put("method", arguments.first()?.clone());
            place.put("path", value()?);
            place.put("headers", Literal::Object(Vec::new()));
            Some(())
        }
        // These are calls that send what is there.
        (Literal::Made(..), "send" | "request" | "endheaders" | "end" | "urlopen") => Some(()),
        (Literal::Made(Kind::Node, _), "write") => {
            let before = place.get("body").and_then(Literal::text).unwrap_or_default();
            let body = [before, &*first?].concat();
            place.put("body", Literal::Text(body));
            Some(())
        }
        (Literal::Made(..), "setRequestHeader" | "putheader" | "add_header" | "setHeader") => {
            let (name, value) = (first?, value()?);
            let mut headers = place.get("headers").cloned().unwrap_or(Literal::Object(Vec::new()));
            headers.put(&name, value);
            place.put("headers", headers);
            Some(())
        }
        (Literal::Object(_), "update") => {
            let given = arguments.first().map(|it| match it {
                Literal::Object(members) => Some(members.clone()),
                other => pairs(other.items()),
            });
            for (name, value) in given.unwrap_or(Some(Vec::new()))?.iter().chain(&arguments.named) {
                place.put(name, value.clone());
            }
            Some(())
        }
        (Literal::Object(_), "set" | "append") => {
            place.put(&first?, value()?);
            Some(())
        }
        (Literal::Object(members), "pop" | "delete") => {
            let name = first?;
            members.retain(|(found, _)| *found != name);
            Some(())
        }
        (Literal::List(items), "append" | "push") => {
            items.extend(arguments.all()?.iter().cloned());
            Some(())
        }
        (Literal::List(items), "extend") => {
            items.extend(arguments.first()?.items().iter().cloned());
            Some(())
        }
        (Literal::List(_), "sort") if arguments.items.is_empty() && arguments.named.is_empty() => {
            *place = sorted(Some(core::mem::take(place)))?;
            Some(())
        }
        _ => None,
    }
}
