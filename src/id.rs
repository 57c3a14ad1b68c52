//! Ids: UUIDv7 (RFC 9562), so that they sort by the time they were made.

use std::fmt;
use std::str::FromStr;

use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::{ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Schema};
use uuid::Uuid;

use crate::db::sql_types;

/// The id of anything that has one: a UUIDv7 in its hyphenated, lower-case form.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    AsExpression,
    FromSqlRow,
)]
#[serde(transparent)]
#[diesel(sql_type = sql_types::Uuid)]
pub struct Id(pub Uuid);

impl Id {
    /// A new id, later in order than every id this process made before.
    pub fn new() -> Self {
        Self(Uuid::now_v7())
    }
}

impl Default for Id {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

impl FromStr for Id {
    type Err = uuid::Error;

    /// Only the hyphenated form: the others a UUID may be written in could be slugs.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() == 36 {
            Uuid::try_parse(text).map(Self)
        } else {
            Uuid::try_parse("").map(Self)
        }
    }
}

impl utoipa::PartialSchema for Id {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::Custom("uuid".into())))
            .description(Some("A UUIDv7."))
            .examples(["0192f0c1-2f6b-7c1e-9c52-0b6f3f0e7a11"])
            .into()
    }
}

impl utoipa::ToSchema for Id {}
