//! Errors as RFC 9457 problem documents. Only this module maps [`Error`] to a response.

use actix_web::http::header::{
    CACHE_CONTROL, HeaderName, HeaderValue, LOCATION, RETRY_AFTER, WWW_AUTHENTICATE,
};
use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::error::{
    Alternative, Code, Conflict, Credentials, Error, Fault, Holder, Location, Stale, Unwritable,
};
use crate::kind::Kind;
use crate::lang::Lang;
use crate::slug::Slug;
use crate::timestamp::Timestamp;
use crate::user_ref::UserRef;

/// An RFC 9457 problem document.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    /// The URL of the explanation of the code. It never changes.
    #[schema(format = "uri-reference", examples("/docs/problems#not_found"))]
    pub r#type: String,
    /// A short text for people, the same for every occurrence of the code.
    #[schema(examples("Not found"))]
    pub title: &'static str,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599, examples(404))]
    pub status: u16,
    /// What is wrong in this case, for people.
    pub detail: String,
    /// The code of the error, in snake_case. It never changes; programs should check it.
    #[schema(value_type = String, pattern = "^[a-z_]+$", examples("not_found"))]
    pub code: Code,
    /// The id of the request, as in `X-Request-Id`.
    pub instance: String,
    /// Everything that is wrong with the input, one entry each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub errors: Vec<ProblemError>,
    /// What still uses the resource, if that is the conflict.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub held_by: Vec<ProblemHolder>,
    /// The languages in which the post is public, if it is not in this one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub translations: Vec<ProblemTranslation>,
    /// The user who last changed the resource, when a precondition failed. Null if the change was made by no user.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<UserRef>, required = false)]
    pub changed_by: Option<Option<UserRef>>,
    /// When the resource was last changed, when a precondition failed.
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
    /// The code of this entry, in snake_case. It never changes.
    #[schema(pattern = "^[a-z_]+$", examples("too_long"))]
    pub code: &'static str,
    /// What is wrong, or what would be valid.
    pub detail: String,
}

/// The number of things of one kind that still use the resource.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ProblemHolder {
    /// The kind, in the plural.
    #[schema(examples(json!(Kind::Post.plural())))]
    pub kind: &'static str,
    /// The number of these things.
    #[schema(minimum = 1)]
    pub count: i64,
}

/// A language in which the post is public.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ProblemTranslation {
    /// The language.
    pub lang: Lang,
    /// The slug in this language.
    pub slug: Slug,
    /// The URL of the post in this language.
    #[schema(format = "uri-reference")]
    pub url: String,
}

