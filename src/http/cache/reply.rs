//! An entry as the answer to one request: in the form it wants, or that it has it already.

use actix_web::HttpResponse;
use actix_web::body::{BoxBody, MessageBody, None as NoBody};
use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_TYPE, ETAG, HeaderName,
    LAST_MODIFIED, LINK,
};

use super::coding::Coding;
use super::conditions::Conditions;
use super::entry::{Entry, Sent, Validity};
use super::status::Status;
use crate::timestamp::Timestamp;

/// What a request wants of whatever answers it.
pub struct Wants {
    /// The coding.
    pub coding: Option<Coding>,
    /// What it has.
    pub conditions: Conditions,
}

/// The answer at `now`, unless a form has to be made first.
pub fn at_once(
    entry: &Entry,
    wants: &Wants,
    now: Timestamp,
    status: Status,
) -> Option<HttpResponse> {
    let sent = entry.made(wants.coding)?;
    Some(answer(entry, sent, wants, now, status))
}

/// The answer at `now`.
pub async fn in_time(entry: &Entry, wants: &Wants, now: Timestamp, status: Status) -> HttpResponse {
    let sent = entry.form(wants.coding).await;
    answer(entry, sent, wants, now, status)
}

fn answer(
    entry: &Entry,
    sent: Sent<'_>,
    wants: &Wants,
    now: Timestamp,
    status: Status,
) -> HttpResponse {
    let mut response = match &entry.validity {
        Some(validity) => whole_or_unchanged(entry, validity, sent, wants, now, status),
        None => without_body(entry),
    };
    status.put(&mut response);
    response
}

fn whole_or_unchanged(
    entry: &Entry,
    validity: &Validity,
    sent: Sent<'_>,
    wants: &Wants,
    now: Timestamp,
    status: Status,
) -> HttpResponse {
    let modified = validity.modified(now);
    // Nobody may keep on what nobody can confirm.
    let is_ending = entry.is_ending(now) || status == Status::StaleIfError;
    let Sent { form, coding } = sent;
    // In its last second an answer is sent whole. nginx takes a 304 with `max-age=0` for one that says nothing, and keeps
    // what it has for as long as that once said: past its end.
    let unchanged = !is_ending && wants.conditions.hold(&form.tag, modified.map(|(at, _)| at));
    let mut response = match unchanged {
        true => HttpResponse::with_body(StatusCode::NOT_MODIFIED, NoBody::new().boxed()),
        false => HttpResponse::with_body(entry.status, BoxBody::new(form.bytes.clone())),
    };
    let headers = response.headers_mut();
    let told = entry.headers.iter();
    for (name, value) in told.filter(|(name, _)| !unchanged || !is_had(name)) {
        headers.append(name.clone(), value.clone());
    }
    if let (Some(coding), false) = (coding, unchanged) {
        headers.insert(CONTENT_ENCODING, coding.token());
    }
    if let Some((_, written)) = modified {
        headers.insert(LAST_MODIFIED, written.clone());
    }
    headers.insert(ETAG, form.tag.clone());
    let control = match status {
        Status::StaleIfError => validity.lifetime().control(Some(0)),
        _ => validity.control(now, entry.until),
    };
    headers.insert(CACHE_CONTROL, control);
    response
}

/// RFC 9110 section 15.4.5: what the client has of these it keeps.
fn is_had(name: &HeaderName) -> bool {
    [CONTENT_TYPE, CONTENT_LANGUAGE, LINK].contains(name)
}

fn without_body(entry: &Entry) -> HttpResponse {
    let mut response = HttpResponse::new(entry.status);
    for (name, value) in &entry.headers {
        response.headers_mut().append(name.clone(), value.clone());
    }
    if let Some(problem) = &entry.problem {
        response.extensions_mut().insert(problem.clone());
    }
    response
}
