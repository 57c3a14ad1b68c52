//! A plan: what changed, and the deliveries to each webhook that follow from it.

use super::categories;
use super::changes::Change;
use super::deliveries::model::DeliveryState;
use super::events::{EventType, Happening};
use super::model::{Webhook, WebhookFormat};
use super::payload;
use super::progress::Progress;
use super::purge_all;
use super::queue::{self, NewDelivery};
use super::store;
use crate::db::Conn;
use crate::error::Result;
use crate::followers::items::model::{DeletionReason, ItemKind};
use crate::id::Id;
use crate::surrogate_keys::SurrogateKeys;
use crate::timestamp::Timestamp;

/// The maximum number of surrogate keys in a delivery.
const MOST_KEYS: usize = 100;
/// The maximum time for which changes can put a build off, as a multiple of the quiet that it waits for.
const LONGEST_DELAY: i64 = 10;

/// The changes between two positions of the log.
#[derive(Debug)]
pub struct Plan {
    /// The progress that was stored when the log was read.
    pub stored: Option<Progress>,
    /// The progress after these changes.
    pub to: Progress,
    /// True if there may be more changes.
    pub more: bool,
    /// True if changes before these are unknown, because the log is another one.
    pub has_gap: bool,
    /// The changes.
    pub changes: Vec<Change>,
    /// The surrogate keys that they affect.
    pub keys: SurrogateKeys,
    /// The public address of the server.
    pub base: String,
    /// The time of the plan.
    pub now: Timestamp,
}

impl Plan {
    /// Returns the plan that delivers nothing of the changes, purges everything, and continues elsewhere.
    pub fn skipping(stored: Option<Progress>, to: Progress, now: Timestamp) -> Self {
        Self {
            stored,
            to,
            more: true,
            has_gap: true,
            changes: Vec::new(),
            keys: SurrogateKeys::new(),
            base: String::new(),
            now,
        }
    }

    /// Enters the deliveries, unless somebody else has planned since the log was read. Returns whether it did.
    ///
    /// # Errors
    /// Returns database errors.
    pub fn enter(&self, conn: &mut Conn) -> Result<bool> {
        if Progress::load(conn)? != self.stored {
            return Ok(false);
        }
        for (webhook, since) in store::enabled(conn, self.now)? {
            match webhook.format {
                WebhookFormat::Standard => {
                    let deliveries = self.messages(conn, &webhook, since)?;
                    for takedown in deliveries.iter().filter(|one| one.urgent) {
                        queue::supersede(conn, takedown)?;
                    }
                    queue::insert(conn, &deliveries)?;
                }
                WebhookFormat::BuildHook => self.build(conn, &webhook, since)?,
                WebhookFormat::PurgeFastly
                | WebhookFormat::PurgeCloudflare
                | WebhookFormat::PurgeVarnish
                    if self.has_gap =>
                {
                    purge_all::enter(conn, &webhook, self.now)?;
                }
                WebhookFormat::PurgeFastly
                | WebhookFormat::PurgeCloudflare
                | WebhookFormat::PurgeVarnish => {
                    queue::insert(conn, &self.purges(&webhook))?;
                }
            }
        }
        self.to.store(conn)?;
        Ok(true)
    }

    /// Returns the messages that tell a webhook of the changes.
    fn messages(&self, conn: &mut Conn, webhook: &Webhook, since: i64) -> Result<Vec<NewDelivery>> {
        let mut messages = Vec::new();
        for change in self.changes.iter().filter(|change| change.seq > since) {
            let Some((event, reason)) = message_about(conn, webhook, change)? else {
                continue;
            };
            messages.push(NewDelivery {
                urgent: reason.is_some_and(DeletionReason::is_urgent),
                entity_id: Some(change.id),
                lang: change.lang.clone(),
                payload: payload::of_change(change, event, reason, &self.base)?,
                ..self.delivery(webhook, event.as_str())
            });
        }
        Ok(messages)
    }

