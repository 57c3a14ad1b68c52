//! The shapes of the history of a translation.

use std::fmt;

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::prelude::*;
use diesel::sql_types::Binary;
use serde::{Serialize, Serializer};
use serde_json::Value;
use utoipa::ToSchema;

use crate::db::sql_types::words;
use crate::editorial::posts::model::PostByline;
use crate::editorial::translations::model::{BodySource, Seo};
use crate::id::Id;
use crate::schema::revisions;
use crate::slug::Slug;
use crate::timestamp::Timestamp;
use crate::version::Versioned;

/// A saved state of a translation.
#[derive(
    Debug, Clone, PartialEq, Eq, Serialize, ToSchema, Queryable, Selectable, QueryableByName,
)]
#[diesel(table_name = revisions)]
pub struct RevisionSummary {
    /// From 1, each one more than the last.
    #[schema(minimum = 1)]
    pub number: i32,
    /// SHA-256 of what was saved, the same for the same content.
    #[schema(value_type = String, pattern = "^[0-9a-f]{64}$")]
    pub hash: Hash,
    /// What its writer said about it.
    pub note: Option<String>,
    /// Who saved it.
    pub created_by: Option<Id>,
    /// When.
    pub created_at: Timestamp,
}

/// A SHA-256, shown in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, FromSqlRow)]
pub struct Hash(pub Vec<u8>);

impl<DB: Backend> FromSql<Binary, DB> for Hash
where
    Vec<u8>: FromSql<Binary, DB>,
{
    fn from_sql(value: DB::RawValue<'_>) -> deserialize::Result<Self> {
        Vec::from_sql(value).map(Self)
    }
}

impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{self}"))
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A saved state of a translation, whole, with the post's relations at that time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Revision {
    /// Its place in the history.
    #[serde(flatten)]
    pub summary: RevisionSummary,
    /// What was saved.
    pub snapshot: Snapshot,
}

impl Versioned for Revision {
    /// It never changes.
    fn version(&self) -> i32 {
        self.summary.number
    }
}

/// What a revision holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Snapshot {
    /// Its title.
    pub title: String,
    /// Its slug.
    pub slug: Slug,
    /// Its subtitle.
    pub subtitle: Option<String>,
    /// Its excerpt.
    pub excerpt: Option<String>,
    /// The source of its text.
    pub body: BodySource,
    /// For search engines.
    pub seo: Seo,
    /// Who wrote it.
    pub authors: Vec<PostByline>,
    /// Its categories.
    pub categories: Vec<Id>,
    /// Its tags.
    pub tags: Vec<Id>,
    /// Whether editors put it forward.
    pub featured: bool,
    /// SPDX id or URL of its licence.
    pub licence: Option<String>,
    /// Where it first appeared.
    pub canonical_url: Option<String>,
}

/// What is different between two revisions.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Comparison {
    /// The revision on the left of the dots.
    pub from: RevisionSummary,
    /// The revision on their right.
    pub to: RevisionSummary,
    /// Each member of the snapshot that differs, in its order, but for the source of the body.
    pub changes: Vec<FieldChange>,
    /// The source of the body, word by word, whole: what is `equal` or to be `delete`d is the one on the left, what is
    /// `equal` or to be `insert`ed the one on the right.
    pub body: Vec<TextRun>,
}

impl Versioned for Comparison {
    /// It never changes.
    fn version(&self) -> i32 {
        self.to.number
    }
}

/// A member that differs.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct FieldChange {
    /// Its dotted name in the snapshot.
    #[schema(examples("seo.title"))]
    pub field: String,
    /// What it was.
    #[schema(value_type = Value)]
    pub from: Value,
    /// What it is.
    #[schema(value_type = Value)]
    pub to: Value,
}

/// A run of words of the body's source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TextRun {
    /// What became of them.
    pub op: TextOperation,
    /// The words, with what stands between them.
    pub text: String,
}

words! {
    /// What became of a run of words.
    pub enum TextOperation {
        /// In both.
        Equal = "equal",
        /// Only on the left.
        Delete = "delete",
        /// Only on the right.
        Insert = "insert",
    }
}
