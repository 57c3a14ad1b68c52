//! Values per language, in a significant order. They are an object in JSON but a list in the database, because `jsonb`
//! does not preserve the order of members. No language occurs twice, regardless of the spelling of its tag.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Type};
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::db::sql_types::{Json, JsonDocument};
use crate::error::{Error, Result};
use crate::lang::Lang;

/// Values for some languages. The first language is the original.
#[derive(Debug, Clone, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = JsonDocument)]
pub struct ByLang<T: fmt::Debug>(Json<Vec<(Lang, T)>>);

/// The maximum number of languages of an item.
pub const MOST_LANGUAGES: usize = 200;

impl<T: fmt::Debug> Default for ByLang<T> {
    fn default() -> Self {
        Self(Json(Vec::new()))
    }
}

impl<T: fmt::Debug> ByLang<T> {
    /// Returns the original language and its value.
    pub fn first(&self) -> Option<(&Lang, &T)> {
        self.iter().next()
    }

    /// Returns the value for a language.
    pub fn get(&self, lang: &Lang) -> Option<&T> {
        self.iter()
            .find_map(|(found, value)| (found == lang).then_some(value))
    }

    /// Returns all languages with their values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&Lang, &T)> {
        self.0.0.iter().map(|(lang, value)| (lang, value))
    }

    /// Returns the number of languages.
    pub fn len(&self) -> usize {
        self.0.0.len()
    }

    /// Returns whether there is no language.
    pub fn is_empty(&self) -> bool {
        self.0.0.is_empty()
    }

    /// Replaces the value of a language, or appends it.
    pub fn set(&mut self, lang: Lang, value: T) {
        match self.0.0.iter_mut().find(|(found, _)| *found == lang) {
            Some((_, old)) => *old = value,
            None => self.0.0.push((lang, value)),
        }
    }

    /// Removes a language.
    pub fn remove(&mut self, lang: &Lang) {
        self.0.0.retain(|(found, _)| found != lang);
    }

    /// Applies a patch: a language without a value is removed.
    pub fn merged(mut self, changes: ByLang<Option<T>>) -> Self {
        for (lang, change) in changes {
            match change {
                Some(value) => self.set(lang, value),
                None => self.remove(&lang),
            }
        }
        self
    }

    /// Checks a patched value against the maximum that the schema sets for a complete one.
    ///
    /// # Errors
    /// Returns [`Error::Invalid`] at `pointer` if there are too many languages.
    pub fn check_size(&self, pointer: &str) -> Result<()> {
        if self.len() <= MOST_LANGUAGES {
            return Ok(());
        }
        let detail = format!("must have at most {MOST_LANGUAGES} members");
        Err(Error::invalid(pointer, "too_many", detail))
    }
}

impl<T: fmt::Debug> FromIterator<(Lang, T)> for ByLang<T> {
    fn from_iter<I: IntoIterator<Item = (Lang, T)>>(entries: I) -> Self {
        let mut all = Self::default();
        for (lang, value) in entries {
            all.set(lang, value);
        }
        all
    }
}

impl<T: fmt::Debug> IntoIterator for ByLang<T> {
    type Item = (Lang, T);
    type IntoIter = std::vec::IntoIter<(Lang, T)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.0.into_iter()
    }
}

impl<T: Serialize + fmt::Debug> Serialize for ByLang<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de, T: Deserialize<'de> + fmt::Debug> Deserialize<'de> for ByLang<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserializer.deserialize_map(Members(PhantomData))
    }
}

struct Members<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de> + fmt::Debug> Visitor<'de> for Members<T> {
    type Value = ByLang<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with language tags as names")
    }

    fn visit_map<A: MapAccess<'de>>(
        self,
        mut members: A,
    ) -> std::result::Result<Self::Value, A::Error> {
        let mut all = ByLang::default();
        while let Some(lang) = members.next_key_seed(NewLang(&all))? {
            let value = members.next_value()?;
            all.set(lang, value);
        }
        Ok(all)
    }
}

/// Deserialises a tag that has not occurred yet. The check is part of reading the name, so that the error points to it.
struct NewLang<'a, T: fmt::Debug>(&'a ByLang<T>);

