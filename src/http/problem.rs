//! Errors as RFC 9457 problem documents: one table of codes, one place that maps [`Error`] to an answer.

use actix_web::http::header::{
    CACHE_CONTROL, HeaderName, HeaderValue, LOCATION, RETRY_AFTER, WWW_AUTHENTICATE,
};
use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::error::{Conflict, Credentials, Error, Fault, Holder, Place, Stale};
use crate::id::Id;
use crate::timestamp::Timestamp;

/// One row of the table: a stable code, its status, its title, and what to do about it.
#[derive(Debug)]
pub struct Code {
    /// Stable, snake_case.
    pub code: &'static str,
    /// The HTTP status it is answered with.
    pub status: u16,
    /// The same for every occurrence.
    pub title: &'static str,
    /// What it means and what to do, for the page that explains it.
    pub help: &'static str,
}

const fn row(code: &'static str, status: u16, title: &'static str, help: &'static str) -> Code {
    Code {
        code,
        status,
        title,
        help,
    }
}

/// Every problem there is, by status. `/docs/problems` shows this table.
#[rustfmt::skip]
pub const CODES: &[Code] = &[
    row("malformed_body", 400, "The body cannot be read", "Send one JSON document in UTF-8, without duplicate members and nested at most 127 deep."),
    row("invalid_parameter", 400, "A query parameter is wrong", "`errors` names each parameter, what is wrong with it and what would be right."),
    row("bad_request", 400, "The request cannot be read", "The request line or a header is malformed."),
    row("unauthenticated", 401, "Sign in first", "Send `Authorization: Bearer <access token>`; get one at `POST /v1/auth/login`."),
    row("invalid_token", 401, "The access token is not good", "It is malformed, expired, revoked or from another issuer. Refresh it or sign in again."),
    row("invalid_credentials", 401, "E-mail or password is wrong", "No active user has this e-mail and password."),
    row("invalid_refresh_token", 401, "The refresh token is not good", "It is unknown, expired, or was used before, which ends the session. Sign in again."),
    row("forbidden", 403, "Not allowed", "The user's role does not allow this; `detail` says what it would take."),
    row("own_submission", 403, "Your own submission", "Another editor reviews it, unless the setting `TRIBUNA_SELF_REVIEW` allows it."),
    row("not_found", 404, "Not found", "Nothing is here, and never was."),
    row("gone", 410, "Gone", "This was public once and no longer is."),
    row("method_not_allowed", 405, "Method not allowed", "The `Allow` header lists what is."),
    row("not_acceptable", 406, "No acceptable representation", "Accept `application/json`."),
    row("request_timeout", 408, "The request took too long", "The client was too slow in sending it."),
    row("conflict", 409, "Conflict with the state of things", "`detail` says with what."),
    row("slug_taken", 409, "The slug is taken", "Choose another, or leave it out and one is derived."),
    row("email_taken", 409, "The e-mail is taken", "Another user has this e-mail."),
    row("in_use", 409, "Still in use", "`held_by` counts what holds it, by kind."),
    row("category_cycle", 409, "A category cannot be its own ancestor", "Choose a parent outside its own branch."),
    row("original_language", 409, "The original language stays", "A post keeps the translation in its original language; delete the post instead."),
    row("already_live", 409, "Already live", "A live publication cannot be put off to the future: PUT replaces it at a time, DELETE takes it down."),
    row("post_in_trash", 409, "The post is in the trash", "Restore it first."),
    row("not_in_trash", 409, "The post is not in the trash", "Only a post in the trash can be restored."),
    row("idempotency_in_progress", 409, "Still at it", "Send the same request with the same key again after `Retry-After`."),
    row("idempotency_lost", 409, "Carried out, but the answer is lost", "Look what came of it before you send it again with a new key."),
    row("wrong_stage", 409, "Not at this stage", "`detail` says where the translation stands and what is possible now; so does `allowed_actions`."),
    row("under_review", 409, "With the reviewers", "Withdraw the submission first; editors may edit it as it is."),
    row("archived", 409, "Archived", "Delete its archive first, which takes it out."),
    row("last_admin", 409, "The last admin stays", "Make another user an admin first."),
    row("schema_too_new", 409, "The schema is newer", "The database belongs to a newer Tribuna."),
    row("precondition_failed", 412, "Changed since it was read", "Read it again, apply your change to that, and send the new `ETag` in `If-Match`."),
    row("rolled_back", 424, "Not carried out, as another operation failed", "Look at the operation of the batch that failed; nothing of the batch was written."),
    row("precondition_required", 428, "Say which version you have seen", "Read it, and send its `ETag` in `If-Match`; to make what is not there, `If-None-Match: *`."),
    row("body_too_large", 413, "The body is too large", "`detail` states the limit."),
    row("uri_too_long", 414, "The address is too long", "Shorten the query string."),
    row("unsupported_media_type", 415, "Unsupported media type", "Send `application/json`; for `PATCH` also `application/merge-patch+json`."),
    row("invalid_body", 422, "The body breaks rules", "`errors` names each member by JSON Pointer, what is wrong with it and what would be right."),
    row("idempotency_key_reused", 422, "The key stands for another request", "Make a new `Idempotency-Key` for each request that is not a repetition."),
    row("too_many_requests", 429, "Too many tries", "Wait as long as `Retry-After` says."),
    row("headers_too_large", 431, "The headers are too large", "Send fewer or shorter headers."),
    row("internal_error", 500, "A fault of ours", "Tell the operator the request id in `instance`."),
    row("unavailable", 503, "Not available right now", "Try again after the seconds in `Retry-After`."),
];

