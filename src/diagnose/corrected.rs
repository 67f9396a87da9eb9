//! The request that Duo takes in place of a refused one.

use alloc::borrow::Cow;
use alloc::string::String;

use super::context::Context;
use super::report::Uncorrected;
use crate::canonical::{SignatureVersion, is_x_duo};
use crate::json::{Fields, Value};
use crate::request::{Body, DateHeader, Request, SignedRequest, takes_params_in_body};
use crate::signer::Signer;
use crate::text::eq_ignore_case;
use crate::{http, params};

/// The same request, signed anew: with what was meant where that did not arrive.
pub(super) fn corrected(
    request: &http::Request,
    context: &Context,
    signer: &Signer,
    version: SignatureVersion,
) -> Result<SignedRequest<'static>, Uncorrected> {
    use SignatureVersion::{V2, V5};
    let intended = &context.intended;
    let host = request.host().ok_or(Uncorrected::NoHost)?;
    let today = context.today.ok_or(Uncorrected::NoClock)?;
    let mut corrected = Request::new(&request.method, host, request.path(), today);
    corrected.signature_version = if version.hashes_body() { V5 } else { V2 };
    if request.header("x-duo-date").next().is_some() {
        corrected.date_header = DateHeader::XDuoDate;
    }
    let meant = intended.params.as_deref().map(fields);
    let sent = || decoded(request.query().as_bytes());
    if !takes_params_in_body(&request.method) {
        corrected.params = meant.unwrap_or_else(sent);
    } else if version.hashes_body() {
        let body = intended.body.as_deref().or((!request.body.is_empty()).then_some(&request.body));
        match (body, meant) {
            (Some(body), _) if !request.is_form() => {
                corrected.body = Some(Body::Raw(Cow::Borrowed(body)));
            }
            (_, Some(meant)) => corrected.params = meant,
            (body, None) => corrected.params = decoded(body.unwrap_or_default()),
        }
        corrected.query = sent();
    } else {
        let form = if request.body.is_empty() { request.query().as_bytes() } else { &request.body };
        corrected.params = meant.unwrap_or_else(|| decoded(form));
    }
    let is_other = |name: &str| eq_ignore_case(name, "content-type") && corrected.body.is_some();
    for (name, value) in request.headers.iter().chain(intended.headers.iter().flatten()) {
        let is_known = corrected.headers.iter().any(|(other, _)| eq_ignore_case(other, name));
        let is_date = eq_ignore_case(name, "x-duo-date");
        if !is_known && (is_x_duo(name) && !is_date || is_other(name)) {
            corrected.headers.push((name.clone().into(), value.clone().into()));
        }
    }
    let signed = signer.sign(&corrected).map_err(Uncorrected::Unsignable)?;
    let headers = signed.headers.into_iter();
    Ok(SignedRequest {
        method: signed.method.into_owned().into(),
        url: signed.url,
        headers: headers
            .map(|(name, value)| (name.into_owned().into(), value.into_owned().into()))
            .collect(),
        body: signed.body.map(|body| body.into_owned().into()),
        canonical: signed.canonical,
    })
}

/// Of a repeated name the signer makes the list that its place needs.
fn fields(pairs: &[(String, String)]) -> Fields<'static> {
    pairs.iter().map(|(name, value)| (name.clone().into(), Value::from(value.clone()))).collect()
}

fn decoded(text: &[u8]) -> Fields<'static> {
    fields(&params::decoded_texts(text))
}
