//! The entries of the change log about one post, as everybody who may read the post sees them: without what only admins may
//! know of a request.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use super::model::{AuditActor, AuditEntry};
use crate::changes::Operation;
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::timestamp::{InstantOrDate, Timestamp};

/// An entry of the history of a post: one change.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct HistoryEntry {
    /// The number of the entry. Numbers grow in the order of the changes.
    #[schema(minimum = 1)]
    pub seq: i64,
    /// When the change was made.
    pub at: Timestamp,
    /// Who made the change.
    pub actor: AuditActor,
    /// The kind of resource that was changed: `post` for what all languages share, or `translation` or `publication`.
    pub kind: Kind,
    /// The id of the post.
    pub entity: Option<Id>,
    /// The language that was changed, if only one was.
    pub lang: Option<Lang>,
    /// The operation that made the change.
    pub operation: Operation,
    /// The members that were changed, with their values before the change. The body of a translation is represented by
    /// its hash.
    #[schema(value_type = Option<BTreeMap<String, Value>>)]
    pub before: Option<Value>,
    /// The members that were changed, with their values after the change.
    #[schema(value_type = Option<BTreeMap<String, Value>>)]
    pub after: Option<Value>,
}

/// Filters for the history of a post.
#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct HistoryQuery {
    /// Only changes to one of these languages, comma-separated. May be repeated. Leaves out changes to what all
    /// languages share.
    #[serde(default)]
    #[param(style = Form, explode = false, min_items = 1, max_items = 20)]
    pub lang: Vec<Lang>,
    /// Only changes by these operations, comma-separated. May be repeated.
    #[serde(default)]
    #[param(inline, style = Form, explode = false, min_items = 1, max_items = 50)]
    pub operation: Vec<Operation>,
    /// Only changes made at or after this instant or date.
    #[param(inline)]
    pub after: Option<InstantOrDate>,
    /// Only changes made before this instant or date.
    #[param(inline)]
    pub before: Option<InstantOrDate>,
}

impl From<AuditEntry> for HistoryEntry {
    fn from(entry: AuditEntry) -> Self {
        Self {
            seq: entry.seq,
            at: entry.at,
            actor: entry.actor,
            kind: entry.kind,
            entity: entry.entity,
            lang: entry.lang,
            operation: entry.operation,
            before: entry.before,
            after: entry.after,
        }
    }
}