impl<'de, T: fmt::Debug> DeserializeSeed<'de> for NewLang<'_, T> {
    type Value = Lang;

    fn deserialize<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> std::result::Result<Lang, D::Error> {
        let lang = Lang::deserialize(deserializer)?;
        if self.0.get(&lang).is_some() {
            let error = format_args!("the language {lang} appears twice");
            return Err(de::Error::custom(error));
        }
        Ok(lang)
    }
}

/// The schema of a [`ByLang<T>`] with at least `LEAST` languages. The first is the original one, unless these are values
/// for `OTHER` languages than that of a value beside them.
pub struct Described<T, const LEAST: usize, const OTHER: bool = false>(PhantomData<T>);

/// The schema of a patch of a [`ByLang`]: `null` removes a language.
pub struct DescribedPatch<T, const OTHER: bool = false>(PhantomData<T>);

impl<T: ToSchema, const LEAST: usize, const OTHER: bool> PartialSchema
    for Described<T, LEAST, OTHER>
{
    fn schema() -> RefOr<Schema> {
        let value = Ref::from_schema_name(T::name());
        members(RefOr::Ref(value), LEAST, OTHER)
    }
}

impl<T: ToSchema, const LEAST: usize, const OTHER: bool> ToSchema for Described<T, LEAST, OTHER> {
    fn name() -> Cow<'static, str> {
        format!("{}ByLang", T::name()).into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((T::name().into_owned(), T::schema()));
        T::schemas(schemas);
    }
}

impl<T: ToSchema, const OTHER: bool> PartialSchema for DescribedPatch<T, OTHER> {
    fn schema() -> RefOr<Schema> {
        let null = ObjectBuilder::new().schema_type(Type::Null);
        let value = OneOfBuilder::new()
            .item(null)
            .item(Ref::from_schema_name(T::name()));
        members(value.into(), 0, OTHER)
    }
}

impl<T: ToSchema, const OTHER: bool> ToSchema for DescribedPatch<T, OTHER> {
    fn name() -> Cow<'static, str> {
        format!("{}OrNullByLang", T::name()).into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((T::name().into_owned(), T::schema()));
        T::schemas(schemas);
    }
}

fn members(value: RefOr<Schema>, least: usize, are_others: bool) -> RefOr<Schema> {
    let names = match Lang::schema() {
        RefOr::T(schema) => Some(schema),
        RefOr::Ref(_) => None,
    };
    ObjectBuilder::new()
        .property_names(names)
        .additional_properties(Some(value))
        .min_properties((least > 0).then_some(least))
        .max_properties(Some(MOST_LANGUAGES))
        .description(Some(if are_others {
            "One member per language."
        } else {
            "One member per language. The first language is the original one."
        }))
        .into()
}

impl<DB, T> ToSql<JsonDocument, DB> for ByLang<T>
where
    DB: Backend,
    T: fmt::Debug,
    Json<Vec<(Lang, T)>>: ToSql<JsonDocument, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.to_sql(out)
    }
}

impl<DB, T> FromSql<JsonDocument, DB> for ByLang<T>
where
    DB: Backend,
    T: fmt::Debug,
    Json<Vec<(Lang, T)>>: FromSql<JsonDocument, DB>,
{
    fn from_sql(value: DB::RawValue<'_>) -> deserialize::Result<Self> {
        Json::from_sql(value).map(Self)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn read(json: &str) -> std::result::Result<ByLang<String>, String> {
        let mut reader = serde_json::Deserializer::from_str(json);
        serde_path_to_error::deserialize(&mut reader).map_err(|error| error.to_string())
    }

    #[test]
    fn the_order_of_languages_is_kept() {
        let texts = read(r#"{"fr":"a","EN":"b","ar":"c"}"#).unwrap();
        let written = serde_json::to_string(&texts).unwrap();
        assert_eq!(written, r#"{"fr":"a","en":"b","ar":"c"}"#);
        assert_eq!(texts.first().unwrap().1, "a");
    }

    #[test]
    fn a_language_that_stands_twice_or_is_none_is_named() {
        let twice = read(r#"{"pt-BR":"a","pt-br":"b"}"#).unwrap_err();
        assert!(twice.starts_with("pt-br: the language pt-BR"), "{twice}");
        let none = read(r#"{"en":"a","en-":"b"}"#).unwrap_err();
        assert!(none.starts_with("en-: must be"), "{none}");
    }
}