/// An RFC 9457 problem document.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    /// A stable reference to the explanation of the code.
    #[schema(format = "uri-reference", examples("/docs/problems#not_found"))]
    pub r#type: String,
    /// The same for every occurrence of the code.
    #[schema(examples("Not found"))]
    pub title: &'static str,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599, examples(404))]
    pub status: u16,
    /// What happened this time.
    pub detail: String,
    /// Stable, snake_case; what a program should look at.
    #[schema(pattern = "^[a-z_]+$", examples("not_found"))]
    pub code: &'static str,
    /// The id of the request, as in `X-Request-Id`.
    pub instance: String,
    /// Each thing that is wrong with the input.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub errors: Vec<ProblemError>,
    /// What still uses the thing, where that is the conflict.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub held_by: Vec<ProblemHolder>,
    /// Which user changed the thing last, where that is why it failed; null when it was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Id>, required = false)]
    pub changed_by: Option<Option<Id>>,
    /// When the thing was changed last, where that is why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub changed_at: Option<Timestamp>,
}

/// One thing that is wrong with the input: in the body (`pointer`), the query (`parameter`) or the headers (`header`).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ProblemError {
    /// A JSON Pointer (RFC 6901) into the body.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub pointer: Option<String>,
    /// The name of a query parameter.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub parameter: Option<String>,
    /// The name of a header.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub header: Option<&'static str>,
    /// Stable, snake_case.
    #[schema(pattern = "^[a-z_]+$", examples("too_long"))]
    pub code: &'static str,
    /// What is wrong and what would be right.
    pub detail: String,
}

/// How many things of a kind stand in the way.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ProblemHolder {
    /// What kind of thing.
    #[schema(examples("posts"))]
    pub kind: &'static str,
    /// How many.
    #[schema(minimum = 1)]
    pub count: i64,
}

impl Problem {
    /// A problem of the table; an unknown code is a fault of ours and says so.
    pub fn new(code: &str, detail: impl Into<String>) -> Self {
        const FALLBACK: &Code = &row("internal_error", 500, "A fault of ours", "");
        let found = CODES
            .iter()
            .find(|row| row.code == code)
            .unwrap_or(FALLBACK);
        Self {
            r#type: format!("/docs/problems#{}", found.code),
            title: found.title,
            status: found.status,
            detail: detail.into(),
            code: found.code,
            instance: String::new(),
            errors: Vec::new(),
            held_by: Vec::new(),
            changed_by: None,
            changed_at: None,
        }
    }

    /// The problem a bare status stands for: what actix answers by itself.
    pub fn of_status(status: StatusCode) -> Self {
        let code = match status.as_u16() {
            404 => "not_found",
            405 => "method_not_allowed",
            406 => "not_acceptable",
            408 => "request_timeout",
            413 => "body_too_large",
            414 => "uri_too_long",
            415 => "unsupported_media_type",
            431 => "headers_too_large",
            503 => "unavailable",
            400..=499 => "bad_request",
            _ => "internal_error",
        };
        let help = CODES
            .iter()
            .find(|row| row.code == code)
            .map_or("", |row| row.help);
        Self::new(code, help)
    }

    /// What went wrong, if anything did: what the answer carries, or what its status stands for.
    pub fn of<B>(response: &HttpResponse<B>) -> Option<Self> {
        let status = response.status();
        let failed = status.is_client_error() || status.is_server_error();
        let carried = response.extensions().get::<Self>().cloned();
        carried.or_else(|| failed.then(|| Self::of_status(status)))
    }

