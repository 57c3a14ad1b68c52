//! The data types of the audit trail.

use std::net::IpAddr;

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Nullable, Text};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use crate::changes::Operation;
use crate::changes::actor::ActorKind;
use crate::db::sql_types::{Instant, Json, JsonDocument, Uuid, words};
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::timestamp::{InstantOrDate, Timestamp};

/// An entry of the audit trail: one change.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct AuditEntry {
    /// The number of the entry. Numbers grow in the order of the changes.
    #[schema(minimum = 1)]
    pub seq: i64,
    /// When the change was made.
    pub at: Timestamp,
    /// Who made the change.
    pub actor: AuditActor,
    /// The IP address that the request came from; null if the change was made by no request.
    pub address: Option<String>,
    /// The `X-Request-Id` of the request; null if there was none.
    pub request_id: Option<String>,
    /// The kind of resource that was changed.
    pub kind: Kind,
    /// The id of the resource that was changed. Translations, publications and preview links have the id of the post,
    /// sessions that of the user.
    pub entity: Option<Id>,
    /// The language of the post that was changed, if only one was.
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

/// The actor who made a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AuditActor {
    /// The kind of actor.
    pub kind: ActorKind,
    /// The id of the user or API key; null if the actor is neither.
    pub id: Option<Id>,
    /// The current name of the user or API key; null if the actor is neither, or has been deleted.
    #[schema(examples("Ada Lovelace"))]
    pub name: Option<String>,
}

/// Filters for entries of the audit trail.
#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// Only changes by this user or API key.
    pub actor: Option<Id>,
    /// Only changes to resources of these kinds, comma-separated. May be repeated.
    #[serde(default)]
    #[param(inline, style = Form, explode = false, min_items = 1, max_items = 20)]
    pub kind: Vec<Kind>,
    /// Only changes to the resource with this id.
    pub entity: Option<Id>,
    /// Only changes to this language of a post.
    #[param(inline)]
    pub lang: Option<Lang>,
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
    /// Only changes made by the request with this `X-Request-Id`.
    #[param(min_length = 1, max_length = 200)]
    pub request_id: Option<String>,
    /// Only changes made from this IP address.
    #[param(value_type = Option<String>, min_length = 2, max_length = 45, example = "203.0.113.7")]
    pub address: Option<IpAddr>,
}

/// The order of a list of entries.
#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AuditOrder {
    /// The order: by the time of the change. `-` means descending. `-at` when absent.
    #[param(inline)]
    pub sort: Option<AuditSort>,
}

words! {
    /// The order of a list of entries.
    pub enum AuditSort {
        /// The newest first.
        Newest = "-at",
        /// The oldest first.
        Oldest = "at",
    }
}

/// The database row of an entry.
#[derive(Debug, QueryableByName)]
pub(super) struct AuditRow {
    #[diesel(sql_type = BigInt)]
    pub(super) seq: i64,
    #[diesel(sql_type = Instant)]
    at: Timestamp,
    #[diesel(sql_type = Text)]
    actor: ActorKind,
    #[diesel(sql_type = Nullable<Uuid>)]
    actor_id: Option<Id>,
    #[diesel(sql_type = Nullable<Text>)]
    actor_name: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    address: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    request_id: Option<String>,
    #[diesel(sql_type = Text)]
    kind: Kind,
    #[diesel(sql_type = Nullable<Uuid>)]
    entity_id: Option<Id>,
    #[diesel(sql_type = Nullable<Text>)]
    lang: Option<Lang>,
    #[diesel(sql_type = Text)]
    operation: Operation,
    #[diesel(sql_type = Nullable<JsonDocument>)]
    before: Option<Json<Value>>,
    #[diesel(sql_type = Nullable<JsonDocument>)]
    after: Option<Json<Value>>,
}

impl From<AuditRow> for AuditEntry {
    fn from(row: AuditRow) -> Self {
        Self {
            seq: row.seq,
            at: row.at,
            actor: AuditActor {
                kind: row.actor,
                id: row.actor_id,
                name: row.actor_name,
            },
            address: row.address,
            request_id: row.request_id,
            kind: row.kind,
            entity: row.entity_id,
            lang: row.lang,
            operation: row.operation,
            before: row.before.map(sorted),
            after: row.after.map(sorted),
        }
    }
}

/// Sorts members by name, because each database stores them in its own order.
fn sorted(Json(mut value): Json<Value>) -> Value {
    value.sort_all_objects();
    value
}
