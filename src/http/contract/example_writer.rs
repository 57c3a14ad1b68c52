//! The generator of example values from schemas.

use serde_json::{Map, Value, json};
use utoipa::Number;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{
    AdditionalProperties, Array, ArrayItems, Object, Schema, SchemaFormat, SchemaType, Type,
};

use super::components::{Schemas, component, component_name};

/// Generates example values that have the shape of their schemas.
pub struct ExampleWriter<'a> {
    schemas: &'a Schemas,
    /// Values, as JSON, for members whose schemas have no suitable example. The name is `Schema.member`, or `member` for any
    /// schema.
    known: &'a [(&'a str, &'a str)],
    /// The components that are being generated. A component that contains itself is left out at the second level.
    open: Vec<String>,
}

impl<'a> ExampleWriter<'a> {
    /// Creates a writer with known values for some members.
    pub fn new(schemas: &'a Schemas, known: &'a [(&'a str, &'a str)]) -> Self {
        Self {
            schemas,
            known,
            open: Vec::new(),
        }
    }

    /// Generates a value of a component. Returns `None` if the component is unknown or already being generated.
    pub fn component(&mut self, name: &str) -> Option<Value> {
        if self.open.iter().any(|open| open == name) {
            return None;
        }
        let schema = self.schemas.get(name)?;
        self.open.push(name.to_owned());
        let value = self.value(schema, name, "");
        self.open.pop();
        value
    }

    /// Generates a value of a parameter.
    pub fn parameter(&mut self, name: &str, schema: &RefOr<Schema>) -> Option<Value> {
        self.value(schema, "", name)
    }

    /// Generates a value for a schema. `owner` is the component that contains the schema, and `member` is the name of the
    /// member, or empty.
    fn value(&mut self, schema: &RefOr<Schema>, owner: &str, member: &str) -> Option<Value> {
        let own = self.known(&format!("{owner}.{member}"), schema);
        let own = own.or_else(|| match schema {
            RefOr::Ref(_) => None,
            RefOr::T(schema) => example_of(schema),
        });
        if let Some(known) = own.or_else(|| self.known(member, schema)) {
            return Some(known);
        }
        match schema {
            RefOr::Ref(_) => self.component(component_name(schema)?),
            RefOr::T(schema) => shown(schema).or_else(|| self.composed(schema, owner, member)),
        }
    }

    /// Returns the known value of this name, if the schema allows its type.
    fn known(&self, name: &str, schema: &RefOr<Schema>) -> Option<Value> {
        let (_, value) = self.known.iter().find(|(known, _)| *known == name)?;
        let value = serde_json::from_str(value).ok();
        value.filter(|value| self.fits(schema, value))
    }

    /// Returns whether a known value has a type or enum value that the schema allows. Members of other components may have
    /// the same name, but another type.
    fn fits(&self, schema: &RefOr<Schema>, known: &Value) -> bool {
        let any = |forms: &[RefOr<Schema>]| forms.iter().any(|form| self.fits(form, known));
        let kinds = match schema {
            RefOr::Ref(_) => {
                let component = component(schema, self.schemas);
                return component.is_some_and(|(_, component)| self.fits(component, known));
            }
            RefOr::T(Schema::OneOf(forms)) => return any(&forms.items),
            RefOr::T(Schema::AnyOf(forms)) => return any(&forms.items),
            RefOr::T(Schema::Object(object)) => match &object.enum_values {
                Some(words) => return words.contains(known),
                None => kinds(&object.schema_type),
            },
            RefOr::T(Schema::Array(list)) => kinds(&list.schema_type),
            RefOr::T(_) => &[],
        };
        kinds.is_empty() || kinds.contains(&kind_of(known))
    }

    /// Generates a value from the subschemas: the first form that is not null, or all parts of an `allOf`.
    fn composed(&mut self, schema: &Schema, owner: &str, member: &str) -> Option<Value> {
        let first = |forms: &[RefOr<Schema>]| forms.iter().find(|form| !is_null(form)).cloned();
        match schema {
            Schema::OneOf(forms) => self.value(&first(&forms.items)?, owner, member),
            Schema::AnyOf(forms) => self.value(&first(&forms.items)?, owner, member),
            Schema::AllOf(parts) => {
                let mut whole = Map::new();
                for part in &parts.items {
                    if let Some(Value::Object(members)) = self.value(part, owner, member) {
                        whole.extend(members);
                    }
                }
                Some(whole.into())
            }
            Schema::Array(list) => Some(self.list(list, owner)),
            Schema::Object(object) => Some(self.plain(object, owner, member)),
            _ => None,
        }
    }

