//! The two OpenAPI documents, assembled from the descriptions of all operations. Passes (`utoipa::Modify`) then change each
//! document as a whole, one after the other.

use std::collections::BTreeSet;

use actix_web::http::Method;
use serde_json::Value;
use utoipa::Modify;
use utoipa::openapi::info::{ContactBuilder, Info, InfoBuilder, LicenseBuilder};
use utoipa::openapi::path::Paths;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::server::ServerBuilder;
use utoipa::openapi::tag::{Tag, TagBuilder};
use utoipa::openapi::{Components, OpenApiBuilder};

use super::audience::Audience;
use super::bodies::OptionalBodies;
use super::complete::complete;
use super::components::{LiftedDescriptions, SharedSchemas, prune};
use super::defaults::StatedDefaults;
use super::examples::Examples;
use super::headers::headers;
use super::links::Links;
use super::names::{EnvelopeNames, ValueNames};
use super::operation::{DeclaredOperation, OperationList};
use super::problems::{problem_responses, problem_schemas};
use super::references::written;
use super::sent_members::require_sent_members;
use super::shared_enums::SharedEnums;
use super::sparse::SparseFields;
use super::texts::Texts;
use super::visible::VisiblePatterns;
use crate::error::Result;

/// Generates the document for one audience.
///
/// # Errors
/// Returns [`Error::Internal`](crate::error::Error::Internal) if the document cannot be serialised as JSON.
pub fn document(audience: Audience, texts: &Texts, lists: &[&OperationList]) -> Result<Value> {
    let operations = lists.iter().flat_map(|list| &list.operations);
    let operations = operations.filter(|operation| audience.owns(&operation.path));
    let operations: Vec<&DeclaredOperation> = operations.collect();
    let server = ServerBuilder::new().url("/");
    let server = server.description(Some("This server"));
    let mut document = OpenApiBuilder::new()
        .info(info(texts))
        .servers(Some([server.build()]))
        .tags(Some(tags(texts, &operations)))
        .paths(paths(audience, &operations))
        .components(Some(components(audience, texts, lists, &operations)))
        .build();
    // Links read the inlined schemas of responses, which `SharedSchemas` changes. Envelopes are renamed when no later pass
    // looks for them by name. Examples are generated from the final schemas, while these still have the keyword `default`.
    let early: [&dyn Modify; 5] = [
        &Links(&operations),
        &SharedSchemas,
        &SparseFields,
        &LiftedDescriptions,
        &OptionalBodies(&operations),
    ];
    let late: [&dyn Modify; 6] = [
        &SharedEnums,
        &EnvelopeNames,
        &ValueNames,
        &Examples::new(texts.values, lists, &operations),
        &StatedDefaults,
        &VisiblePatterns,
    ];
    early.iter().for_each(|pass| pass.modify(&mut document));
    prune(&mut document)?;
    require_sent_members(&mut document)?;
    late.iter().for_each(|pass| pass.modify(&mut document));
    written(&document)
}

fn info(texts: &Texts) -> Info {
    // Viewers turn an `identifier` into a link to spdx.org, which has no page for an expression such as this one. OpenAPI
    // Generator refuses a document that has neither an `identifier` nor an absolute `url`.
    let license = LicenseBuilder::new()
        .name("Apache-2.0 OR MIT")
        .url(Some("https://spdx.org/licenses/"));
    let contact = ContactBuilder::new().name(Some("The Tribuna developers"));
    InfoBuilder::new()
        .title(texts.title)
        .description(Some(texts.description))
        .version(env!("CARGO_PKG_VERSION"))
        .license(Some(license.build()))
        .contact(Some(contact.build()))
        .build()
}

/// Returns the tags that the operations use, in the order of the texts. `tests/openapi.rs` fails if the texts lack one.
fn tags(texts: &Texts, operations: &[&DeclaredOperation]) -> Vec<Tag> {
    let used = operations.iter().map(|operation| &operation.description);
    let used = used.filter_map(|description| description.tags.as_ref()?.first());
    let used: BTreeSet<&str> = used.map(String::as_str).collect();
    let tags = texts.tags.iter().filter(|(tag, _)| used.contains(tag));
    tags.map(|(tag, description)| {
        let name = TagBuilder::new().name(*tag);
        name.description(Some(*description)).build()
    })
    .collect()
}

fn paths(audience: Audience, operations: &[&DeclaredOperation]) -> Paths {
    let mut paths = Paths::new();
    for operation in operations {
        let methods = vec![operation.http_method()];
        let described = complete(operation, audience);
        paths.add_path_operation(&operation.path, methods, described);
    }
    paths
}

fn components(
    audience: Audience,
    texts: &Texts,
    lists: &[&OperationList],
    operations: &[&DeclaredOperation],
) -> Components {
    let has_posts = operations.iter().any(|one| one.method == Method::POST);
    let mut components = Components::new();
    for list in lists {
        components.schemas.extend(list.schemas.clone());
    }
    components.schemas.extend(problem_schemas());
    components.responses = problem_responses(audience, has_posts);
    components.headers = headers(texts.headers);
    let key = ApiKeyValue::with_description("X-API-Key", texts.key);
    components.add_security_scheme("api_key", SecurityScheme::ApiKey(ApiKey::Header(key)));
    if audience == Audience::Management {
        let bearer = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("JWT")
            .description(Some(texts.bearer));
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer.build()));
    }
    components
}
