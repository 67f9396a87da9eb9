//! Values of parameters and JSON bodies, and the JSON text that Duo's Python client sends.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::error::Error;
use crate::text::{Key, decimal, hex, sort};

/// How deep JSON may be nested.
pub const MAX_DEPTH: usize = 100;

/// Names with their values, in the order given; a name may be repeated.
pub type Fields<'a> = Vec<(Cow<'a, str>, Value<'a>)>;

/// A parameter's value, or any JSON value in a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// JSON `null`. A query or form cannot hold it.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number. A query or form can hold integers only.
    Number(Number<'a>),
    /// Text.
    String(Cow<'a, str>),
    /// In a query or form: the same name once for each value.
    List(Vec<Value<'a>>),
    /// A JSON object. A query or form cannot hold it.
    Object(Fields<'a>),
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::String(Cow::Borrowed(text))
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Self::String(Cow::Owned(text))
    }
}

impl From<bool> for Value<'_> {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Value<'_> {
    fn from(value: i64) -> Self {
        Self::Number(Number { text: Cow::Owned(value.to_string()), integer: true })
    }
}

impl<'a> From<Number<'a>> for Value<'a> {
    fn from(value: Number<'a>) -> Self {
        Self::Number(value)
    }
}

impl<'a, T: Into<Value<'a>>> From<Vec<T>> for Value<'a> {
    fn from(values: Vec<T>) -> Self {
        Self::List(values.into_iter().map(Into::into).collect())
    }
}

/// A number in the spelling of Python's `json.dumps`: an integer of any size, or a float as
/// `repr` writes it (`1.0`, `1e+16`, `1e-07`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number<'a> {
    text: Cow<'a, str>,
    integer: bool,
}

impl<'a> Number<'a> {
    /// Takes decimal digits with an optional minus sign; `None` for anything else.
    #[must_use]
    pub fn integer(text: impl Into<Cow<'a, str>>) -> Option<Self> {
        let text = text.into();
        let digits = text.strip_prefix('-').unwrap_or(&text);
        let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let canonical = plain && (digits == "0" || !digits.starts_with('0'));
        canonical.then_some(Self { text, integer: true })
    }

    /// Takes the shortest decimal text that reads back as the same double, in any layout
    /// (`1e21`, `0.00001`, `150000`); `None` for text that is not a finite number.
    #[must_use]
    pub fn float(text: &str) -> Option<Number<'static>> {
        let text = text.to_ascii_lowercase();
        let (sign, unsigned) = match text.strip_prefix('-') {
            Some(rest) => ("-", rest),
            None => ("", text.as_str()),
        };
        let (mantissa, exponent) = unsigned.split_once('e').unwrap_or((unsigned, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        if whole.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit()) {
            return None;
        }
        // The decimal point stands after so many of the digits.
        let (sign_of_exponent, exponent) = match exponent.strip_prefix('-') {
            Some(exponent) => (-1, exponent),
            None => (1, exponent.strip_prefix('+').unwrap_or(exponent)),
        };
        let exponent = decimal(exponent).filter(|exponent| *exponent < 1000)?;
        let point = sign_of_exponent * exponent + len(whole);
        let digits = [whole, fraction].concat();
        let significant = digits.trim_start_matches('0');
        let point = point - len(&digits) + len(significant);
        let text = layout(sign, significant.trim_end_matches('0'), point);
        Some(Number { text: Cow::Owned(text), integer: false })
    }

    /// A double; `None` for NaN and the infinities, which JSON cannot hold.
    #[must_use]
    pub fn from_f64(value: f64) -> Option<Number<'static>> {
        Number::float(&format!("{value:e}"))
    }
}

