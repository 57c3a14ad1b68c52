//! Examples of request and response bodies. They are generated from the schemas and the `examples` of their members, so an
//! example always has the shape of its schema.

use actix_web::http::StatusCode;
use std::collections::BTreeMap;

use serde_json::Value;
use utoipa::Modify;
use utoipa::openapi::example::{Example, ExampleBuilder};
use utoipa::openapi::path::{Operation, Parameter};
use utoipa::openapi::{Content, OpenApi, Ref, RefOr};

use super::components::component_name;
use super::example_writer::ExampleWriter;
use super::operation::{DeclaredOperation, OperationList};
use super::texts::KnownValue;
use super::walk::{operations, written_out};

/// The cursor of the next page.
const CURSOR: &str = "eyJrIjoiMDE5MmYwYzEifQ";

/// The members of a page that a request without numbers and counts gets.
const MEMBERS_WITH_CURSORS: [&str; 5] = ["limit", "next", "prev", "next_cursor", "prev_cursor"];

/// Example values for the members of a page, other than its next page ([`set_next_page`]).
const VALUES: &[KnownValue] = &[("prev", "null"), ("prev_cursor", "null")];

/// Adds an example to every media type of request bodies and of responses with status 200 or 201.
pub struct Examples<'a> {
    values: Vec<KnownValue>,
    operations: &'a [&'a DeclaredOperation],
}

impl<'a> Examples<'a> {
    /// Creates the pass. Example values come from `shared` and from the lists of operations.
    pub fn new(
        shared: &[KnownValue],
        lists: &[&OperationList],
        operations: &'a [&'a DeclaredOperation],
    ) -> Self {
        let declared = lists.iter().flat_map(|list| list.values);
        let values = VALUES.iter().chain(shared).chain(declared);
        Self {
            values: values.copied().collect(),
            operations,
        }
    }

    /// Returns the name of the component that each line of the response contains.
    fn line(&self, operation: &Operation) -> Option<&str> {
        let mut declared = self.operations.iter();
        let id = &operation.operation_id;
        let declared = declared.find(|one| one.description.operation_id == *id)?;
        declared.line.as_deref()
    }
}

impl Modify for Examples<'_> {
    fn modify(&self, document: &mut OpenApi) {
        let OpenApi {
            paths, components, ..
        } = document;
        let Some(components) = components else { return };
        for (path, _, operation) in operations(paths) {
            let line = self.line(operation);
            let url = example_url(
                path,
                operation,
                &mut ExampleWriter::new(&components.schemas, &self.values),
            );
            let body = operation.request_body.as_mut().and_then(written_out);
            let mut contents: Vec<&mut RefOr<Content>> = Vec::new();
            contents.extend(body.into_iter().flat_map(|body| body.content.values_mut()));
            let responses = operation.responses.responses.iter_mut();
            let shown = responses.filter(|(status, _)| status.parse().is_ok_and(has_example));
            let shown = shown.filter_map(|(_, response)| written_out(response));
            contents.extend(shown.flat_map(|response| response.content.values_mut()));
            for content in contents.into_iter().filter_map(written_out) {
                let writer = ExampleWriter::new(&components.schemas, &self.values);
                show(content, line, &url, writer, &mut components.examples);
            }
        }
    }
}

/// Returns whether the responses with this status have an example.
fn has_example(status: StatusCode) -> bool {
    matches!(status, StatusCode::OK | StatusCode::CREATED)
}

/// Returns the path with example values for its variables.
fn example_url(path: &str, operation: &Operation, writer: &mut ExampleWriter<'_>) -> String {
    let mut url = path.to_owned();
    for parameter in operation.parameters.iter().flatten() {
        let RefOr::T(Parameter {
            name,
            schema: Some(schema),
            ..
        }) = parameter
        else {
            continue;
        };
        if let Some(Value::String(value)) = writer.parameter(name, schema) {
            url = url.replace(&format!("{{{name}}}"), &value);
        }
    }
    url
}

/// Adds an example to a media type. Examples of components are shared through `components/examples`.
fn show(
    content: &mut Content,
    line: Option<&str>,
    url: &str,
    mut writer: ExampleWriter<'_>,
    examples: &mut BTreeMap<String, RefOr<Example>>,
) -> Option<()> {
    let schema = content.schema.as_ref()?;
    match component_name(schema) {
        Some(name) => {
            if !examples.contains_key(name) {
                let mut value = writer.component(name)?;
                set_next_page(&mut value, url);
                let example = ExampleBuilder::new().value(Some(value));
                examples.insert(name.to_owned(), example.into());
            }
            let shared = Ref::new(format!("#/components/examples/{name}"));
            content
                .examples
                .insert("example".to_owned(), RefOr::Ref(shared));
        }
        None => content.example = Some(format!("{}\n", writer.component(line?)?).into()),
    }
    Some(())
}

/// Makes a page the first one of the list at this URL, if the value is a page. It has no number, because it has a cursor.
fn set_next_page(value: &mut Value, url: &str) {
    let page = value.get_mut("page").and_then(Value::as_object_mut);
    let Some(page) = page.filter(|page| page.contains_key("next_cursor")) else {
        return;
    };
    page.insert("next".to_owned(), format!("{url}?cursor={CURSOR}").into());
    page.insert("next_cursor".to_owned(), CURSOR.into());
    page.retain(|member, _| MEMBERS_WITH_CURSORS.contains(&member.as_str()));
}
