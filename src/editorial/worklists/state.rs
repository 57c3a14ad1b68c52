//! The state of a language of a post: the status of its translation, and what only a work list can see.

use std::str::FromStr;

use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};

use crate::db::sql_types::text_types;
use crate::editorial::workflow::words::Status;

/// The state of a language of a post: missing, outdated, or else the status of the translation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = diesel::sql_types::Text)]
pub enum TranslationState {
    /// The post has no translation in this language.
    Missing,
    /// Published, but the original has been published again since.
    Outdated,
    /// The status of the translation. Published ones are not outdated.
    Has(Status),
}

impl TranslationState {
    /// Returns every state: those that only work lists know first.
    fn all() -> impl Iterator<Item = Self> {
        let statuses = Status::ALL.into_iter().map(Self::Has);
        [Self::Missing, Self::Outdated].into_iter().chain(statuses)
    }

    /// Returns the word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Outdated => "outdated",
            Self::Has(status) => status.as_str(),
        }
    }
}

impl FromStr for TranslationState {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::all().find(|state| state.as_str() == text);
        found.ok_or("must be missing, outdated or the status of a translation")
    }
}

impl Serialize for TranslationState {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for TranslationState {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

impl utoipa::PartialSchema for TranslationState {
    fn schema() -> RefOr<Schema> {
        let description = "The state of a language of a post: missing, outdated, or else the status of the translation.";
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some(description))
            .enum_values(Some(Self::all().map(Self::as_str)))
            .into()
    }
}

impl utoipa::ToSchema for TranslationState {}

text_types!(TranslationState);
