//! The data types of API keys.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::changes::actor::Scope;
use crate::collation::CollationKey;
use crate::config::MOST_QUOTA;
use crate::db::sql_types::Json;
use crate::error::{Error, Result};
use crate::http::quota::Rate;
use crate::id::Id;
use crate::lang::Lang;
use crate::patch::{self, Edit, Patched};
use crate::schema::api_keys;
use crate::text;
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
    /// What the key may do.
    #[schema(examples(json!(["delivery:read"])))]
    pub scopes: Vec<Scope>,
    /// The languages of working copies to which the key is limited; empty if it is not.
    pub languages: Vec<Lang>,
    /// The ids of the categories to which the key is limited in posts, with everything below them; empty if it is not.
    pub categories: Vec<Id>,
    /// The time at which the key stops working; null if it does not by itself.
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
    /// The number of requests per minute in the long run.
    #[schema(minimum = 1, maximum = 1_000_000_000, examples(600))]
    pub per_minute: u32,
    /// The number of requests at once, after a pause.
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

/// A new key, or the replacement of one.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ApiKeyInput, examples(json!({
    "name": "City Network, website",
    "scopes": ["delivery:read"],
    "quota": { "per_minute": 600, "burst": 100 }
})))]
pub struct NewApiKey {
    /// The name by which people know the key. White space at its ends is removed.
    #[serde(deserialize_with = "text::line")]
    #[schema(min_length = 1, max_length = 200, pattern = r"\S")]
    pub name: String,
    /// The id of the organization that owns the key.
    pub organization: Option<Id>,
    /// What the key may do.
    #[schema(min_items = 1, max_items = 20)]
    pub scopes: Vec<Scope>,
    /// The languages of working copies to which the key is limited. It is not limited when absent or empty.
    #[serde(default, deserialize_with = "patch::null_is_empty")]
    #[schema(value_type = Option<Vec<Lang>>, max_items = 50)]
    pub languages: Vec<Lang>,
    /// The ids of the categories to which the key is limited in posts, with everything below them. It is not limited when
    /// absent or empty.
    #[serde(default, deserialize_with = "patch::null_is_empty")]
    #[schema(value_type = Option<Vec<Id>>, max_items = 50)]
    pub categories: Vec<Id>,
    /// The time at which the key stops working.
    pub expires_at: Option<Timestamp>,
    /// The key's own quota. When absent, the general quota of the server applies.
    pub quota: Option<KeyQuota>,
}

/// Changes to a key. Absent members keep their value, and null clears them.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({ "quota": { "per_minute": 1200 } })))]
pub struct ApiKeyPatch {
    /// The name by which people know the key. White space at its ends is removed.
    #[serde(default, deserialize_with = "text::required_line")]
    #[schema(min_length = 1, max_length = 200, pattern = r"\S", nullable = false)]
    pub name: Option<String>,
    /// The id of the organization that owns the key.
    #[serde(default, deserialize_with = "patch::clearable")]
    #[schema(value_type = Option<Id>)]
    pub organization: Patched<Id>,
    /// What the key may do.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(min_items = 1, max_items = 20, nullable = false)]
    pub scopes: Option<Vec<Scope>>,
    /// The languages of working copies to which the key is limited. Null or an empty list lifts the limit.
    #[serde(default, deserialize_with = "patch::emptied")]
    #[schema(max_items = 50)]
    pub languages: Option<Vec<Lang>>,
    /// The ids of the categories to which the key is limited. Null or an empty list lifts the limit.
    #[serde(default, deserialize_with = "patch::emptied")]
    #[schema(max_items = 50)]
    pub categories: Option<Vec<Id>>,
    /// The time at which the key stops working.
    #[serde(default, deserialize_with = "patch::clearable")]
    #[schema(value_type = Option<Timestamp>)]
    pub expires_at: Patched<Timestamp>,
    /// The key's own quota. Null gives it the general quota of the server.
    #[serde(default, deserialize_with = "patch::clearable")]
    #[schema(value_type = Option<KeyQuotaPatch>)]
    pub quota: Patched<KeyQuotaPatch>,
}

/// Changes to a quota. Absent members keep their value.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyQuotaPatch {
    /// The number of requests per minute in the long run.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(minimum = 1, maximum = 1_000_000_000, nullable = false)]
    pub per_minute: Option<u32>,
    /// The number of requests at once, after a pause.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(minimum = 1, maximum = 1_000_000_000, nullable = false)]
    pub burst: Option<u32>,
}