impl Problem {
    /// Creates a problem with the title and status of `code`.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self {
            r#type: format!("/docs/problems#{code}"),
            title: code.title(),
            status: code.status(),
            detail: detail.into(),
            code,
            instance: String::new(),
            errors: Vec::new(),
            held_by: Vec::new(),
            translations: Vec::new(),
            changed_by: None,
            changed_at: None,
        }
    }

    /// Returns the problem for a bare status, such as one that actix-web sets by itself.
    pub fn of_status(status: StatusCode) -> Self {
        let code = match status.as_u16() {
            404 => Code::NotFound,
            405 => Code::MethodNotAllowed,
            406 => Code::NotAcceptable,
            408 => Code::RequestTimeout,
            413 => Code::BodyTooLarge,
            414 => Code::UriTooLong,
            415 => Code::UnsupportedMediaType,
            431 => Code::HeadersTooLarge,
            503 => Code::Unavailable,
            507 => Code::StorageFull,
            400..=499 => Code::BadRequest,
            _ => Code::InternalError,
        };
        Self::new(code, code.help())
    }

    /// Returns the problem of a response: the one in its extensions, or the one for its status if that is a 4xx or 5xx.
    pub fn of<B>(response: &HttpResponse<B>) -> Option<Self> {
        let status = response.status();
        let failed = status.is_client_error() || status.is_server_error();
        let carried = response.extensions().get::<Self>().cloned();
        carried.or_else(|| failed.then(|| Self::of_status(status)))
    }

    /// Serialises the problem as JSON.
    pub fn document(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    /// Returns a response with this problem in its extensions. `problem_documents` writes the body, once the request's
    /// id is known.
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
            Location::Pointer(pointer) => error.pointer = Some(pointer.clone()),
            Location::Parameter(name) => error.parameter = Some(name.clone()),
            Location::Header(name) => error.header = Some(name),
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

impl From<&[Alternative]> for Problem {
    fn from(alternatives: &[Alternative]) -> Self {
        let langs: Vec<&str> = alternatives.iter().map(|one| one.lang.as_str()).collect();
        let detail = format!(
            "The post is not public in this language, and never was. It is in {}.",
            langs.join(", ")
        );
        let mut problem = Self::new(Code::NotInThisLanguage, detail);
        let translation = |one: &Alternative| ProblemTranslation {
            lang: one.lang.clone(),
            slug: one.slug.clone(),
            url: one.url.clone(),
        };
        problem.translations = alternatives.iter().map(translation).collect();
        problem
    }
}

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
            Error::Parameters(faults) => {
                Self::new(Code::InvalidParameter, summary(faults)).with_faults(faults)
            }
            Error::Header(fault) => Self::new(Code::BadRequest, format!("{fault}."))
                .with_faults(std::slice::from_ref(fault)),
            Error::Invalid(faults) => {
                Self::new(Code::InvalidBody, summary(faults)).with_faults(faults)
            }
            Error::Unauthenticated(why) => unauthenticated(*why),
            Error::Forbidden(takes) => Self::new(Code::Forbidden, *takes),
            Error::OwnSubmission => Self::new(
                Code::OwnSubmission,
                "You submitted this yourself; another editor has to review it.",
            ),
            Error::NotFound => Self::new(Code::NotFound, "There is nothing at this address."),
            Error::NotInLanguage(alternatives) => Self::from(alternatives.as_slice()),
            Error::WrongCase(path) => Self::new(
                Code::WrongCase,
                format!("Paths differ by case; the right one is {path}."),
            ),
            Error::Gone => Self::new(Code::Gone, "This was public once and has been taken down."),
            Error::Conflict(conflict) => Self::from(conflict),
            Error::Stale(stale) => Self::from(&**stale),
            Error::Unconditional => Self::new(
                Code::PreconditionRequired,
                "This server requires `If-Match` for every change, or `If-None-Match: *` to create the resource.",
            ),
            Error::Throttled(seconds) => Self::new(
                Code::TooManyRequests,
                format!("Try again in {seconds} seconds."),
            ),
            Error::Unavailable(_) => Self::new(
                Code::Unavailable,
                "The server is overloaded, or the database is away, slow, or has cancelled the statement.",
            ),
            Error::OutcomeUnknown(_) => {
                Self::new(Code::OutcomeUnknown, Code::OutcomeUnknown.help())
            }
            Error::Unwritable(why, _) => {
                let code = match why {
                    Unwritable::ReadOnly => Code::ReadOnly,
                    Unwritable::Full => Code::StorageFull,
                };
                Self::new(code, code.help())
            }
            Error::Moved(_) | Error::SchemaTooNew(_) | Error::Internal(_) | Error::Database(_) => {
                Self::new(
                    Code::InternalError,
                    "The error is in the server's log, under the id of this request.",
                )
            }
        }
    }
}

fn summary(faults: &[Fault]) -> String {
    match faults {
        [only] => only.to_string(),
        many => format!("{} values are invalid; see `errors`.", many.len()),
    }
}

fn unauthenticated(why: Credentials) -> Problem {
    let (code, detail) = match why {
        Credentials::Missing => (Code::Unauthenticated, "This requires an access token."),
        Credentials::BadToken => (
            Code::InvalidToken,
            "The access token is malformed, expired, revoked or from another issuer.",
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

/// A problem document of an earlier response that is sent again. `problem_documents` inserts the id of the current
/// request.
pub struct Written(pub Value);

/// The cause of a server error, for the log. `problem_documents` logs it together with the request's id.
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
        if let Self::Internal(_)
        | Self::SchemaTooNew(_)
        | Self::Database(_)
        | Self::Unavailable(_)
        | Self::OutcomeUnknown(_)
        | Self::Unwritable(..) = self
        {
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
        Error::Unavailable(_) | Error::OutcomeUnknown(_) => Some((RETRY_AFTER, "5".into())),
        // Somebody has to mend it.
        Error::Unwritable(Unwritable::ReadOnly, _) => Some((RETRY_AFTER, "60".into())),
        Error::Stale(stale) => Some((header::ETAG, stale.current.clone()?)),
        _ => None,
    }
}