/// Python's `repr` of a float: scientific from 1e16 on and below 1e-4 (`Python/pystrtod.c`).
///
/// `digits` has no zeros at either end; the decimal point stands after `point` of them.
fn layout(sign: &str, digits: &str, point: i64) -> String {
    let mut text = String::from(sign);
    let zeros = |text: &mut String, count: i64| {
        text.extend((0..count).map(|_| '0'));
    };
    let (exponent, point) = match point {
        _ if digits.is_empty() => (None, 0),
        -3..=16 => (None, point),
        _ => (Some(point - 1), 1),
    };
    let shown = usize::try_from(point).unwrap_or_default().min(digits.len());
    let (whole, fraction) = digits.split_at_checked(shown).unwrap_or_default();
    text.push_str(whole);
    zeros(&mut text, if whole.is_empty() { 1 } else { point - len(whole) });
    if exponent.is_none() || !fraction.is_empty() {
        text.push('.');
        zeros(&mut text, -point);
        text.push_str(if fraction.is_empty() { "0" } else { fraction });
    }
    if let Some(exponent) = exponent {
        text.push_str(if exponent < 0 { "e-" } else { "e+" });
        if exponent.abs() < 10 {
            text.push('0');
        }
        text.push_str(&exponent.unsigned_abs().to_string());
    }
    text
}

fn len(text: &str) -> i64 {
    i64::try_from(text.len()).unwrap_or_default()
}

/// Writes a JSON object byte for byte as `json.dumps(…, sort_keys=True, separators=(",", ":"))`
/// does, which is what `duo_client.Client.canon_json` calls: keys sorted by code point at every
/// level, no spaces, ASCII only. A repeated name becomes a list.
///
/// ```
/// use duo_sign::json;
///
/// let fields = vec![("b".into(), json::Value::from("é")), ("a".into(), json::Value::from(1))];
/// assert_eq!(json::write(&fields)?, r#"{"a":1,"b":"\u00e9"}"#);
/// # Ok::<(), duo_sign::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::NestedTooDeeply`]: more than [`MAX_DEPTH`] lists and objects within each other.
pub fn write(fields: &Fields<'_>) -> Result<String, Error> {
    let mut out = String::with_capacity(32 * fields.len());
    write_object(&mut out, fields, 0)?;
    Ok(out)
}

fn write_object(out: &mut String, fields: &Fields<'_>, depth: usize) -> Result<(), Error> {
    // UTF-8 sorts as code points do.
    let names = fields.iter().map(|(name, _)| name.as_bytes()).enumerate();
    let mut keys = names.map(|(i, name)| Key::new(name, b"", i)).collect();
    sort(&mut keys);
    let same_name = keys.chunk_by(|a, b| a.name == b.name);
    write_all(out, ['{', '}'], same_name, |out, group| {
        let mut values = group.iter().filter_map(|key| fields.get(key.place));
        let Some((name, value)) = values.next() else { return Ok(()) };
        write_string(out, name);
        out.push(':');
        if group.len() == 1 {
            return write_value(out, value, depth + 1);
        }
        let values = core::iter::once(value).chain(values.map(|(_, value)| value));
        let values = values.flat_map(|value| match value {
            Value::List(values) => values.as_slice(),
            value => core::slice::from_ref(value),
        });
        write_all(out, ['[', ']'], values, |out, value| write_value(out, value, depth + 2))
    })
}

fn write_all<T>(
    out: &mut String,
    [open, close]: [char; 2],
    items: impl Iterator<Item = T>,
    mut write: impl FnMut(&mut String, T) -> Result<(), Error>,
) -> Result<(), Error> {
    out.push(open);
    for (i, item) in items.enumerate() {
        if i > 0 {
            out.push(',');
        }
        write(out, item)?;
    }
    out.push(close);
    Ok(())
}

fn write_value(out: &mut String, value: &Value<'_>, depth: usize) -> Result<(), Error> {
    match value {
        Value::List(_) | Value::Object(_) if depth >= MAX_DEPTH => {
            return Err(Error::NestedTooDeeply("body".into()));
        }
        Value::Null => out.push_str("null"),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Number(number) => out.push_str(&number.text),
        Value::String(text) => write_string(out, text),
        Value::List(values) => write_all(out, ['[', ']'], values.iter(), |out, value| {
            write_value(out, value, depth + 1)
        })?,
        Value::Object(fields) => write_object(out, fields, depth)?,
    }
    Ok(())
}

/// Writes a JSON string in ASCII, escaped as Python's `ensure_ascii` does.
pub(crate) fn write_string(out: &mut String, text: &str) {
    out.push('"');
    let mut rest = text;
    loop {
        let is_plain = |byte: &u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\');
        let length = rest.bytes().take_while(is_plain).count();
        let (plain, special) = rest.split_at_checked(length).unwrap_or_default();
        out.push_str(plain);
        let mut characters = special.chars();
        let Some(found) = characters.next() else { break };
        write_escaped(out, found);
        rest = characters.as_str();
    }
    out.push('"');
}

