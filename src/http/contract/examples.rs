//! Examples in the documents: of every body that is sent, and of every answer that has one. They are put together from the
//! schemas, each member from its own `examples`, so that none is written twice and none can be of another shape.

use serde_json::{Map, Value, json};

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
pub fn add(document: &mut Value) {
    let schemas = document.pointer("/components/schemas").cloned();
    let Some(schemas) = schemas.as_ref().and_then(Value::as_object) else {
        return;
    };
    let mut examples = Map::new();
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    let items = paths.into_iter().flat_map(|paths| paths.values_mut());
    let operations = items
        .filter_map(Value::as_object_mut)
        .flat_map(|item| item.values_mut());
    for operation in operations {
        for place in [
            "/requestBody/content",
            "/responses/200/content",
            "/responses/201/content",
        ] {
            let content = operation.pointer_mut(place).and_then(Value::as_object_mut);
            for media_type in content.into_iter().flat_map(Map::values_mut) {
                show(media_type, schemas, &mut examples);
            }
        }
    }
    if let Some(components) = document
        .get_mut("components")
        .and_then(Value::as_object_mut)
    {
        examples.sort_keys();
        components.insert("examples".into(), examples.into());
    }
}

/// Those of one schema stand once in the document.
fn show(
    media_type: &mut Value,
    schemas: &Map<String, Value>,
    examples: &mut Map<String, Value>,
) -> Option<()> {
    let schema = media_type.get("schema")?;
    // Where there are several forms, the first is the whole one.
    let schema = schema.pointer("/anyOf/0").unwrap_or(schema);
    let mut writer = Writer {
        schemas,
        open: Vec::new(),
    };
    let (member, example) = match component_name(schema) {
        Some(name) => {
            if !examples.contains_key(name) {
                let value = writer.component(name)?;
                examples.insert(name.to_owned(), json!({ "value": value }));
            }
            let shared = format!("#/components/examples/{name}");
            ("examples", json!({ "example": { "$ref": shared } }))
        }
        None => {
            let line = writer.component(LINE)?;
            ("example", format!("{line}\n").into())
        }
    };
    let media_type = media_type.as_object_mut()?;
    media_type.insert(member.to_owned(), example);
    Some(())
}

fn component_name(schema: &Value) -> Option<&str> {
    let target = schema.get("$ref")?.as_str()?;
    target.strip_prefix("#/components/schemas/")
}

/// Writes a value that is true to a schema.
struct Writer<'a> {
    schemas: &'a Map<String, Value>,
    /// The components in which the writing is: one that holds itself ends there.
    open: Vec<String>,
}

impl Writer<'_> {
    /// `None` where a schema holds itself. `owner` and `member` say what it is of.
    fn value(&mut self, schema: &Value, owner: &str, member: &str) -> Option<Value> {
        let known = [format!("{owner}.{member}"), member.to_owned()];
        let known = known.iter().find_map(|name| {
            let found = MEMBERS.iter().find(|(known, _)| known == name)?;
            serde_json::from_str(found.1).ok()
        });
        if let Some(known) = known.filter(|known| self.fits(schema, known)) {
            return Some(known);
        }
        if let Some(name) = component_name(schema) {
            return self.component(name);
        }
        let first = |list: &str| schema.get(list)?.as_array()?.first().cloned();
        let shown = first("examples")
            .or_else(|| schema.get("example").cloned())
            .or_else(|| schema.get("const").cloned())
            .or_else(|| first("enum"))
            .or_else(|| {
                schema
                    .get("default")
                    .filter(|given| !given.is_null())
                    .cloned()
            });
        if shown.is_some() {
            return shown;
        }
        if let Some(forms) = schema
            .get("oneOf")
            .or(schema.get("anyOf"))
            .and_then(Value::as_array)
        {
            let form = forms
                .iter()
                .find(|form| form.get("type") != Some(&json!("null")))?;
            return self.value(form, owner, member);
        }
        if let Some(parts) = schema.get("allOf").and_then(Value::as_array) {
            let mut whole = Map::new();
            for part in parts {
                if let Some(Value::Object(members)) = self.value(part, owner, member) {
                    whole.extend(members);
                }
            }
            return Some(whole.into());
        }
        self.of_type(schema, owner, member)
    }

    /// Whether a known value can be what the schema describes: members of other things may have the same name.
    fn fits(&self, schema: &Value, known: &Value) -> bool {
        if let Some(name) = component_name(schema) {
            let component = self.schemas.get(name);
            return component.is_some_and(|component| self.fits(component, known));
        }
        let list = |name: &str| schema.get(name).and_then(Value::as_array);
        if let Some(words) = list("enum") {
            return words.contains(known);
        }
        if let Some(forms) = list("oneOf").or_else(|| list("anyOf")) {
            return forms.iter().any(|form| self.fits(form, known));
        }
        let mut kinds = kinds(schema).peekable();
        kinds.peek().is_none() || kinds.any(|kind| kind == kind_of(known))
    }

    fn component(&mut self, name: &str) -> Option<Value> {
        if self.open.iter().any(|open| open == name) {
            return None;
        }
        let schemas = self.schemas;
        self.open.push(name.to_owned());
        let value = self.value(schemas.get(name)?, name, "");
        self.open.pop();
        value
    }

    fn of_type(&mut self, schema: &Value, owner: &str, member: &str) -> Option<Value> {
        match kinds(schema)
            .find(|kind| *kind != "null")
            .unwrap_or_default()
        {
            "object" => Some(self.object(schema, owner)),
            "array" => {
                let item = schema
                    .get("items")
                    .and_then(|items| self.value(items, owner, ""));
                Some(item.into_iter().collect())
            }
            "integer" | "number" => {
                Some(schema.get("minimum").cloned().unwrap_or_else(|| 1.into()))
            }
            "boolean" => Some(false.into()),
            "null" => Some(Value::Null),
            "string" => Some(match schema.get("format").and_then(Value::as_str) {
                Some("uri-reference" | "uri") => "https://example.org/".into(),
                _ => member.into(),
            }),
            // Anything.
            _ => Some(json!({})),
        }
    }

    fn object(&mut self, schema: &Value, owner: &str) -> Value {
        let mut members = Map::new();
        let properties = schema.get("properties").and_then(Value::as_object);
        for (name, property) in properties.into_iter().flatten() {
            if let Some(value) = self.value(property, owner, name) {
                members.insert(name.clone(), value);
            }
        }
        // By language.
        if let Some(each) = schema
            .get("additionalProperties")
            .filter(|each| each.is_object())
            && let Some(value) = self.value(each, owner, "")
        {
            members.insert("en".into(), value);
        }
        members.into()
    }
}

/// The types of what a schema describes; none for anything.
fn kinds(schema: &Value) -> impl Iterator<Item = &str> {
    let kinds = match schema.get("type") {
        Some(Value::Array(kinds)) => kinds.as_slice(),
        Some(kind) => std::slice::from_ref(kind),
        None => &[],
    };
    kinds.iter().filter_map(Value::as_str)
}

fn kind_of(value: &Value) -> &str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
