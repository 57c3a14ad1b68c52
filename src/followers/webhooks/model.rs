//! The data types of webhooks.

use serde::{Deserialize, Serialize};
use url::Url;
use utoipa::ToSchema;
use validator::Validate;

use super::events::EventType;
use crate::config::Secret;
use crate::db::sql_types::words;
use crate::error::{Error, Result};
use crate::id::Id;
use crate::lang::Lang;
use crate::patch::{self, Patched};
use crate::text;
use crate::timestamp::Timestamp;
use crate::version::{Versioned, revised};

words! {
    /// The format of the requests of a webhook.
    pub enum WebhookFormat {
        /// JSON, signed as Standard Webhooks specifies.
        Standard = "standard",
        /// Purges surrogate keys from Fastly: the `url` is `https://api.fastly.com/service/<id>/purge`.
        PurgeFastly = "purge_fastly",
        /// Purges surrogate keys from Cloudflare: the `url` is
        /// `https://api.cloudflare.com/client/v4/zones/<id>/purge_cache`.
        PurgeCloudflare = "purge_cloudflare",
        /// Purges surrogate keys from Varnish, with the configuration in the documentation.
        PurgeVarnish = "purge_varnish",
        /// Starts a build of a static site: an empty JSON object, once after each series of changes.
        BuildHook = "build_hook",
    }
}

impl WebhookFormat {
    /// Returns whether requests purge surrogate keys.
    pub const fn purges(self) -> bool {
        match self {
            Self::PurgeFastly | Self::PurgeCloudflare | Self::PurgeVarnish => true,
            Self::Standard | Self::BuildHook => false,
        }
    }

    /// Returns whether requests need the token of an account.
    const fn needs_token(self) -> bool {
        match self {
            Self::PurgeFastly | Self::PurgeCloudflare => true,
            Self::Standard | Self::PurgeVarnish | Self::BuildHook => false,
        }
    }
}

words! {
    /// The reason for which a webhook is disabled.
    pub enum DisabledReason {
        /// A user or an API key disabled it.
        Admin = "admin",
        /// The receiver answered 410.
        Gone = "gone",
        /// Nothing was delivered for five days.
        Failing = "failing",
    }
}

/// The maximum number of seconds for which a build hook waits for quiet.
pub const MAX_QUIET: i32 = 3600;
/// The same if the webhook does not say.
const QUIET: i32 = 60;

/// A webhook without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Webhook {
    /// The webhook's id (UUIDv7).
    pub id: Id,
    /// The URL to which requests are sent.
    #[schema(format = "uri", examples("https://partner.example.org/hooks/tribuna"))]
    pub url: String,
    /// A note for people.
    pub description: Option<String>,
    /// The format of the requests.
    pub format: WebhookFormat,
    /// The events that are delivered.
    #[schema(examples(json!(["post.published", "post.unpublished", "post.deleted"])))]
    pub events: Vec<EventType>,
    /// The languages to which events of posts and pages are limited; empty if they are not.
    pub languages: Vec<Lang>,
    /// The ids of the categories to which events of posts and pages are limited, with everything below them; empty if they
    /// are not.
    pub categories: Vec<Id>,
    /// The number of seconds without changes after which a build hook is called; null for other formats.
    #[schema(minimum = 1, maximum = 3600)]
    pub quiet_seconds: Option<i32>,
    /// True if there is a token, which is never shown.
    pub has_token: bool,
    /// True if events are delivered.
    pub enabled: bool,
    /// The reason for which the webhook is disabled; null if it is not.
    pub disabled_reason: Option<DisabledReason>,
    /// The time at which it was disabled; null if it is not.
    pub disabled_at: Option<Timestamp>,
    /// The time of the first failure since the last success; null if the last attempt succeeded.
    pub failing_since: Option<Timestamp>,
    /// The time until which the former secret signs requests, too; null if it no longer does.
    pub old_secret_expires_at: Option<Timestamp>,
    /// The version; every change increases it.
    #[schema(minimum = 1)]
    pub version: i32,
    /// The time of creation.
    pub created_at: Timestamp,
    /// The time of the last change.
    pub updated_at: Timestamp,
    /// The token.
    #[serde(skip)]
    pub(super) token: Option<Secret>,
}