    /// As JSON.
    pub fn document(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    /// An answer that carries this problem: `access_log` writes it out once the request's id is known.
    pub fn respond(self) -> HttpResponse {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = HttpResponse::new(status);
        response.extensions_mut().insert(self);
        response
    }

    fn with_faults(mut self, faults: &[Fault]) -> Self {
        self.errors = faults.iter().map(ProblemError::from).collect();
        self
    }
}

impl From<&Fault> for ProblemError {
    fn from(fault: &Fault) -> Self {
        let mut error = Self {
            pointer: None,
            parameter: None,
            header: None,
            code: fault.code,
            detail: fault.detail.clone(),
        };
        match &fault.at {
            Place::Pointer(pointer) => error.pointer = Some(pointer.clone()),
            Place::Parameter(name) => error.parameter = Some(name.clone()),
            Place::Header(name) => error.header = Some(name),
        }
        error
    }
}

impl From<&Holder> for ProblemHolder {
    fn from(holder: &Holder) -> Self {
        Self {
            kind: holder.kind,
            count: holder.count,
        }
    }
}

impl From<&Conflict> for Problem {
    fn from(conflict: &Conflict) -> Self {
        let mut problem = Self::new(conflict.code, conflict.detail.clone());
        problem.held_by = conflict.held_by.iter().map(ProblemHolder::from).collect();
        if let Some(at) = &conflict.at {
            let fault = Fault {
                at: at.clone(),
                code: conflict.code,
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
                "It is in another state than expected; the `ETag` header is the current one."
            }
            None => "It is not there, or no longer.",
        };
        let mut problem = Self::new("precondition_failed", detail);
        problem.changed_by = stale.changed.map(|(by, _)| by);
        problem.changed_at = stale.changed.map(|(_, at)| at);
        problem
    }
}

impl From<&Error> for Problem {
    fn from(error: &Error) -> Self {
        match error {
            Error::Malformed(detail) => Self::new("malformed_body", detail),
            Error::Parameters(faults) => {
                Self::new("invalid_parameter", summary(faults)).with_faults(faults)
            }
            Error::Invalid(faults) => {
                Self::new("invalid_body", summary(faults)).with_faults(faults)
            }
            Error::Unauthenticated(why) => unauthenticated(*why),
            Error::Forbidden(takes) => Self::new("forbidden", *takes),
            Error::OwnSubmission => Self::new(
                "own_submission",
                "You submitted this yourself; another editor has to review it.",
            ),
            Error::NotFound => Self::new("not_found", "There is nothing at this address."),
            Error::Gone => Self::new("gone", "This was public once and has been taken down."),
            Error::Conflict(conflict) => Self::from(conflict),
            Error::Stale(stale) => Self::from(&**stale),
            Error::Unconditional => Self::new(
                "precondition_required",
                "This server takes no change without `If-Match` or `If-None-Match`.",
            ),
            Error::Throttled(seconds) => Self::new(
                "too_many_requests",
                format!("Try again in {seconds} seconds."),
            ),
            Error::Unavailable(_) => Self::new(
                "unavailable",
                "Overloaded, or the database does not answer in time.",
            ),
            Error::Moved(_) | Error::Internal(_) | Error::Database(_) => Self::new(
                "internal_error",
                "The fault is logged under this request's id.",
            ),
        }
    }
}

fn summary(faults: &[Fault]) -> String {
    match faults {
        [only] => only.to_string(),
        many => format!("{} things are wrong; see `errors`.", many.len()),
    }
}

fn unauthenticated(why: Credentials) -> Problem {
    let (code, detail) = match why {
        Credentials::Missing => ("unauthenticated", "This needs an access token."),
        Credentials::BadToken => (
            "invalid_token",
            "The access token is malformed, expired, revoked or not from here.",
        ),
        Credentials::BadLogin => ("invalid_credentials", "E-mail or password is wrong."),
        Credentials::BadRefresh => (
            "invalid_refresh_token",
            "The refresh token is unknown, expired or already used.",
        ),
    };
    Problem::new(code, detail)
}

/// A problem document that an earlier request was answered with: `access_log` gives it the id of this one.
pub struct Written(pub Value);

/// Why an answer is a fault of ours: for the log, on its way to `access_log`, which knows the request's id.
pub(super) struct Cause(pub(super) String);

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
        if let Self::Internal(_) | Self::Database(_) | Self::Unavailable(_) = self {
            response.extensions_mut().insert(Cause(self.to_string()));
        }
        if let Some((name, value)) = extra_header(self)
            && let Ok(value) = HeaderValue::from_str(&value)
        {
            response.headers_mut().insert(name, value);
        }
        response
    }
}

/// RFC 9110 section 15.4.9: permanent, and the method stays. Asked again each time: a slug may be taken back, and two
/// remembered redirects would chase each other; and where it leads may change with the clock.
fn moved(to: &str) -> HttpResponse {
    HttpResponse::PermanentRedirect()
        .insert_header((LOCATION, to))
        .insert_header((CACHE_CONTROL, "public, no-cache"))
        .finish()
}

fn extra_header(error: &Error) -> Option<(HeaderName, String)> {
    match error {
        // RFC 6750 section 3: no error code when no credentials were sent.
        Error::Unauthenticated(Credentials::Missing) => {
            Some((WWW_AUTHENTICATE, r#"Bearer realm="tribuna""#.into()))
        }
        Error::Unauthenticated(_) => Some((
            WWW_AUTHENTICATE,
            r#"Bearer realm="tribuna", error="invalid_token""#.into(),
        )),
        Error::Forbidden(_) | Error::OwnSubmission => Some((
            WWW_AUTHENTICATE,
            r#"Bearer realm="tribuna", error="insufficient_scope""#.into(),
        )),
        Error::Throttled(seconds) => Some((RETRY_AFTER, seconds.to_string())),
        Error::Unavailable(_) => Some((RETRY_AFTER, "5".into())),
        Error::Stale(stale) => Some((header::ETAG, stale.current.clone()?)),
        _ => None,
    }
}
