//! The bodies of messages. They say what changed, and where it can be read, but not what it is now: the receiver reads the
//! current state. So a message that comes late or twice is never wrong, and nothing is delivered that was withdrawn
//! meanwhile.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::changes::Change;
use super::events::EventType;
use crate::delivery::surrogate_keys;
use crate::error::{Error, Result};
use crate::followers::items::model::{DeletionReason, ItemKind};
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::timestamp::Timestamp;

/// The event of deliveries that purge surrogate keys.
pub const PURGE: &str = "purge";
/// The event of deliveries that start a build.
pub const BUILD: &str = "build";
/// The event of test messages.
pub const TEST: &str = "webhook.test";
/// The body that starts a build.
pub const BUILD_BODY: &str = "{}";

/// A message of the standard format.
#[derive(Debug, Serialize)]
struct Message<'a> {
    r#type: EventType,
    timestamp: Timestamp,
    data: Data<'a>,
}

/// The subject of a message.
#[derive(Debug, Serialize)]
struct Data<'a> {
    kind: ItemKind,
    id: Id,
    lang: Option<&'a Lang>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<DeletionReason>,
    url: String,
    site_url: Option<&'a str>,
    surrogate_keys: Vec<String>,
    position: &'a str,
}

/// Returns the body that tells of a change. `base` is the public address of the server.
///
/// # Errors
/// Returns [`Error::Internal`] if it cannot be written.
pub fn of_change(
    change: &Change,
    event: EventType,
    reason: Option<DeletionReason>,
    base: &str,
) -> Result<String> {
    let kind = Kind::from(change.kind);
    let mut url = format!("{base}/v1/{}/{}", kind.plural(), change.id);
    if let Some(lang) = &change.lang {
        url.push_str(&format!("?lang={lang}"));
    }
    let message = Message {
        r#type: event,
        timestamp: change.at,
        data: Data {
            kind: change.kind,
            id: change.id,
            lang: change.lang.as_ref(),
            reason,
            url,
            site_url: change.site_url.as_deref(),
            surrogate_keys: match change.kind {
                // Responses have the key of the comments of a post, which a message about one does not know.
                ItemKind::Comment => Vec::new(),
                ItemKind::Post
                | ItemKind::Category
                | ItemKind::Tag
                | ItemKind::Author
                | ItemKind::Organization => vec![surrogate_keys::thing(kind, change.id)],
            },
            position: &change.position,
        },
    };
    serde_json::to_string(&message).map_err(|error| Error::Internal(error.to_string()))
}

/// The keys that a delivery purges, before a preset gives them the form of a vendor.
#[derive(Debug, Serialize, Deserialize)]
struct Purge {
    surrogate_keys: Vec<String>,
}

/// Returns the body of a delivery that purges keys.
pub fn of_keys(keys: &[String]) -> String {
    json!({ "surrogate_keys": keys }).to_string()
}

/// Returns the keys in such a body.
///
/// # Errors
/// Returns [`Error::Internal`] for another body.
pub fn purged_keys(body: &str) -> Result<Vec<String>> {
    let purge: Purge =
        serde_json::from_str(body).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(purge.surrogate_keys)
}

/// Returns the body of a test message.
pub fn of_test(at: Timestamp) -> String {
    json!({ "type": TEST, "timestamp": at, "data": {} }).to_string()
}