revised!(Webhook);

impl Versioned for Webhook {
    fn version(&self) -> i32 {
        self.version
    }
}

/// A webhook with its new secret, which no other response shows.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MadeWebhook {
    /// The webhook.
    #[serde(flatten)]
    pub webhook: Webhook,
    /// The secret with which requests are signed.
    #[schema(
        pattern = "^whsec_[0-9A-Za-z+/]{43}=$",
        examples("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD5Yi0LYlm7Lk=")
    )]
    pub secret: String,
}

impl Versioned for MadeWebhook {
    fn version(&self) -> i32 {
        self.webhook.version
    }
}

/// A new webhook.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WebhookInput, examples(json!({
    "url": "https://partner.example.org/hooks/tribuna",
    "events": ["post.published", "post.unpublished", "post.deleted"],
    "languages": ["fr"]
})))]
pub struct NewWebhook {
    /// The URL to which requests are sent. It must use https and lead to public addresses.
    #[schema(format = "uri", min_length = 1, max_length = 2000)]
    pub url: String,
    /// A note for people.
    #[serde(default, deserialize_with = "text::optional_line")]
    #[schema(max_length = 200)]
    pub description: Option<String>,
    /// The format of the requests; `standard` when absent.
    pub format: Option<WebhookFormat>,
    /// The events to deliver. Every event when absent. A purge gets all of them.
    #[schema(min_items = 1, max_items = 30)]
    pub events: Option<Vec<EventType>>,
    /// The languages to which events of posts and pages are limited. They are not limited when absent or empty.
    #[serde(default, deserialize_with = "patch::null_is_empty")]
    #[schema(value_type = Option<Vec<Lang>>, max_items = 50)]
    pub languages: Vec<Lang>,
    /// The ids of the categories to which events of posts and pages are limited, with everything below them. They are not
    /// limited when absent or empty.
    #[serde(default, deserialize_with = "patch::null_is_empty")]
    #[schema(value_type = Option<Vec<Id>>, max_items = 50)]
    pub categories: Vec<Id>,
    /// The number of seconds without changes after which a build hook is called; 60 when absent.
    #[schema(minimum = 1, maximum = 3600)]
    pub quiet_seconds: Option<i32>,
    /// The token of the account, for purges at Fastly and Cloudflare. It is never shown.
    #[schema(min_length = 1, max_length = 500, pattern = "^[\\x21-\\x7e]+$")]
    pub token: Option<String>,
}

/// Changes to a webhook. Absent members keep their value, and null clears them.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({ "enabled": true })))]
pub struct WebhookPatch {
    /// The URL to which requests are sent. It must use https and lead to public addresses.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(format = "uri", min_length = 1, max_length = 2000, nullable = false)]
    pub url: Option<String>,
    /// A note for people.
    #[serde(default, deserialize_with = "text::clearable_line")]
    #[schema(value_type = Option<String>, max_length = 200)]
    pub description: Patched<String>,
    /// The events to deliver.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(min_items = 1, max_items = 30, nullable = false)]
    pub events: Option<Vec<EventType>>,
    /// The languages to which events of posts and pages are limited. Null or an empty list lifts the limit.
    #[serde(default, deserialize_with = "patch::emptied")]
    #[schema(max_items = 50)]
    pub languages: Option<Vec<Lang>>,
    /// The ids of the categories to which events of posts and pages are limited. Null or an empty list lifts the limit.
    #[serde(default, deserialize_with = "patch::emptied")]
    #[schema(max_items = 50)]
    pub categories: Option<Vec<Id>>,
    /// The number of seconds without changes after which a build hook is called.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(minimum = 1, maximum = 3600, nullable = false)]
    pub quiet_seconds: Option<i32>,
    /// The token of the account.
    #[serde(default, deserialize_with = "patch::clearable")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 500, pattern = "^[\\x21-\\x7e]+$")]
    pub token: Patched<String>,
    /// `false` disables the webhook, and pending deliveries become dead letters. `true` enables it: changes from then on are
    /// delivered.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(nullable = false)]
    pub enabled: Option<bool>,
}

