//! Messages: some entries of the log as events, evaluated once for all listeners.

use std::collections::HashMap;
use std::fmt::Write;
use std::sync::{Mutex, PoisonError};

use actix_web::web::Bytes;

use super::shape::Shape;
use crate::config::Site;
use crate::db::Conn;
use crate::delivery::site_pages::SitePages;
use crate::error::{Error, Result};
use crate::fields::Selected;
use crate::followers::items::entities::entities;
use crate::followers::items::evaluation::{self, Placed};
use crate::followers::items::model::{DeletionReason, Item, ItemFilter, ItemKind, ItemOperation};
use crate::followers::items::position::Position;
use crate::followers::items::token::TokenKey;
use crate::id::Id;
use crate::languages::Languages;
use crate::timestamp::Timestamp;

/// The maximum number of events in a message.
const MAX_EVENTS: usize = 50;

/// The maximum number of forms of an event that are kept. Clients choose the members, so there must be a limit: further
/// forms are written for each listener.
const MAX_FRAMES: usize = 16;

/// The events between two positions of the log.
#[derive(Debug)]
pub struct Message {
    /// The position before the events.
    pub from: Position,
    /// The position after them.
    pub to: Position,
    /// True if there may be more after them.
    pub more: bool,
    /// The events, in order.
    pub events: Vec<Event>,
}

/// An event.
#[derive(Debug)]
pub struct Event {
    /// The item, whole and unfiltered, with its position.
    pub placed: Placed,
    /// The terms with their ancestors, the authors and the organizations by which filters select a post.
    pub entities: Vec<Id>,
    /// The id: the position, sealed.
    id: String,
    /// The text that is sent, by what listeners want to see of it.
    frames: Mutex<HashMap<Frame, Bytes>>,
}

/// A form of an event.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Frame {
    /// The item, with the members that a listener wants.
    Item(Shape),
    /// The deletion of an item that does not match the filter.
    LeftFilter,
}

impl Message {
    /// Reads the events after a position, as they are at `now`.
    ///
    /// # Errors
    /// Returns the conflict `sync_token_expired` if the log has no such position, and database errors.
    pub fn read(
        conn: &mut Conn,
        (key, site): (&TokenKey, &Site),
        from: &Position,
        now: Timestamp,
    ) -> Result<Self> {
        let found = evaluation::after(conn, from, &ItemFilter::everything(), MAX_EVENTS, now)?;
        let mut entities = entities(conn, &found.items, found.at)?;
        let mut events = Vec::with_capacity(found.items.len());
        let languages = Languages::default();
        let pages = SitePages::new(site, &languages);
        for mut placed in found.items {
            placed.item.complete(&pages);
            let of_it = (placed.item.id, placed.item.lang.clone());
            events.push(Event {
                id: key.of_event(&placed.position)?,
                entities: entities.remove(&of_it).unwrap_or_default(),
                placed,
                frames: Mutex::default(),
            });
        }
        Ok(Self {
            from: from.clone(),
            to: found.end,
            more: found.more,
            events,
        })
    }

    /// Returns whether terms, authors or organizations changed, whose names occur in filters.
    pub fn renames(&self) -> bool {
        let mut kinds = self.events.iter().map(|event| event.placed.item.kind);
        kinds.any(|kind| !matches!(kind, ItemKind::Post | ItemKind::Comment))
    }
}

impl Event {
    /// Returns the text of the event for listeners who want to see this of it.
    ///
    /// # Errors
    /// Returns [`Error::Internal`] if the item cannot be written.
    pub fn frame(&self, shape: &Shape) -> Result<Bytes> {
        self.written(Frame::Item(shape.clone()), || self.shown(shape))
    }

    /// Returns the text of the event for listeners whose filter the item does not match.
    ///
    /// # Errors
    /// Returns [`Error::Internal`] if the item cannot be written.
    pub fn left_filter(&self) -> Result<Bytes> {
        let item = &self.placed.item;
        let deletion = || {
            let reason = DeletionReason::LeftFilter;
            Item::delete(item.kind, item.id, item.lang.clone(), reason)
        };
        self.written(Frame::LeftFilter, deletion)
    }

    fn written(&self, frame: Frame, item: impl FnOnce() -> Item) -> Result<Bytes> {
        let mut frames = self.frames.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(written) = frames.get(&frame) {
            return Ok(written.clone());
        }
        let write = || Ok(Bytes::from(text(&self.id, &item())?));
        if frames.len() >= MAX_FRAMES {
            drop(frames);
            return write();
        }
        let written = write()?;
        frames.insert(frame, written.clone());
        Ok(written)
    }

    fn shown(&self, shape: &Shape) -> Item {
        let item = self.placed.item.clone();
        let asked = shape.members();
        let post = item.post.map(|post| {
            let post = post.item().clone().limited_to(&asked);
            Selected::one(post, asked)
        });
        Item { post, ..item }
    }
}

/// Writes an event. JSON has no line breaks outside of strings, where they are escaped.
fn text(id: &str, item: &Item) -> Result<String> {
    let data = serde_json::to_string(item).map_err(|error| Error::Internal(error.to_string()))?;
    let event = match item.op {
        ItemOperation::Upsert => "upsert",
        ItemOperation::Delete => "delete",
    };
    Ok(format!("id: {id}\nevent: {event}\ndata: {data}\n\n"))
}

/// Writes a block that only tells how far the stream is, beside an optional line.
pub fn position_block(line: &str, id: Option<&str>) -> Bytes {
    let mut text = format!("{line}\n");
    if let Some(id) = id {
        // Writing to a string does not fail.
        let _ = writeln!(text, "id: {id}");
    }
    text.push('\n');
    Bytes::from(text)
}