    /// Lets a build hook wait until nothing has changed for a while.
    fn build(&self, conn: &mut Conn, webhook: &Webhook, since: i64) -> Result<()> {
        if self.messages(conn, webhook, since)?.is_empty() {
            return Ok(());
        }
        let quiet = i64::from(webhook.quiet_seconds.unwrap_or_default());
        let due_at = self.now.plus_seconds(quiet);
        let Some(waiting) = queue::waiting(conn, webhook.id)? else {
            let build = NewDelivery {
                payload: payload::BUILD_BODY.to_owned(),
                due_at,
                ..self.delivery(webhook, payload::BUILD)
            };
            return queue::insert(conn, &[build]);
        };
        let latest = waiting.created_at.plus_seconds(quiet * LONGEST_DELAY);
        let due_at = match waiting.attempts {
            0 => due_at.min(latest.max(waiting.due_at)),
            // It is being tried again, which need not wait longer than a new one.
            _ => due_at.min(waiting.due_at),
        };
        queue::postpone(conn, waiting.number, due_at)
    }

    /// Returns the deliveries that purge the keys. A response that shows too many things to list them has one key in the
    /// place of all of a kind, such as `post:any`, so that is purged, too.
    fn purges(&self, webhook: &Webhook) -> Vec<NewDelivery> {
        let mut keys = self.keys.clone();
        let any = self.keys.iter().filter_map(|key| key.split_once(':'));
        keys.extend(any.map(|(kind, _)| format!("{kind}:any")));
        let keys: Vec<String> = keys.iter().map(str::to_owned).collect();
        let purge = |keys: &[String]| NewDelivery {
            payload: payload::of_keys(keys),
            due_at: self.now.plus_seconds(queue::PURGE_DELAY),
            ..self.delivery(webhook, payload::PURGE)
        };
        keys.chunks(MOST_KEYS).map(purge).collect()
    }

    fn delivery(&self, webhook: &Webhook, event: &str) -> NewDelivery {
        NewDelivery {
            id: Id::new(),
            webhook_id: webhook.id,
            event: event.to_owned(),
            entity_id: None,
            lang: None,
            payload: String::new(),
            state: DeliveryState::Pending,
            urgent: false,
            due_at: self.now,
            created_at: self.now,
        }
    }
}

/// The event of a message, and the reason for which something is gone.
type EventAndReason = (EventType, Option<DeletionReason>);

/// Returns the message to a webhook about a change; `None` if the webhook does not want it. Languages and categories limit
/// posts only.
fn message_about(
    conn: &mut Conn,
    webhook: &Webhook,
    change: &Change,
) -> Result<Option<EventAndReason>> {
    let of = |happening| EventType::of(change.kind, change.is_page, happening);
    let mut message = (of(change.happening), change.reason);
    if change.kind == ItemKind::Post {
        // The posts in the categories are remembered in all languages, because the languages of a webhook may change.
        if !webhook.categories.is_empty() {
            match within_categories(conn, webhook, change)? {
                Some(Happening::Withdrawn) if change.reason.is_none() => {
                    message = (of(Happening::Withdrawn), Some(DeletionReason::LeftFilter));
                }
                Some(happening) => message.0 = of(happening),
                None => return Ok(None),
            }
        }
        let langs = &webhook.languages;
        let lang = change.lang.as_ref();
        if !langs.is_empty() && !lang.is_some_and(|lang| langs.contains(lang)) {
            return Ok(None);
        }
    }
    Ok(message.0.is_among(&webhook.events).then_some(message))
}

/// Returns what happened to a post for a webhook that is limited to categories; `None` if the post is none of its own, and
/// was not.
fn within_categories(
    conn: &mut Conn,
    webhook: &Webhook,
    change: &Change,
) -> Result<Option<Happening>> {
    let Some(lang) = &change.lang else {
        return Ok(None);
    };
    let is_within = change
        .entities
        .iter()
        .any(|id| webhook.categories.contains(id));
    match change.happening {
        Happening::Appeared | Happening::Changed if is_within => {
            let was_known = categories::remember(conn, webhook.id, change.id, lang)?;
            Ok(Some(match was_known {
                true => change.happening,
                false => Happening::Appeared,
            }))
        }
        Happening::Appeared | Happening::Changed => {
            let was_known = categories::forget(conn, webhook.id, change.id, lang)?;
            Ok(was_known.then_some(Happening::Withdrawn))
        }
        Happening::Withdrawn | Happening::Deleted => {
            let was_known = categories::forget(conn, webhook.id, change.id, lang)?;
            Ok(was_known.then_some(change.happening))
        }
    }
}