impl Webhook {
    /// Creates a webhook.
    pub(super) fn new(new: NewWebhook, at: Timestamp) -> Self {
        let format = new.format.unwrap_or(WebhookFormat::Standard);
        let quiet = new.quiet_seconds;
        let default = (format == WebhookFormat::BuildHook).then_some(QUIET);
        let webhook = Self {
            id: Id::new(),
            url: new.url,
            description: new.description,
            format,
            events: new.events.unwrap_or_else(|| vec![EventType::All]),
            languages: new.languages,
            categories: new.categories,
            quiet_seconds: quiet.or(default),
            has_token: new.token.is_some(),
            enabled: true,
            disabled_reason: None,
            disabled_at: None,
            failing_since: None,
            old_secret_expires_at: None,
            version: 1,
            created_at: at,
            updated_at: at,
            token: new.token.map(Secret::new),
        };
        webhook.tidied()
    }

    /// Applies the patch at this time. The version and the times are kept.
    pub(super) fn edited(mut self, patch: WebhookPatch, at: Timestamp) -> Self {
        self.url = patch.url.unwrap_or(self.url);
        self.description = patch.description.unwrap_or(self.description);
        self.events = patch.events.unwrap_or(self.events);
        self.languages = patch.languages.unwrap_or(self.languages);
        self.categories = patch.categories.unwrap_or(self.categories);
        self.quiet_seconds = patch.quiet_seconds.or(self.quiet_seconds);
        if let Some(token) = patch.token {
            self.token = token.map(Secret::new);
            self.has_token = self.token.is_some();
        }
        match patch.enabled {
            Some(true) => self.enable(),
            Some(false) if self.enabled => self.disable(DisabledReason::Admin, at),
            Some(false) | None => {}
        }
        self.tidied()
    }

    /// Disables the webhook.
    pub(super) fn disable(&mut self, reason: DisabledReason, at: Timestamp) {
        self.enabled = false;
        self.disabled_reason = Some(reason);
        self.disabled_at = Some(at);
    }

    fn enable(&mut self) {
        if !self.enabled {
            self.failing_since = None;
        }
        self.enabled = true;
        self.disabled_reason = None;
        self.disabled_at = None;
    }

    /// Sorts the lists and removes what they have twice.
    pub(super) fn tidied(mut self) -> Self {
        self.events.sort_unstable();
        self.events.dedup();
        self.languages.sort_unstable();
        self.languages.dedup();
        self.categories.sort_unstable();
        self.categories.dedup();
        self
    }

    /// Checks that the token still goes to the host for which it was given. Otherwise whoever may edit the webhook could
    /// send the token to a host of their own, and read it there.
    ///
    /// # Errors
    /// Returns [`Error::Invalid`] if the URL leads to another host, scheme or port.
    pub(super) fn check_token_stays(&self, old: &Self) -> Result<()> {
        let origin = |text: &str| Url::parse(text).ok().map(|url| url.origin());
        if !self.has_token || origin(&self.url) == origin(&old.url) {
            return Ok(());
        }
        let detail = "is required, because the new URL leads to another host than the one for which the stored token was given";
        Err(Error::invalid("/token", "required", detail))
    }

    /// Checks the members that depend on the format.
    ///
    /// # Errors
    /// Returns [`Error::Invalid`] for a member that the format lacks or does not have.
    pub(super) fn check(&self) -> Result<()> {
        let format = self.format;
        let unfit = |pointer: &str| {
            let detail = format!("is not allowed for the format {format}");
            Err(Error::invalid(pointer, "not_allowed", detail))
        };
        if format.needs_token() && self.token.is_none() {
            let detail = format!("is required for the format {format}");
            return Err(Error::invalid("/token", "required", detail));
        }
        if !format.needs_token() && self.token.is_some() {
            return unfit("/token");
        }
        if format != WebhookFormat::BuildHook && self.quiet_seconds.is_some() {
            return unfit("/quiet_seconds");
        }
        if !format.purges() {
            return Ok(());
        }
        if self.events != [EventType::All] {
            return unfit("/events");
        }
        if !self.languages.is_empty() {
            return unfit("/languages");
        }
        match self.categories.is_empty() {
            true => Ok(()),
            false => unfit("/categories"),
        }
    }
}
