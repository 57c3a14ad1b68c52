//! The rows of webhooks, and their secrets.

use diesel::prelude::*;

use super::events::EventType;
use super::model::{DisabledReason, Webhook, WebhookFormat};
use super::secret::WebhookSecret;
use crate::config::Secret;
use crate::db::sql_types::Json;
use crate::error::Result;
use crate::id::Id;
use crate::lang::Lang;
use crate::schema::webhooks;
use crate::timestamp::Timestamp;

/// The row of a webhook.
#[derive(Debug, Clone, Queryable, Selectable, QueryableByName)]
#[diesel(table_name = webhooks)]
pub(super) struct WebhookRow {
    pub(super) id: Id,
    url: String,
    description: Option<String>,
    format: WebhookFormat,
    events: Json<Vec<EventType>>,
    languages: Json<Vec<Lang>>,
    quiet_seconds: Option<i32>,
    token: Option<String>,
    disabled_at: Option<Timestamp>,
    disabled_reason: Option<DisabledReason>,
    failing_since: Option<Timestamp>,
    former_expires_at: Option<Timestamp>,
    version: i32,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl WebhookRow {
    /// Returns the webhook in the row, as it is at `now`.
    pub(super) fn with(self, categories: Vec<Id>, now: Timestamp) -> Webhook {
        Webhook {
            id: self.id,
            url: self.url,
            description: self.description,
            format: self.format,
            events: self.events.0,
            languages: self.languages.0,
            categories,
            quiet_seconds: self.quiet_seconds,
            has_token: self.token.is_some(),
            enabled: self.disabled_at.is_none(),
            disabled_reason: self.disabled_reason,
            disabled_at: self.disabled_at,
            failing_since: self.failing_since,
            old_secret_expires_at: self.former_expires_at.filter(|end| *end > now),
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
            token: self.token.map(Secret::new),
        }
        .tidied()
    }
}

/// The secrets of a webhook, as they are stored.
#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = webhooks)]
#[diesel(treat_none_as_null = true)]
pub(super) struct Secrets {
    secret: Vec<u8>,
    former_secret: Option<Vec<u8>>,
    former_expires_at: Option<Timestamp>,
}

impl Secrets {
    /// Returns the secrets of a webhook that has only this one.
    pub(super) fn only(secret: &WebhookSecret) -> Self {
        Self {
            secret: secret.bytes().to_vec(),
            former_secret: None,
            former_expires_at: None,
        }
    }

    /// Returns the secrets after a rotation. The current one signs until `end`, the one before it no longer.
    pub(super) fn rotated(self, new: &WebhookSecret, end: Timestamp, now: Timestamp) -> Self {
        let signs_on = end > now;
        Self {
            former_secret: signs_on.then_some(self.secret),
            former_expires_at: signs_on.then_some(end),
            ..Self::only(new)
        }
    }

    /// Returns the secrets that sign requests at `now`, the current one first.
    ///
    /// # Errors
    /// Returns [`crate::error::Error::Internal`] for a secret that is none.
    pub(super) fn at(self, now: Timestamp) -> Result<Vec<WebhookSecret>> {
        let is_valid = self.former_expires_at.is_some_and(|end| end > now);
        let former = self.former_secret.filter(|_| is_valid);
        let stored = std::iter::once(self.secret).chain(former);
        stored.map(WebhookSecret::stored).collect()
    }
}
