//! The first translation of a post: a text with its language, in one JSON object.

use std::fmt;

use serde::Serialize;
use serde::de::value::{MapAccessDeserializer, StringDeserializer};
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IntoDeserializer, MapAccess, Visitor,
};
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};
use validator::{Validate, ValidationError};

use super::input::NewTranslation;
use crate::lang::Lang;

const LANG: &str = "lang";

/// The first translation of a post, with its language.
#[derive(Debug, Clone, Serialize, Validate)]
#[validate(schema(function = "Self::has_slug"))]
pub struct FirstTranslation {
    /// The language tag (BCP 47).
    pub lang: Lang,
    /// The text. Its members stand beside the language.
    #[serde(flatten)]
    pub text: NewTranslation,
}

impl FirstTranslation {
    fn has_slug(&self) -> Result<(), ValidationError> {
        self.text.has_slug()
    }
}

/// Reads the language apart from the members of the text. `#[serde(flatten)]` would lose the path of a member with an
/// error, and would accept unknown members.
impl<'de> Deserialize<'de> for FirstTranslation {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FirstTranslationVisitor)
    }
}

struct FirstTranslationVisitor;

impl<'de> Visitor<'de> for FirstTranslationVisitor {
    type Value = FirstTranslation;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with the members of a translation and lang")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        let mut lang = None;
        let members = WithoutLang {
            map,
            lang: &mut lang,
        };
        let text = NewTranslation::deserialize(MapAccessDeserializer::new(members))?;
        let lang = lang.ok_or_else(|| A::Error::missing_field(LANG))?;
        Ok(FirstTranslation { lang, text })
    }
}

/// The members of an object without the language, which is stored in `lang`.
struct WithoutLang<'a, A> {
    map: A,
    lang: &'a mut Option<Lang>,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for WithoutLang<'_, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        while let Some(key) = self.map.next_key::<String>()? {
            if key != LANG {
                let key: StringDeserializer<A::Error> = key.into_deserializer();
                return seed.deserialize(key).map(Some);
            }
            *self.lang = Some(self.map.next_value()?);
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.map.next_value_seed(seed)
    }
}

/// The schema of the text, with the language as its first member.
impl PartialSchema for FirstTranslation {
    fn schema() -> RefOr<Schema> {
        let mut schema = NewTranslation::schema();
        if let RefOr::T(Schema::Object(object)) = &mut schema {
            let mut lang = Ref::from_schema_name(Lang::name());
            lang.description = "The language tag (BCP 47).".to_owned();
            let texts = std::mem::take(&mut object.properties);
            object.properties.insert(LANG.to_owned(), RefOr::Ref(lang));
            object.properties.extend(texts);
            object.required.insert(0, LANG.to_owned());
            // The examples of the text have no language.
            object.examples.clear();
            object.description =
                Some("The first translation of a post, with its language.".to_owned());
        }
        schema
    }
}

impl ToSchema for FirstTranslation {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((Lang::name().into_owned(), Lang::schema()));
        NewTranslation::schemas(schemas);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use serde_json::{Value, json};

    use super::*;

    fn read(value: &Value) -> Result<FirstTranslation, (String, String)> {
        serde_path_to_error::deserialize(value)
            .map_err(|error| (error.path().to_string(), error.inner().to_string()))
    }

    fn text_with(name: &str, value: Value) -> Value {
        let mut text = json!({ "title": "Homes", "body": { "format": "markdown", "source": "" } });
        text[name] = value;
        text
    }

    #[test]
    fn the_language_stands_anywhere_among_the_members() {
        let end = text_with("lang", json!("fr"));
        let begin = json!({ "lang": "fr", "title": "Homes", "body": { "format": "markdown", "source": "" } });
        for value in [begin, end] {
            let read = read(&value).unwrap();
            assert_eq!((read.lang.as_str(), &*read.text.title), ("fr", "Homes"));
        }
    }

    #[test]
    fn an_error_names_its_member() {
        let (path, _) = read(&text_with("lang", json!("no language!"))).unwrap_err();
        assert_eq!(path, "lang");
        let mut value = text_with("lang", json!("fr"));
        value["slug"] = json!("Two words");
        assert_eq!(read(&value).unwrap_err().0, "slug");
        let mut value = text_with("lang", json!("fr"));
        value["colour"] = json!(1);
        assert!(read(&value).unwrap_err().1.contains("unknown field"));
        let (_, detail) = read(&text_with("note", Value::Null)).unwrap_err();
        assert!(detail.contains("missing field `lang`"), "{detail}");
    }
}
