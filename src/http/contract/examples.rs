//! Examples in the documents: of every body that is sent, and of every answer that has one. They are put together from the
//! schemas, each member from its own `examples`, so that none is written twice and none can be of another shape.

use std::collections::BTreeMap;

use utoipa::Modify;
use utoipa::openapi::example::{Example, ExampleBuilder};
use utoipa::openapi::{Content, OpenApi, Ref, RefOr, Schema};

use super::components::{Schemas, component_name};
use super::example_writer::Writer;
use super::walk::{operations, written_out};

/// What members hold of which the schema shows nothing, or too little: by the schema and the member, or by the member alone.
#[rustfmt::skip]
const MEMBERS: &[(&str, &str)] = &[
    ("access_token", r#""eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCJ9.eyJzdWIiOiIwMTkyZjBjMSJ9.c2lnbmF0dXJl""#),
    ("address", r#""203.0.113.7""#),
    ("archived_at", r#""2026-05-04T09:00:00.000Z""#),
    ("canonical_url", r#""https://news.example.org/a-right-to-the-city""#),
    ("changed_at", r#""2026-05-04T09:00:00.000Z""#),
    ("country", r#""ES""#),
    ("deleted_at", "null"),
    ("description", r#""Who lives in a city, and who decides about it.""#),
    ("excerpt", r#""Nine neighbourhoods tell what became of their homes.""#),
    ("expires_at", r#""2026-05-02T08:00:00.000Z""#),
    ("hash", r#""2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae""#),
    ("html", r#""<p>Nine neighbourhoods tell what became of their homes.</p>""#),
    ("lang", r#""en""#),
    ("langs", r#"["en", "fr"]"#),
    ("licence", r#""CC-BY-4.0""#),
    ("location", r#""/v1/admin/tags/0192f0c1-2f6b-7c1e-9c52-0b6f3f0e7a11""#),
    ("name", r#""Housing""#),
    ("next", r#""/v1/posts?cursor=eyJrIjoiMDE5MmYwYzEifQ""#),
    ("next_cursor", r#""eyJrIjoiMDE5MmYwYzEifQ""#),
    ("note", r#""A shorter title""#),
    ("original_lang", r#""en""#),
    ("original_title", r#""A right to the city""#),
    ("prev", "null"),
    ("prev_cursor", "null"),
    ("replacement", "null"),
    ("request_id", r#""0192f0c1-2f6b-7c1e-9c52-0b6f3f0e7a11""#),
    ("role", r#""Mayor""#),
    ("source", r#""Nine neighbourhoods tell what became of *their* homes.""#),
    ("subtitle", r#""Notes from nine neighbourhoods""#),
    ("text", r#""Nine neighbourhoods tell what became of their homes.""#),
    ("time_zone", r#""Europe/Madrid""#),
    ("title", r#""A right to the city""#),
    ("token", r#""x3Vt0bq1Qm8yJp2LrC5nEw7sKd9fHa4uGz6iTo_RvB0""#),
    ("unpublish_at", r#""2026-06-01T08:00:00.000Z""#),
    ("url", r#""https://example.org/""#),
    ("Archive.allowed_actions", r#"["unarchive"]"#),
    ("Archive.status", r#""archived""#),
    ("AuditEntry.after", r#"{ "title": "A right to the city" }"#),
    ("AuditEntry.before", r#"{ "title": "Housing" }"#),
    ("AuditEntry.operation", r#""update""#),
    ("Author.name", r#""Lin Alvarez""#),
    ("AuthorPatch.name", r#""Lin Alvarez""#),
    ("BatchOutcome.committed", "true"),
    ("BatchOutcome.results", r#"[{ "status": 204 }]"#),
    ("Bio.", r#""Writes about cities.""#),
    ("Byline.name", r#""Lin Alvarez""#),
    ("CalendarEvent.at", r#""2026-05-02T08:00:00.000Z""#),
    ("FieldChange.from", r#""Housing""#),
    ("FieldChange.to", r#""A right to the city""#),
    ("MadePreviewLink.url", r#""/v1/previews/x3Vt0bq1Qm8yJp2LrC5nEw7sKd9fHa4uGz6iTo_RvB0""#),
    ("NewAuthor.name", r#""Lin Alvarez""#),
    ("NewBatch.operations", r#"[{ "method": "DELETE", "path": "/v1/admin/tags/0192f0c1-2f6b-7c1e-9c52-0b6f3f0e7a11", "if_match": "\"v3\"" }]"#),
    ("NewOrganization.name", r#""City Network""#),
    ("Organization.name", r#""City Network""#),
    ("OrganizationPatch.name", r#""City Network""#),
    ("OrganizationRef.name", r#""City Network""#),
    ("PublicAuthor.bio", r#""Writes about cities.""#),
    ("PublicAuthor.name", r#""Lin Alvarez""#),
    ("PublicationState.status", r#""published""#),
    ("PublicOrganization.name", r#""City Network""#),
    ("PublicPostSummary.url", r#""/v1/posts/a-right-to-the-city""#),
    ("Resolved.url", r#""/v1/posts/a-right-to-the-city""#),
    ("Review.status", r#""approved""#),
    ("Submission.allowed_actions", r#"["withdraw"]"#),
    ("Submission.status", r#""submitted""#),
    ("Task.allowed_actions", r#"["review"]"#),
    ("Task.status", r#""submitted""#),
    ("Translation.status", r#""published""#),
    ("TranslationLine.state", r#""outdated""#),
    ("TranslationRef.url", r#""/v1/posts/a-right-to-the-city?lang=en""#),
    ("TranslationSummary.status", r#""published""#),
    ("User.active", "true"),
];

/// What each line of an export holds.
const LINE: &str = "AuditEntry";

/// Gives every media type of a request body, and of every answer 200 or 201, an example.
pub struct Examples;

impl Modify for Examples {
    fn modify(&self, document: &mut OpenApi) {
        let OpenApi {
            paths, components, ..
        } = document;
        let Some(components) = components else { return };
        for (_, _, operation) in operations(paths) {
            let body = operation.request_body.as_mut().and_then(written_out);
            let mut contents: Vec<&mut RefOr<Content>> = Vec::new();
            contents.extend(body.into_iter().flat_map(|body| body.content.values_mut()));
            let responses = operation.responses.responses.iter_mut();
            let shown = responses.filter(|(status, _)| matches!(status.as_str(), "200" | "201"));
            let shown = shown.filter_map(|(_, response)| written_out(response));
            contents.extend(shown.flat_map(|response| response.content.values_mut()));
            for content in contents.into_iter().filter_map(written_out) {
                show(content, &components.schemas, &mut components.examples);
            }
        }
    }
}

/// Shows a media type. The example of a component stands once in the document.
fn show(
    content: &mut Content,
    schemas: &Schemas,
    examples: &mut BTreeMap<String, RefOr<Example>>,
) -> Option<()> {
    let schema = content.schema.as_ref()?;
    // Where there are several forms, the first is the whole one.
    let schema = match schema {
        RefOr::T(Schema::AnyOf(forms)) => forms.items.first()?,
        schema => schema,
    };
    let mut writer = Writer::new(schemas, MEMBERS);
    match component_name(schema) {
        Some(name) => {
            if !examples.contains_key(name) {
                let example = ExampleBuilder::new().value(Some(writer.component(name)?));
                examples.insert(name.to_owned(), example.into());
            }
            let shared = Ref::new(format!("#/components/examples/{name}"));
            content
                .examples
                .insert("example".to_owned(), RefOr::Ref(shared));
        }
        None => content.example = Some(format!("{}\n", writer.component(LINE)?).into()),
    }
    Some(())
}
