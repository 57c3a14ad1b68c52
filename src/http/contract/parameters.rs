//! Parameters that operations share: path parameters, conditional request headers, and the idempotency key.

use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::ObjectBuilder;
use utoipa::openapi::{RefOr, Required, Schema, Type};

use super::operation::DeclaredOperation;
use super::path_variables;
use crate::http::preferences::MINIMAL;

/// The regular expression of a list of entity-tags, or `*` (RFC 9110 section 13.1.1).
const ENTITY_TAGS: &str = r#"^(\*|(W/)?"[!#-~]*"(, ?(W/)?"[!#-~]*")*)$"#;

/// Returns the path parameters. A description of the handler takes precedence over that of the variable's type.
pub fn path_parameters(operation: &DeclaredOperation) -> Vec<Parameter> {
    let variables = &operation.signature.variables;
    let named = path_variables::names(&operation.path).zip(variables);
    let parameters = named.map(|(name, variable)| {
        let described = operation.parameter(name);
        let described = described.and_then(|one| one.description.as_deref());
        let description = described.unwrap_or(variable.description);
        parameter(ParameterIn::Path, name, description, (variable.schema)())
    });
    parameters.collect()
}

/// Returns the conditional request headers of an operation (RFC 9110 section 13.1).
pub fn conditions(operation: &DeclaredOperation) -> Vec<Parameter> {
    let mut conditions = Vec::new();
    let conditional = operation.signature.takes_if_match;
    if conditional {
        let description = "The `ETag` of the version that you read. The write succeeds only if it is still the current one (RFC 9110).";
        conditions.push(precondition("If-Match", description, &["\"v1\"", "*"]));
    }
    if operation.signature.may_create {
        let description =
            "`*`: the write succeeds only if the resource does not exist yet (RFC 9110).";
        conditions.push(precondition("If-None-Match", description, &["*"]));
    }
    if operation.is_cacheable() || operation.signature.is_validated {
        let description = "The `ETag` of a stored response. If it is still current, the answer is 304 (RFC 9110).";
        let examples = ["\"3f1c5a7d9e0b2c4d6f8a1b3c\""];
        conditions.push(condition("If-None-Match", description, &examples));
    }
    if operation.is_cacheable() {
        let description = "The `Last-Modified` of a stored response. If nothing has changed since then, the answer is 304 (RFC 9110). Ignored together with `If-None-Match`.";
        let examples = ["Fri, 01 May 2026 08:00:00 GMT"];
        conditions.push(condition("If-Modified-Since", description, &examples));
    }
    conditions
}

/// Builds a header whose malformed value is refused, because a write would otherwise compare it with the current version.
fn precondition(name: &str, description: &str, examples: &[&str]) -> Parameter {
    let text = ObjectBuilder::new().schema_type(Type::String);
    let schema = text
        .pattern(Some(ENTITY_TAGS))
        .examples(examples.iter().copied());
    parameter(ParameterIn::Header, name, description, schema)
}

fn condition(name: &str, description: &str, examples: &[&str]) -> Parameter {
    let text = ObjectBuilder::new().schema_type(Type::String);
    let schema = text.examples(examples.iter().copied());
    parameter(ParameterIn::Header, name, description, schema)
}

/// Returns the request header `Prefer` (RFC 7240).
pub fn prefer() -> Parameter {
    let description = "`return=minimal`: the answer leaves out what it can (RFC 7240 section 4.2). Other preferences are ignored.";
    let text = ObjectBuilder::new().schema_type(Type::String);
    let schema = text.examples([MINIMAL]);
    parameter(ParameterIn::Header, "Prefer", description, schema)
}

/// Returns the request header `Idempotency-Key`, with which a client can repeat a `POST` safely.
pub fn idempotency_key() -> Parameter {
    let description = "A unique key that the client chooses for this request. If the same request is sent again with this key \
                       within 24 hours, it is not carried out again, and the response is the first one.";
    let text = ObjectBuilder::new().schema_type(Type::String);
    let schema = text
        .min_length(Some(1))
        .max_length(Some(255))
        .pattern(Some("^[!-~]+$"));
    parameter(ParameterIn::Header, "Idempotency-Key", description, schema)
}

/// Builds an optional parameter. utoipa makes path parameters required in any case.
fn parameter(
    place: ParameterIn,
    name: &str,
    description: &str,
    schema: impl Into<RefOr<Schema>>,
) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(place)
        .required(Required::False)
        .description(Some(description))
        .schema(Some(schema))
        .build()
}
