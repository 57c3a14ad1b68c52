//! Problem documents (RFC 9457). Only `of_error` maps an error of the application to one.

mod of_error;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};

use crate::error::{Code, Error, Fault, Holder, Location};
use crate::kind::Kind;
use crate::lang::Lang;
use crate::post_type::PostType;
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
    #[schema(schema_with = code_schema)]
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
    /// The languages in which the post is public, if it is not, or no longer, in this one.
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

/// Returns the schema of a code: a text, of which the values known today are listed. Later versions may have more, so it is
/// no closed enumeration.
fn code_schema() -> Object {
    let known: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    ObjectBuilder::new()
        .schema_type(Type::String)
        .pattern(Some("^[a-z_]+$"))
        .description(Some("The code of the error, in snake_case. It never changes; programs should check it. `x-extensible-enum` lists the codes of this version; later ones may have more."))
        .examples([Code::NotFound.as_str()])
        .extensions(Some(ExtensionsBuilder::new().add("x-extensible-enum", known).build()))
        .build()
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
    /// The type of the post, by which a site knows its path.
    pub r#type: PostType,
    /// The language.
    pub lang: Lang,
    /// The slug in this language.
    pub slug: Slug,
    /// The URL of the post in this language.
    #[schema(format = "uri-reference")]
    pub url: String,
}

/// Returns the detail of a problem whose path differs from an existing one by case.
pub fn right_case(path: &str) -> String {
    format!("Paths differ by case; the right one is {path}.")
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
            404 => return Self::from(&Error::NotFound),
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

/// A problem document of an earlier response that is sent again. `problem_documents` inserts the id of the current
/// request.
pub struct Written(pub Value);

/// Marks the response to a request for something that was not found and that nobody has named yet.
pub(super) struct Unnamed;

/// The cause of a server error, for the log. `problem_documents` logs it together with the request's id.
pub(super) struct Cause(pub(super) String);
