//! The data types of API keys.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::changes::actor::Scope;
use crate::collation::CollationKey;
use crate::db::sql_types::Json;
use crate::http::quota::Rate;
use crate::id::Id;
use crate::lang::Lang;
use crate::schema::api_keys;
use crate::timestamp::Timestamp;
use crate::user_ref::UserRef;
use crate::version::{Versioned, revised};

/// An API key without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ApiKey {
    /// The key's id (UUIDv7).
    pub id: Id,
    /// The name by which people know the key.
    #[schema(examples("City Network, website"))]
    pub name: String,
    /// The beginning of the secret, by which people recognise the key.
    #[schema(pattern = "^trb_live_[0-9A-Za-z]{6}$", examples("trb_live_4fT9aZ"))]
    pub prefix: String,
    /// The id of the organization that owns the key.
    pub organization: Option<Id>,
    /// The scopes of the key.
    #[schema(examples(json!(["delivery:read"])))]
    pub scopes: Vec<Scope>,
    /// The languages of working copies to which the key is limited; empty if it is not.
    pub languages: Vec<Lang>,
    /// The ids of the categories to which the key is limited in posts, with everything below them; empty if it is not.
    pub categories: Vec<Id>,
    /// The time at which the key expires; null if it does not expire.
    pub expires_at: Option<Timestamp>,
    /// The key's own quota; null if the general quota of the server applies.
    pub quota: Option<KeyQuota>,
    /// The former secret, while it still works beside the current one.
    pub rotation: Option<Rotation>,
    /// The user who created the key; null if the user has been deleted.
    pub created_by: Option<UserRef>,
    /// The time of the last use, known within a minute or two; null if the key has not been used.
    pub last_used_at: Option<Timestamp>,
    /// The number of requests with the key, known within a minute or two.
    #[schema(minimum = 0)]
    pub requests: i64,
    /// The version; every change increases it.
    #[schema(minimum = 1)]
    pub version: i32,
    /// The time of creation.
    pub created_at: Timestamp,
    /// The time of the last change.
    pub updated_at: Timestamp,
}

revised!(ApiKey);

impl Versioned for ApiKey {
    fn version(&self) -> i32 {
        self.version
    }
}

/// A quota: the number of requests that a key may send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyQuota {
    /// The sustained number of requests per minute.
    #[schema(minimum = 1, maximum = 1_000_000_000, examples(600))]
    pub per_minute: u32,
    /// The number of requests that may be sent at once after a pause.
    #[schema(minimum = 1, maximum = 1_000_000_000, examples(100))]
    pub burst: u32,
}

impl KeyQuota {
    /// Returns the rate of the quota.
    pub fn rate(self) -> Option<Rate> {
        Rate::new(self.per_minute, self.burst)
    }
}

/// The former secret of a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Rotation {
    /// The beginning of the former secret.
    #[schema(pattern = "^trb_live_[0-9A-Za-z]{6}$", examples("trb_live_4fT9aZ"))]
    pub old_prefix: String,
    /// The time at which the former secret stops working.
    pub old_expires_at: Timestamp,
}

/// A key with its new secret, which no other response shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct MadeApiKey {
    /// The key.
    #[serde(flatten)]
    pub key: ApiKey,
    /// The secret. Send it as `Authorization: Bearer` or `X-API-Key`.
    #[schema(
        pattern = "^trb_live_[0-9A-Za-z]{36}$",
        examples("trb_live_4fT9aZ0Qb7mNxR2vLk8sWc1YhJp3Ed0kPq2Z")
    )]
    pub secret: String,
}

impl Versioned for MadeApiKey {
    fn version(&self) -> i32 {
        self.key.version
    }
}

/// The row of a key.
#[derive(Debug, Clone, Queryable, Selectable, QueryableByName)]
#[diesel(table_name = api_keys)]
pub(super) struct ApiKeyRow {
    pub(super) id: Id,
    pub(super) name: String,
    pub(super) name_key: CollationKey,
    pub(super) organization_id: Option<Id>,
    pub(super) scopes: Json<Vec<Scope>>,
    pub(super) per_minute: Option<i32>,
    pub(super) burst: Option<i32>,
    pub(super) expires_at: Option<Timestamp>,
    pub(super) created_by: Option<Id>,
    pub(super) last_used_at: Option<Timestamp>,
    pub(super) requests: i64,
    pub(super) version: i32,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
}

impl ApiKeyRow {
    /// Returns the quota of the row.
    pub(super) fn quota(&self) -> Option<KeyQuota> {
        let number = |number: Option<i32>| u32::try_from(number?).ok();
        Some(KeyQuota {
            per_minute: number(self.per_minute)?,
            burst: number(self.burst)?,
        })
    }
}
