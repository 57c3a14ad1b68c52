//! The shapes of the audit trail.

use std::net::IpAddr;

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Nullable, Text};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use crate::changes::Operation;
use crate::changes::actor::ActorKind;
use crate::db::sql_types::{Instant, Json, JsonDocument, Uuid};
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::timestamp::{InstantOrDate, Timestamp};

/// One thing that was done.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct AuditEntry {
    /// Its number: grows in the order in which things were done.
    #[schema(minimum = 1)]
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub actor: AuditActor,
    /// From which address, if it came in by a request.
    pub address: Option<String>,
    /// The id of that request.
    pub request_id: Option<String>,
    /// To what kind of thing.
    pub kind: Kind,
    /// To which: its id; of translations, publications and preview links that of the post, of sessions that of the user.
    pub entity: Option<Id>,
    /// In which language of a post.
    pub lang: Option<Lang>,
    /// What was done.
    pub operation: Operation,
    /// The members that are different now, as they were. Texts have a hash in their place.
    #[schema(value_type = Option<Object>)]
    pub before: Option<Value>,
    /// The same members, as they are.
    #[schema(value_type = Option<Object>)]
    pub after: Option<Value>,
}

/// Who did it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AuditActor {
    /// What kind of actor.
    pub kind: ActorKind,
    /// The user's id, if it is one.
    pub id: Option<Id>,
}

/// Which entries to read.
#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// By this user.
    pub actor: Option<Id>,
    /// To things of this kind.
    #[param(inline)]
    pub kind: Option<Kind>,
    /// To this thing.
    pub entity: Option<Id>,
    /// In this language.
    #[param(inline)]
    pub lang: Option<Lang>,
    /// Of this sort.
    #[param(inline)]
    pub operation: Option<Operation>,
    /// From this instant or date on.
    #[param(inline)]
    pub after: Option<InstantOrDate>,
    /// Until before this instant or date.
    #[param(inline)]
    pub before: Option<InstantOrDate>,
    /// In this request: its `X-Request-Id`.
    #[param(min_length = 1, max_length = 200)]
    pub request_id: Option<String>,
    /// From this IP address.
    #[param(value_type = Option<String>, min_length = 2, max_length = 45, example = "203.0.113.7")]
    pub address: Option<IpAddr>,
}

/// The row of an entry.
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

/// Each database keeps members in an order of its own: they are told by name.
fn sorted(Json(mut told): Json<Value>) -> Value {
    told.sort_all_objects();
    told
}
