//! The two OpenAPI documents, assembled from the descriptions of all operations. What concerns a document as a whole is
//! done in passes, one after the other.

use std::collections::BTreeSet;

use serde_json::Value;
use utoipa::Modify;
use utoipa::openapi::info::{ContactBuilder, Info, InfoBuilder, LicenseBuilder};
use utoipa::openapi::path::Paths;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::server::ServerBuilder;
use utoipa::openapi::tag::{Tag, TagBuilder};
use utoipa::openapi::{Components, OpenApiBuilder};

use super::audience::Audience;
use super::bodies::OptionalBodies;
use super::complete::complete;
use super::components::{LiftedDescriptions, Pruned, SharedSchemas};
use super::examples::Examples;
use super::headers::headers;
use super::links::Links;
use super::operation::{Operation, OperationList};
use super::problems::{problem_responses, problem_schemas};
use super::responses::PrivatePreviews;
use super::sparse::SparseFields;
use crate::error::{Error, Result};

/// Makes the document for one audience.
///
/// # Errors
/// [`Error::Internal`] when the description cannot be written as JSON.
pub fn document(audience: Audience, lists: &[&OperationList]) -> Result<Value> {
    let operations = lists.iter().flat_map(|list| &list.operations);
    let operations = operations.filter(|operation| audience.owns(&operation.path));
    let operations: Vec<&Operation> = operations.collect();
    let server = ServerBuilder::new().url("/");
    let server = server.description(Some("This server"));
    let mut document = OpenApiBuilder::new()
        .info(info(audience))
        .servers(Some([server.build()]))
        .tags(Some(tags(&operations)))
        .paths(paths(&operations))
        .components(Some(components(audience, lists)))
        .build();
    // Links look into frames, which sharing and sparse forms change; examples are made of what is left in the end.
    let passes: [&dyn Modify; 8] = [
        &Links,
        &SharedSchemas,
        &SparseFields,
        &LiftedDescriptions,
        &OptionalBodies,
        &PrivatePreviews,
        &Pruned,
        &Examples,
    ];
    for pass in passes {
        pass.modify(&mut document);
    }
    serde_json::to_value(document).map_err(|error| Error::Internal(error.to_string()))
}

fn info(audience: Audience) -> Info {
    let license = LicenseBuilder::new()
        .name("Apache-2.0 OR MIT")
        .identifier(Some("Apache-2.0 OR MIT"));
    let contact = ContactBuilder::new()
        .name(Some("The Tribuna developers"))
        .url(Some("https://example.org/tribuna"));
    InfoBuilder::new()
        .title(audience.title())
        .description(Some(audience.description()))
        .version(env!("CARGO_PKG_VERSION"))
        .license(Some(license.build()))
        .contact(Some(contact.build()))
        .build()
}

fn tags(operations: &[&Operation]) -> Vec<Tag> {
    let used = operations.iter().map(|operation| &operation.description);
    let used = used.filter_map(|description| description.tags.as_ref()?.first());
    let used: BTreeSet<&String> = used.collect();
    used.into_iter()
        .map(|tag| {
            let description = tag_description(tag);
            let tag = TagBuilder::new().name(tag);
            tag.description(Some(description)).build()
        })
        .collect()
}

/// Says what the operations of a tag do, where a plural noun does not say it.
fn tag_description(tag: &str) -> String {
    match tag {
        "audit" => "The audit trail: who changed what, and when.".to_owned(),
        "batch" => "Many operations in one request.".to_owned(),
        "calendar" => "What was published and taken down, and what will be.".to_owned(),
        "health" => "Health checks, for load balancers and orchestrators.".to_owned(),
        "keys" => "The public keys that verify access tokens.".to_owned(),
        "previews" => {
            "Preview links, through which anyone who has the link reads one revision.".to_owned()
        }
        "resolve" => "The current resource behind a slug or a path of the site.".to_owned(),
        "sessions" => "Signing in and out, and tokens.".to_owned(),
        plural => format!("Operations on {plural}."),
    }
}

fn paths(operations: &[&Operation]) -> Paths {
    let mut paths = Paths::new();
    for operation in operations {
        let methods = vec![operation.http_method()];
        paths.add_path_operation(&operation.path, methods, complete(operation));
    }
    paths
}

fn components(audience: Audience, lists: &[&OperationList]) -> Components {
    let mut components = Components::new();
    for list in lists {
        components.schemas.extend(list.schemas.clone());
    }
    components.schemas.extend(problem_schemas());
    components.responses = problem_responses(audience);
    components.headers = headers();
    if audience == Audience::Management {
        let bearer = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("JWT")
            .description(Some("The `access_token` that `POST /v1/auth/login` gives."));
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer.build()));
    }
    components
}
