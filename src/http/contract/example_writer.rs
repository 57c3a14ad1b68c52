//! The writer of examples: a value that is true to a schema.

use serde_json::{Map, Value, json};
use utoipa::Number;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{
    AdditionalProperties, Array, ArrayItems, Object, Schema, SchemaFormat, SchemaType, Type,
};

use super::components::{Schemas, component, component_name};

/// Writes a value that is true to a schema.
pub struct Writer<'a> {
    schemas: &'a Schemas,
    /// Values, as JSON, of the members of which the schema shows nothing, or too little: by the schema and the member, or by the member
    /// alone.
    known: &'a [(&'a str, &'a str)],
    /// The components in which the writing is: one that holds itself ends there.
    open: Vec<String>,
}

impl<'a> Writer<'a> {
    /// A writer that knows the values of some members.
    pub fn new(schemas: &'a Schemas, known: &'a [(&'a str, &'a str)]) -> Self {
        Self {
            schemas,
            known,
            open: Vec::new(),
        }
    }

    /// A value of a component; `None` where it holds itself.
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

    /// A value of a schema. `owner` and `member` say what it is of.
    fn value(&mut self, schema: &RefOr<Schema>, owner: &str, member: &str) -> Option<Value> {
        let known = self.known(owner, member);
        if let Some(known) = known.filter(|known| self.fits(schema, known)) {
            return Some(known);
        }
        match schema {
            RefOr::Ref(_) => self.component(component_name(schema)?),
            RefOr::T(schema) => shown(schema).or_else(|| self.composed(schema, owner, member)),
        }
    }

    fn known(&self, owner: &str, member: &str) -> Option<Value> {
        let names = [format!("{owner}.{member}"), member.to_owned()];
        names.iter().find_map(|name| {
            let (_, value) = self.known.iter().find(|(known, _)| known == name)?;
            serde_json::from_str(value).ok()
        })
    }

    /// Whether a known value can be what the schema describes: members of other things may have the same name.
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

    /// A value put together from those of the parts.
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

    /// A value of a schema that is not composed of others: an object, or a value of a simple type.
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
            // Anything.
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
        // By language.
        if let Some(AdditionalProperties::RefOr(each)) = schema.additional_properties.as_deref()
            && let Some(value) = self.value(each, owner, "")
        {
            members.insert("en".into(), value);
        }
        members.into()
    }
}

/// The value that a schema itself shows, prescribes or assumes.
fn shown(schema: &Schema) -> Option<Value> {
    let no_words = None;
    let (examples, example, words, default) = match schema {
        Schema::Object(it) => (&it.examples, &it.example, &it.enum_values, &it.default),
        Schema::Array(it) => (&it.examples, &it.example, &no_words, &it.default),
        Schema::OneOf(it) => (&it.examples, &it.example, &no_words, &it.default),
        Schema::AllOf(it) => (&it.examples, &it.example, &no_words, &it.default),
        Schema::AnyOf(it) => (&it.examples, &it.example, &no_words, &it.default),
        _ => return None,
    };
    let shown = examples.first().or(example.as_ref());
    let word = || words.as_ref().and_then(|words| words.first());
    let default = || default.as_ref().filter(|default| !default.is_null());
    shown.or_else(word).or_else(default).cloned()
}

fn is_null(schema: &RefOr<Schema>) -> bool {
    let null = SchemaType::Type(Type::Null);
    matches!(schema, RefOr::T(Schema::Object(object)) if object.schema_type == null)
}

fn is_url(format: &str) -> bool {
    matches!(format, "uri" | "uri-reference")
}

/// A number as JSON: a whole one without a fraction, however utoipa keeps it.
fn number(number: &Number) -> Value {
    match number {
        Number::Int(whole) => (*whole).into(),
        Number::UInt(whole) => (*whole).into(),
        Number::Float(float) if float.fract() == 0.0 => (*float as i64).into(),
        Number::Float(float) => (*float).into(),
    }
}

/// The types of what a schema describes; none for anything.
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
