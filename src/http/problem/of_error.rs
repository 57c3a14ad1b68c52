//! The problem, and with it the response, of each error of the application.

use actix_web::http::header::{
    CACHE_CONTROL, HeaderName, HeaderValue, LOCATION, RETRY_AFTER, WWW_AUTHENTICATE,
};
use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};

use super::right_case;
use super::{Cause, Problem, ProblemError, ProblemHolder, ProblemTranslation, Unnamed};
use crate::error::{Alternative, Code, Conflict, Credentials, Error, Fault, Stale, Unwritable};

const GONE: &str = "This was public once and has been taken down.";
const OWN_SUBMISSION: &str = "You submitted this yourself; another editor has to review it.";
const UNCONDITIONAL: &str = "This server requires `If-Match` for every change.";
const UNCONDITIONAL_CREATION: &str = "This server requires `If-Match` for every change, or `If-None-Match: *` to create the resource.";
const UNAVAILABLE: &str = "The server is overloaded, or the database did not answer in time.";
const IN_THE_LOG: &str = "The error is in the server's log, under the id of this request.";

impl From<&Conflict> for Problem {
    fn from(conflict: &Conflict) -> Self {
        let mut problem = Self::new(conflict.code, conflict.detail.clone());
        problem.held_by = conflict.held_by.iter().map(ProblemHolder::from).collect();
        if let Some(at) = &conflict.at {
            let fault = Fault {
                at: at.clone(),
                code: conflict.code.as_str(),
                detail: conflict.detail.clone(),
            };
            problem.errors = vec![ProblemError::from(&fault)];
        }
        problem
    }
}

impl From<&Stale> for Problem {
    fn from(stale: &Stale) -> Self {
        let detail = match stale.current {
            Some(_) => {
                "The resource is in another state than expected; the `ETag` header has its current validator."
            }
            None => "The resource does not exist, or no longer exists.",
        };
        let mut problem = Self::new(Code::PreconditionFailed, detail);
        problem.changed_by = stale.changed.as_ref().map(|(by, _)| by.clone());
        problem.changed_at = stale.changed.as_ref().map(|(_, at)| *at);
        problem
    }
}

impl From<&Error> for Problem {
    fn from(error: &Error) -> Self {
        match error {
            Error::Malformed(detail) => Self::new(Code::MalformedBody, detail),
            Error::Parameters(faults) => of_faults(Code::InvalidParameter, faults),
            Error::Header(fault) => of_header(fault),
            Error::Invalid(faults) => of_faults(Code::InvalidBody, faults),
            Error::Unauthenticated(why) => of_credentials(*why),
            Error::Forbidden(takes) => Self::new(Code::Forbidden, *takes),
            Error::BeyondLimit(limit) => Self::new(Code::BeyondKeyLimit, limit),
            Error::OwnSubmission => Self::new(Code::OwnSubmission, OWN_SUBMISSION),
            Error::NotFound => Self::new(Code::NotFound, "There is nothing at this address."),
            Error::Missing(sentence) => Self::new(Code::NotFound, sentence),
            Error::NotInLanguage(alternatives) => of_other_languages(alternatives),
            Error::WrongCase(path) => Self::new(Code::WrongCase, right_case(path)),
            Error::Gone(alternatives) => of_gone(alternatives),
            Error::Conflict(conflict) => Self::from(conflict),
            Error::Stale(stale) => Self::from(&**stale),
            Error::Unconditional { creates: false } => {
                Self::new(Code::PreconditionRequired, UNCONDITIONAL)
            }
            Error::Unconditional { creates: true } => {
                Self::new(Code::PreconditionRequired, UNCONDITIONAL_CREATION)
            }
            Error::Throttled(seconds) => Self::new(Code::TooManyRequests, wait(*seconds)),
            Error::QuotaExceeded(seconds) => Self::new(Code::QuotaExceeded, wait(*seconds)),
            Error::TooManyAtOnce(seconds) => Self::new(Code::TooManyAtOnce, wait(*seconds)),
            Error::Unavailable(_) => Self::new(Code::Unavailable, UNAVAILABLE),
            Error::OutcomeUnknown(_) => of_code(Code::OutcomeUnknown),
            Error::Unwritable(Unwritable::ReadOnly, _) => of_code(Code::ReadOnly),
            Error::Unwritable(Unwritable::Full, _) => of_code(Code::StorageFull),
            Error::Moved(_) | Error::SchemaTooNew(_) | Error::Internal(_) | Error::Database(_) => {
                Self::new(Code::InternalError, IN_THE_LOG)
            }
        }
    }
}

fn of_faults(code: Code, faults: &[Fault]) -> Problem {
    let summary = match faults {
        [only] => sentence(only),
        many => format!("{} values are invalid; see `errors`.", many.len()),
    };
    Problem::new(code, summary).with_faults(faults)
}

fn of_other_languages(alternatives: &[Alternative]) -> Problem {
    let detail = format!(
        "The post is not public in this language, and never was. It is in {}.",
        langs(alternatives)
    );
    Problem::new(Code::NotInThisLanguage, detail).with_translations(alternatives)
}

