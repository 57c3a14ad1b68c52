//! The data types of takedowns.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::changes::ending::EndReason;
use crate::id::Id;
use crate::lang::Lang;
use crate::named_ref::NamedRef;
use crate::timestamp::Timestamp;

/// A takedown of a language of a post.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PostTakedown {
    /// The number of the entry in the change log, as in the history of the post.
    #[schema(minimum = 1)]
    pub seq: i64,
    /// The time at which it was taken down.
    pub at: Timestamp,
    /// The language.
    pub lang: Lang,
    /// The reason.
    pub reason: EndReason,
    /// The copies of partners whose filters select posts in this language: first those that have not come past the takedown,
    /// each by the name of the key. At most 100 are listed.
    #[schema(max_items = 100)]
    pub copies: Vec<PartnerCopy>,
    /// The number of all these copies.
    #[schema(minimum = 0)]
    pub copies_total: usize,
    /// The number of those that have not come past the takedown.
    #[schema(minimum = 0)]
    pub copies_behind: usize,
}

/// A copy that a partner keeps by `/v1/sync` with an API key.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PartnerCopy {
    /// The id of the key.
    pub key: Id,
    /// The name of the key.
    #[schema(examples("City Network, website"))]
    pub name: String,
    /// The organization that owns the key; null if none does.
    pub organization: Option<NamedRef>,
    /// The filter with which the copy was begun. A key has one copy for each.
    #[schema(value_type = BTreeMap<String, Value>, examples(json!({ "lang": ["fr"] })))]
    pub filter: Value,
    /// The time at which the copy was last continued.
    pub synced_at: Timestamp,
    /// True if the copy has come past the takedown, so that it no longer has this language of the post.
    pub synced_past: bool,
}
