//! The shapes of the history of a translation.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::id::Id;
use crate::resources::posts::model::PostByline;
use crate::resources::posts::translations::model::{BodySource, Seo};
use crate::slug::Slug;
use crate::timestamp::Timestamp;
use crate::version::Versioned;

/// A saved state of a translation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RevisionSummary {
    /// From 1, without gaps.
    #[schema(minimum = 1)]
    pub number: i32,
    /// Who saved it.
    pub created_by: Option<Id>,
    /// When.
    pub created_at: Timestamp,
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
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