/// Returns the location and the description of a fault as a sentence.
fn sentence(fault: &Fault) -> String {
    let text = fault.to_string();
    let end = if text.ends_with(['.', '?', '!']) {
        ""
    } else {
        "."
    };
    text + end
}

fn of_gone(alternatives: &[Alternative]) -> Problem {
    let detail = match alternatives {
        [] => GONE.to_owned(),
        some => format!(
            "The post was public in this language and has been taken down. It is public in {}.",
            langs(some)
        ),
    };
    Problem::new(Code::Gone, detail).with_translations(alternatives)
}

fn langs(alternatives: &[Alternative]) -> String {
    let langs: Vec<&str> = alternatives.iter().map(|one| one.lang.as_str()).collect();
    langs.join(", ")
}

impl Problem {
    fn with_translations(self, alternatives: &[Alternative]) -> Self {
        let translation = |one: &Alternative| ProblemTranslation {
            r#type: one.post_type,
            lang: one.lang.clone(),
            slug: one.slug.clone(),
            url: one.url.clone(),
        };
        Self {
            translations: alternatives.iter().map(translation).collect(),
            ..self
        }
    }
}

fn of_header(fault: &Fault) -> Problem {
    let problem = Problem::new(Code::BadRequest, sentence(fault));
    problem.with_faults(std::slice::from_ref(fault))
}

/// Returns a problem of which there is no more to say than about its code.
fn of_code(code: Code) -> Problem {
    Problem::new(code, code.help())
}

fn wait(seconds: u32) -> String {
    match seconds {
        1 => "Try again in a second.".to_owned(),
        _ => format!("Try again in {seconds} seconds."),
    }
}

fn of_credentials(why: Credentials) -> Problem {
    let (code, detail) = match why {
        Credentials::Missing => (
            Code::Unauthenticated,
            "This requires an access token or an API key.",
        ),
        Credentials::BadToken => (
            Code::InvalidToken,
            "The access token is malformed, expired, revoked or from another issuer.",
        ),
        Credentials::NoKey => (Code::Unauthenticated, "This requires an API key."),
        Credentials::BadKey => (
            Code::InvalidKey,
            "The API key is misspelt, unknown, expired or revoked.",
        ),
        Credentials::BadLogin => (
            Code::InvalidCredentials,
            "The e-mail address or the password is wrong.",
        ),
        Credentials::BadRefresh => (
            Code::InvalidRefreshToken,
            "The refresh token is unknown, expired or already used.",
        ),
    };
    Problem::new(code, detail)
}

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(Problem::from(self).status)
            .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        if let Self::Moved(to) = self {
            return moved(to);
        }
        let mut response = Problem::from(self).respond();
        if let Self::Internal(_)
        | Self::SchemaTooNew(_)
        | Self::Database(_)
        | Self::Unavailable(_)
        | Self::OutcomeUnknown(_)
        | Self::Unwritable(..) = self
        {
            response.extensions_mut().insert(Cause(self.to_string()));
        }
        if let Self::NotFound = self {
            response.extensions_mut().insert(Unnamed);
        }
        if let Some((name, value)) = extra_header(self)
            && let Ok(value) = HeaderValue::from_str(&value)
        {
            response.headers_mut().insert(name, value);
        }
        response
    }
}

/// Returns a 308 (RFC 9110 section 15.4.9), which is permanent and keeps the method. Clients revalidate it each time: a
/// slug may return to a former owner, so two cached redirects could form a loop, and the target may change with the
/// clock.
fn moved(to: &str) -> HttpResponse {
    HttpResponse::PermanentRedirect()
        .insert_header((LOCATION, to))
        .insert_header((CACHE_CONTROL, "public, no-cache"))
        .finish()
}

fn extra_header(error: &Error) -> Option<(HeaderName, String)> {
    match error {
        // RFC 6750 section 3: there is no error code if the request has no credentials.
        Error::Unauthenticated(Credentials::Missing | Credentials::NoKey) => {
            Some((WWW_AUTHENTICATE, r#"Bearer realm="tribuna""#.into()))
        }
        Error::Unauthenticated(_) => Some((
            WWW_AUTHENTICATE,
            r#"Bearer realm="tribuna", error="invalid_token""#.into(),
        )),
        Error::Forbidden(_) | Error::BeyondLimit(_) | Error::OwnSubmission => Some((
            WWW_AUTHENTICATE,
            r#"Bearer realm="tribuna", error="insufficient_scope""#.into(),
        )),
        Error::Throttled(seconds)
        | Error::QuotaExceeded(seconds)
        | Error::TooManyAtOnce(seconds) => Some((RETRY_AFTER, seconds.to_string())),
        Error::Unavailable(_) | Error::OutcomeUnknown(_) => Some((RETRY_AFTER, "5".into())),
        // Somebody has to mend it.
        Error::Unwritable(Unwritable::ReadOnly, _) => Some((RETRY_AFTER, "60".into())),
        Error::Stale(stale) => Some((header::ETAG, stale.current.clone()?)),
        _ => None,
    }
}
