//! The representations of preview links.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::id::Id;
use crate::schema::preview_links;
use crate::timestamp::Timestamp;
use crate::user_ref::UserRef;
use crate::version::Versioned;

/// A link to one revision, without its token.
#[derive(
    Debug, Clone, PartialEq, Eq, Serialize, ToSchema, Queryable, Selectable, QueryableByName,
)]
#[diesel(table_name = preview_links)]
pub struct PreviewLink {
    /// The link's id (UUIDv7).
    pub id: Id,
    /// The number of the revision that the link shows.
    #[schema(minimum = 1)]
    pub revision: i32,
    /// The time at which the link stops working.
    pub expires_at: Timestamp,
    /// The user who created the link; null if the user has been deleted.
    #[diesel(embed)]
    pub created_by: Option<UserRef>,
    /// The time of creation.
    pub created_at: Timestamp,
}

impl Versioned for PreviewLink {
    /// Returns 1: a link never changes.
    fn version(&self) -> i32 {
        1
    }
}

/// A new link with its token, which no other response shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct MadePreviewLink {
    /// The link.
    #[serde(flatten)]
    pub link: PreviewLink,
    /// The secret token. Anybody who has it can read the revision.
    #[schema(pattern = "^[A-Za-z0-9_-]{43}$")]
    pub token: String,
    /// The address of the preview.
    #[schema(format = "uri-reference")]
    pub url: String,
}

impl Versioned for MadePreviewLink {
    fn version(&self) -> i32 {
        self.link.version()
    }
}

/// A link to create.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PreviewLinkInput, examples(json!({ "ttl": 86400 })))]
pub struct NewPreviewLink {
    /// The lifetime of the link in seconds, from a minute to 30 days.
    #[schema(minimum = 60, maximum = 2592000, default = 86400)]
    pub ttl: Option<i64>,
    /// The number of the revision to show. Absent: the last one.
    #[schema(minimum = 1)]
    pub revision: Option<i32>,
}

impl NewPreviewLink {
    /// Returns the lifetime in seconds: a day if none is given.
    pub fn seconds(&self) -> i64 {
        self.ttl.unwrap_or(24 * 60 * 60)
    }
}