/// Writes a JSON string as `JSON.stringify` does: with characters outside ASCII as they are.
#[cfg(feature = "diagnose")]
pub(crate) fn write_unicode(out: &mut String, text: &str) {
    out.push('"');
    for found in text.chars() {
        match found {
            '"' | '\\' | '\0'..='\u{1f}' => write_escaped(out, found),
            _ => out.push(found),
        }
    }
    out.push('"');
}

fn write_escaped(out: &mut String, found: char) {
    match found {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\u{8}' => out.push_str("\\b"),
        '\u{c}' => out.push_str("\\f"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        _ => {
            for unit in found.encode_utf16(&mut [0; 2]) {
                out.push_str("\\u");
                out.push_str(&hex(&unit.to_be_bytes()));
            }
        }
    }
}

impl Value<'_> {
    /// Calls `each` with the text of every value that this parameter has in a query or form.
    ///
    /// `at` names the parameter in an error, for example `params.limit`.
    pub(crate) fn texts<'v>(
        &'v self,
        at: &dyn Fn() -> String,
        each: &mut dyn FnMut(&'v str),
    ) -> Result<(), Error> {
        if let Value::List(values) = self {
            for (i, value) in values.iter().enumerate() {
                each(value.text().map_err(|found| Error::ParamValue(index(&at(), i), found))?);
            }
            return Ok(());
        }
        each(self.text().map_err(|found| Error::ParamValue(at(), found))?);
        Ok(())
    }

    fn text(&self) -> Result<&str, &'static str> {
        match self {
            Value::String(text) | Value::Number(Number { text, integer: true }) => Ok(text),
            Value::Bool(true) => Ok("true"),
            Value::Bool(false) => Ok("false"),
            other => Err(other.kind()),
        }
    }

    /// What an error calls this value.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Value::String(_) => "a string",
            Value::Bool(_) => "a boolean",
            Value::Number(Number { integer: true, .. }) => "an integer",
            Value::Number(_) => "a number that is not a safe integer",
            Value::Null => "null",
            Value::List(_) => "a list",
            Value::Object(_) => "an object",
        }
    }
}

/// The place of an element, such as `params.k[1]`.
pub(crate) fn index(at: &str, i: usize) -> String {
    [at, "[", &i.to_string(), "]"].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    #[test]
    fn refuses_text_that_is_no_number() {
        for text in ["", "-", "+1", "1.", ".5", "01", "1e5", "0x1", "NaN", " 1", "١"] {
            assert_eq!(Number::integer(text), None, "{text:?}");
        }
        for text in
            ["", "-", "e5", ".5", "NaN", "inf", "-Infinity", "1e", "1e1000", "1e99999", "1 "]
        {
            assert_eq!(Number::float(text), None, "{text:?}");
        }
        assert_eq!(Number::from_f64(f64::NAN), None);
        assert_eq!(Number::from_f64(f64::NEG_INFINITY), None);
    }

    #[test]
    fn writes_zero_as_python_does() {
        for text in ["0", "0.0", "0.000", "0e30", "0e-30", "-0", "-0e-30"] {
            let wanted = if text.starts_with('-') { "-0.0" } else { "0.0" };
            assert_eq!(Number::float(text).unwrap().text, wanted, "{text}");
        }
    }

    #[test]
    fn joins_a_repeated_name_into_a_list() {
        let fields = vec![
            ("k".into(), Value::from("b")),
            ("j".into(), Value::from(true)),
            ("k".into(), Value::from(vec!["a", "c"])),
        ];
        assert_eq!(write(&fields).unwrap(), r#"{"j":true,"k":["b","a","c"]}"#);
    }

    #[test]
    fn stops_at_the_depth_limit() {
        let nested = |depth: usize| {
            let value = (1..depth).fold(Value::Null, |value, _| Value::List(vec![value]));
            write(&vec![("k".into(), value)])
        };
        assert!(nested(MAX_DEPTH).is_ok());
        assert_eq!(nested(MAX_DEPTH + 1), Err(Error::NestedTooDeeply("body".into())));
    }
}
