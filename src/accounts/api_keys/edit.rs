//! New keys and changes to keys.

use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::model::{ApiKey, KeyQuota};
use crate::changes::actor::Scope;
use crate::config::MOST_QUOTA;
use crate::error::{Error, Result};
use crate::id::Id;
use crate::lang::Lang;
use crate::patch::{self, Edit, Patched};
use crate::text;
use crate::timestamp::Timestamp;

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
    /// The scopes of the key.
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
    /// The time at which the key expires.
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
    /// The scopes of the key.
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
    /// The time at which the key expires.
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
    /// The sustained number of requests per minute.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(minimum = 1, maximum = 1_000_000_000, nullable = false)]
    pub per_minute: Option<u32>,
    /// The number of requests that may be sent at once after a pause.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(minimum = 1, maximum = 1_000_000_000, nullable = false)]
    pub burst: Option<u32>,
}

const _: () = assert!(MOST_QUOTA == 1_000_000_000);

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