    fn list(&mut self, list: &Array, owner: &str) -> Value {
        let item = match &list.items {
            ArrayItems::RefOrSchema(item) => self.value(item, owner, ""),
            ArrayItems::False => None,
        };
        item.into_iter().collect()
    }

    /// Generates an object or a value of a simple type.
    fn plain(&mut self, schema: &Object, owner: &str, member: &str) -> Value {
        let kind = kinds(&schema.schema_type)
            .iter()
            .find(|kind| **kind != Type::Null);
        match kind {
            Some(Type::Object) => self.object(schema, owner),
            Some(Type::Integer | Type::Number) => {
                schema.minimum.as_ref().map_or_else(|| 1.into(), number)
            }
            Some(Type::Boolean) => false.into(),
            Some(Type::Array) => json!([]),
            Some(Type::String) => match &schema.format {
                Some(SchemaFormat::Custom(format)) if is_url(format) => {
                    "https://example.org/".into()
                }
                _ => member.into(),
            },
            // The schema allows any value.
            Some(Type::Null) | None => json!({}),
        }
    }

    fn object(&mut self, schema: &Object, owner: &str) -> Value {
        let mut members = Map::new();
        for (name, property) in &schema.properties {
            if let Some(value) = self.value(property, owner, name) {
                members.insert(name.clone(), value);
            }
        }
        // Maps with arbitrary keys are keyed by language.
        if let Some(AdditionalProperties::RefOr(each)) = schema.additional_properties.as_deref()
            && let Some(value) = self.value(each, owner, "")
        {
            members.insert("en".into(), value);
        }
        name_slug(&mut members);
        members.into()
    }
}

/// Derives the slug of a thing from its name.
fn name_slug(members: &mut Map<String, Value>) {
    let name = members.get("name").and_then(Value::as_str);
    let slug = name.map(|name| name.to_lowercase().replace(' ', "-"));
    if let (Some(member), Some(slug)) = (members.get_mut("slug"), slug) {
        *member = slug.into();
    }
}

/// Returns the first example in the schema itself.
fn example_of(schema: &Schema) -> Option<Value> {
    let (examples, example) = match schema {
        Schema::Object(it) => (&it.examples, &it.example),
        Schema::Array(it) => (&it.examples, &it.example),
        Schema::OneOf(it) => (&it.examples, &it.example),
        Schema::AllOf(it) => (&it.examples, &it.example),
        Schema::AnyOf(it) => (&it.examples, &it.example),
        _ => return None,
    };
    examples.first().or(example.as_ref()).cloned()
}

/// Returns the first enum value or the default in the schema itself.
fn shown(schema: &Schema) -> Option<Value> {
    let (words, default) = match schema {
        Schema::Object(it) => (it.enum_values.as_ref(), &it.default),
        Schema::Array(it) => (None, &it.default),
        Schema::OneOf(it) => (None, &it.default),
        Schema::AllOf(it) => (None, &it.default),
        Schema::AnyOf(it) => (None, &it.default),
        _ => return None,
    };
    let word = words.and_then(|words| words.first());
    let default = || default.as_ref().filter(|default| !default.is_null());
    word.or_else(default).cloned()
}

fn is_null(schema: &RefOr<Schema>) -> bool {
    let null = SchemaType::Type(Type::Null);
    matches!(schema, RefOr::T(Schema::Object(object)) if object.schema_type == null)
}

fn is_url(format: &str) -> bool {
    matches!(format, "uri" | "uri-reference")
}

/// Converts a number to JSON. A whole number becomes an integer, even if utoipa stores it as a float.
fn number(number: &Number) -> Value {
    match number {
        Number::Int(whole) => (*whole).into(),
        Number::UInt(whole) => (*whole).into(),
        Number::Float(float) if float.fract() == 0.0 => (*float as i64).into(),
        Number::Float(float) => (*float).into(),
    }
}

/// Returns the types that a schema allows. An empty slice allows any type.
fn kinds(schema_type: &SchemaType) -> &[Type] {
    match schema_type {
        SchemaType::Type(kind) => std::slice::from_ref(kind),
        SchemaType::Array(kinds) => kinds,
        SchemaType::AnyValue => &[],
    }
}

fn kind_of(value: &Value) -> Type {
    match value {
        Value::Null => Type::Null,
        Value::Bool(_) => Type::Boolean,
        Value::Number(_) => Type::Integer,
        Value::String(_) => Type::String,
        Value::Array(_) => Type::Array,
        Value::Object(_) => Type::Object,
    }
}