const _: () = assert!(MOST_QUOTA == 1_000_000_000);

/// The end of the former secret after a rotation.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RotationInput, examples(json!({})))]
pub struct NewRotation {
    /// The time at which the former secret stops working, at most 30 days from now; a day from now when absent. A time that
    /// is over ends it at once.
    pub old_expires_at: Option<Timestamp>,
}

impl NewRotation {
    /// Returns the time at which the former secret stops working.
    ///
    /// # Errors
    /// Returns [`Error::Invalid`] for a time more than 30 days from now.
    pub fn end(&self, now: Timestamp) -> Result<Timestamp> {
        const DAY: i64 = 24 * 60 * 60;
        let end = self.old_expires_at.unwrap_or(now.plus_seconds(DAY));
        if end > now.plus_seconds(30 * DAY) {
            let detail = "must be at most 30 days from now";
            return Err(Error::invalid("/old_expires_at", "too_late", detail));
        }
        Ok(end)
    }
}

/// A change to a key.
pub type ApiKeyEdit = Edit<NewApiKey, ApiKeyPatch>;

impl ApiKey {
    /// Creates a key without any rights, which an edit completes.
    pub(super) fn blank(prefix: String, at: Timestamp) -> Self {
        Self {
            id: Id::new(),
            name: String::new(),
            prefix,
            organization: None,
            scopes: Vec::new(),
            languages: Vec::new(),
            categories: Vec::new(),
            expires_at: None,
            quota: None,
            rotation: None,
            created_by: None,
            last_used_at: None,
            requests: 0,
            version: 1,
            created_at: at,
            updated_at: at,
        }
    }

    /// Applies the edit. The version and the times are kept.
    ///
    /// # Errors
    /// Returns [`Error::Invalid`] for half a quota.
    pub fn edited(self, edit: ApiKeyEdit) -> Result<Self> {
        let edited = match edit {
            Edit::Replace(new) => Self {
                name: new.name,
                organization: new.organization,
                scopes: new.scopes,
                languages: new.languages,
                categories: new.categories,
                expires_at: new.expires_at,
                quota: new.quota,
                ..self
            },
            Edit::Merge(patch) => Self {
                name: patch.name.unwrap_or(self.name),
                organization: patch.organization.unwrap_or(self.organization),
                scopes: patch.scopes.unwrap_or(self.scopes),
                languages: patch.languages.unwrap_or(self.languages),
                categories: patch.categories.unwrap_or(self.categories),
                expires_at: patch.expires_at.unwrap_or(self.expires_at),
                quota: merged(self.quota, patch.quota)?,
                ..self
            },
        };
        Ok(edited.tidied())
    }

    /// Sorts the lists and removes what they have twice.
    pub(super) fn tidied(mut self) -> Self {
        self.scopes.sort_unstable();
        self.scopes.dedup();
        self.languages.sort_unstable();
        self.languages.dedup();
        self.categories.sort_unstable();
        self.categories.dedup();
        self
    }

    /// Checks that a new time of expiry is not over.
    ///
    /// # Errors
    /// Returns [`Error::Invalid`] at `/expires_at`.
    pub(super) fn check_expiry(&self, now: Timestamp) -> Result<()> {
        match self.expires_at {
            Some(end) if end <= now => {
                let detail = "is over; delete the key to revoke it";
                Err(Error::invalid("/expires_at", "past", detail))
            }
            _ => Ok(()),
        }
    }
}

fn merged(old: Option<KeyQuota>, patch: Patched<KeyQuotaPatch>) -> Result<Option<KeyQuota>> {
    let patch = match patch {
        None => return Ok(old),
        Some(None) => return Ok(None),
        Some(Some(patch)) => patch,
    };
    let member = |given: Option<u32>, old: Option<u32>, pointer| {
        let missing = || Error::invalid(pointer, "required", "is required for a new quota");
        given.or(old).ok_or_else(missing)
    };
    Ok(Some(KeyQuota {
        per_minute: member(
            patch.per_minute,
            old.map(|old| old.per_minute),
            "/quota/per_minute",
        )?,
        burst: member(patch.burst, old.map(|old| old.burst), "/quota/burst")?,
    }))
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
