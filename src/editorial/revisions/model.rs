//! The representations of the revisions of a translation.

use std::fmt;

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::prelude::*;
use diesel::sql_types::Binary;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder};
use utoipa::openapi::{RefOr, Schema, SchemaFormat, Type};
use utoipa::{IntoParams, PartialSchema, ToSchema};
use validator::Validate;

use crate::db::sql_types::words;
use crate::editorial::posts::bylines::PostByline;
use crate::editorial::translations::model::{BodySource, Seo};
use crate::http::contract::path_variables::PathVariable;
use crate::id::Id;
use crate::schema::revisions;
use crate::sha256::hex;
use crate::slug::Slug;
use crate::timestamp::Timestamp;
use crate::user_ref::UserRef;
use crate::version::Versioned;

/// The number of a revision, in a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct RevisionNumber(pub i32);

impl PartialSchema for RevisionNumber {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::Integer)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int32)))
            .minimum(Some(1))
            .into()
    }
}

impl PathVariable for RevisionNumber {
    const DESCRIPTION: &'static str = "The number of the revision.";
}

/// A saved state of a translation, without its content.
#[derive(
    Debug, Clone, PartialEq, Eq, Serialize, ToSchema, Queryable, Selectable, QueryableByName,
)]
#[diesel(table_name = revisions)]
pub struct RevisionSummary {
    /// The number of the revision. Revisions of a translation are numbered consecutively from 1.
    #[schema(minimum = 1)]
    pub number: i32,
    /// The SHA-256 of the saved content. Equal content has an equal hash.
    #[schema(value_type = String, pattern = "^[0-9a-f]{64}$")]
    pub hash: Hash,
    /// The note that its author gave with the save.
    pub note: Option<String>,
    /// The user who saved it; null if that was no user, or the user has been deleted.
    #[diesel(embed)]
    pub created_by: Option<UserRef>,
    /// The time at which it was saved.
    pub created_at: Timestamp,
}

/// A SHA-256, serialized in hexadecimal.
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
        f.write_str(&hex(&self.0))
    }
}

/// A saved state of a translation, with the post's relations at that time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Revision {
    /// The number, the hash and the origin of the revision.
    #[serde(flatten)]
    pub summary: RevisionSummary,
    /// The saved content.
    pub snapshot: Snapshot,
}

impl Versioned for Revision {
    /// Returns the number of the revision, which never changes.
    fn version(&self) -> i32 {
        self.summary.number
    }
}

/// The content of a revision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Snapshot {
    /// The title.
    pub title: String,
    /// The slug.
    pub slug: Slug,
    /// The subtitle.
    pub subtitle: Option<String>,
    /// The excerpt, if one was written.
    pub excerpt: Option<String>,
    /// The source of the body.
    pub body: BodySource,
    /// The title and description for search engines.
    pub seo: Seo,
    /// The ids of the translators, in order.
    pub translators: Vec<Id>,
    /// The bylines, in order.
    pub authors: Vec<PostByline>,
    /// The ids of the categories.
    pub categories: Vec<Id>,
    /// The ids of the tags.
    pub tags: Vec<Id>,
    /// True if editors had featured the post.
    pub featured: bool,
    /// The SPDX identifier or URL of the licence.
    pub licence: Option<String>,
    /// The URL of the original publication, if the post first appeared elsewhere.
    pub canonical_url: Option<String>,
    /// The id of the page above, for a page.
    pub parent: Option<Id>,
    /// The position of a page among its siblings.
    pub position: i32,
}

/// The revision that another is compared with.
#[derive(Debug, Clone, Copy, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Baseline {
    /// The number of the revision to compare from.
    #[param(value_type = i32, minimum = 1)]
    pub from: RevisionNumber,
}

/// The differences between two revisions.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Comparison {
    /// The revision that is compared from.
    pub from: RevisionSummary,
    /// The revision that is compared with it.
    pub to: RevisionSummary,
    /// The members of the snapshot that differ, in the order of the snapshot, except the source of the body.
    pub changes: Vec<FieldChange>,
    /// The whole source of the body as a word diff. The runs `equal` and `delete` make up the first revision's text;
    /// the runs `equal` and `insert` make up the second's.
    pub body: Vec<TextRun>,
}

impl Versioned for Comparison {
    /// Returns the number of the second revision. A comparison never changes.
    fn version(&self) -> i32 {
        self.to.number
    }
}

/// A member of the snapshot that differs.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct FieldChange {
    /// The dotted name of the member.
    #[schema(examples("seo.title"))]
    pub field: String,
    /// The value in the first revision.
    #[schema(value_type = Value)]
    pub from: Value,
    /// The value in the second revision.
    #[schema(value_type = Value)]
    pub to: Value,
}

/// A run of words in the source of the body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TextRun {
    /// The operation that turns the first text into the second.
    pub op: TextOperation,
    /// The words, with the spaces and punctuation between them.
    pub text: String,
}

words! {
    /// The operation on a run of words.
    pub enum TextOperation {
        /// In both revisions.
        Equal = "equal",
        /// Only in the first revision.
        Delete = "delete",
        /// Only in the second revision.
        Insert = "insert",
    }
}
