//! The shapes of preview links.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::id::Id;
use crate::schema::preview_links;
use crate::timestamp::Timestamp;
use crate::version::Versioned;

/// A link to one revision, without its token.
#[derive(
    Debug, Clone, PartialEq, Eq, Serialize, ToSchema, Queryable, Selectable, QueryableByName,
)]
#[diesel(table_name = preview_links)]
pub struct PreviewLink {
    /// Its id.
    pub id: Id,
    /// The revision it leads to.
    #[schema(minimum = 1)]
    pub revision: i32,
    /// Until when it does.
    pub expires_at: Timestamp,
    /// Who made it.
    pub created_by: Option<Id>,
    /// When.
    pub created_at: Timestamp,
}

impl Versioned for PreviewLink {
    /// It never changes.
    fn version(&self) -> i32 {
        1
    }
}

/// A link that has just been made: the only time its token is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct MadePreviewLink {
    /// The link.
    #[serde(flatten)]
    pub link: PreviewLink,
    /// Whoever has it can read the revision.
    #[schema(pattern = "^[A-Za-z0-9_-]{43}$")]
    pub token: String,
    /// Where.
    #[schema(format = "uri-reference")]
    pub url: String,
}

impl Versioned for MadePreviewLink {
    fn version(&self) -> i32 {
        self.link.version()
    }
}

/// A link to be made.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPreviewLink {
    /// For how many seconds it leads there: a minute to 30 days.
    #[schema(minimum = 60, maximum = 2592000, default = 86400)]
    pub ttl: Option<i64>,
    /// The number of the revision; the last one when absent.
    #[schema(minimum = 1)]
    pub revision: Option<i32>,
}

impl NewPreviewLink {
    /// A day unless something else is said.
    pub fn seconds(&self) -> i64 {
        self.ttl.unwrap_or(24 * 60 * 60)
    }
}
