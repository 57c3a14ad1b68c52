//! A listener: a stream of events from a position on, without gaps and repetitions.
//!
//! A listener subscribes first and reads the log then, up to its end. Each message says between which positions it
//! lies: what the listener has read already it skips, and if something lies between, it reads the log again. So it does
//! not matter when it came, and whether the hub was reading.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use actix_web::web::Bytes;
use tokio::sync::broadcast::Receiver;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

use super::filter::{FilterEntities, Verdict, verdict};
use super::hub::{Broadcast, Hub};
use super::message::{Message, position_block};
use super::shape::Shape;
use crate::error::Result;
use crate::followers::items::model::ItemFilter;
use crate::followers::items::position::Position;
use crate::http::places::Place;

/// The time between two signs of life.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// The line that tells clients how many milliseconds to wait before they connect again.
const RETRY: &str = "retry: 3000";
/// A comment, which clients ignore.
const ALIVE: &str = ":";

/// A listener.
pub struct Listener {
    hub: Hub,
    broadcasts: Receiver<Broadcast>,
    filter: Arc<ItemFilter>,
    shape: Shape,
    /// The entities that the names in the filter stand for; `None` if they are to be looked up.
    entities: Option<FilterEntities>,
    /// The position up to which everything is in `waiting`, or was sent.
    position: Position,
    /// The position that the client knows.
    known: Option<Position>,
    /// True if there may be something in the log that the hub does not send.
    is_behind: bool,
    /// Texts to send.
    waiting: VecDeque<Bytes>,
    heartbeat: Interval,
    _place: Place,
}

impl Listener {
    /// Creates a listener at a position, or at the end of the log. Reads what is after the position, so that an expired
    /// one is refused.
    ///
    /// # Errors
    /// Returns the conflict `sync_token_expired` if the log has no such position, and database errors.
    pub async fn new(
        hub: &Hub,
        place: Place,
        filter: ItemFilter,
        from: Option<Position>,
    ) -> Result<Self> {
        let broadcasts = hub.subscribe();
        let is_behind = from.is_some();
        let position = match from {
            Some(position) => position,
            None => hub.head().await?,
        };
        let mut listener = Self {
            hub: hub.clone(),
            broadcasts,
            shape: Shape::of(&filter),
            filter: Arc::new(filter),
            entities: None,
            position,
            known: None,
            is_behind,
            waiting: VecDeque::new(),
            heartbeat: beating(HEARTBEAT),
            _place: place,
        };
        let start = listener.block(RETRY)?;
        listener.waiting.push_back(start);
        if is_behind {
            listener.read_log().await?;
        }
        Ok(listener)
    }

    /// Sets the time between two signs of life.
    #[must_use]
    pub fn with_heartbeat(self, pause: Duration) -> Self {
        Self {
            heartbeat: beating(pause),
            ..self
        }
    }

    /// Returns the next text to send; `None` at the end: when the instance ends, or if the listener is too slow. The client
    /// then connects again, and continues where it was.
    ///
    /// # Errors
    /// Returns database errors, which break the stream off.
    pub async fn next(mut self) -> Result<Option<(Bytes, Self)>> {
        loop {
            if let Some(text) = self.waiting.pop_front() {
                return Ok(Some((text, self)));
            }
            if self.is_behind {
                self.read_log().await?;
                continue;
            }
            let broadcast = tokio::select! {
                broadcast = self.broadcasts.recv() => broadcast,
                _ = self.heartbeat.tick() => {
                    let text = self.block(ALIVE)?;
                    self.waiting.push_back(text);
                    continue;
                }
                () = self.hub.ended() => return Ok(None),
            };
            match broadcast {
                Ok(Some(message)) => self.receive(&message).await?,
                Ok(None) | Err(_) => return Ok(None),
            }
        }
    }

    /// Takes a message of the hub.
    async fn receive(&mut self, message: &Message) -> Result<()> {
        if self.position.reaches(&message.to) {
            self.note_renames(message);
            return Ok(());
        }
        if !self.position.reaches(&message.from) {
            self.is_behind = true;
            return Ok(());
        }
        self.take(message).await
    }

    /// Reads the next events from the log.
    async fn read_log(&mut self) -> Result<()> {
        let (hub, from) = (self.hub.clone(), self.position.clone());
        let read = move |conn: &mut _| {
            let means = (hub.key(), hub.site());
            Message::read(conn, means, &from, hub.clock().now())
        };
        let message = self.hub.db().read(read).await?;
        if message.renames() {
            // The hub may not have read as far, so others may have looked names up before.
            self.hub.names().forget();
        }
        self.is_behind = message.more;
        self.take(&message).await
    }

    async fn take(&mut self, message: &Message) -> Result<()> {
        self.note_renames(message);
        let entities = match self.entities.take() {
            Some(entities) => entities,
            None => {
                let now = self.hub.clock().now();
                self.hub
                    .names()
                    .of(self.hub.db(), &self.filter, now)
                    .await?
            }
        };
        for event in &message.events {
            if self.position.reaches(&event.placed.position) {
                continue;
            }
            match verdict(event, &self.filter, &entities) {
                Verdict::Sent => self.send(event.frame(&self.shape)?, &event.placed.position),
                Verdict::LeftFilter => self.send(event.left_filter()?, &event.placed.position),
                Verdict::Passed => {}
            }
        }
        self.entities = Some(entities);
        self.position = message.to.clone();
        Ok(())
    }

    /// Forgets what the names in the filter stand for, if a message says that they may stand for something else.
    fn note_renames(&mut self, message: &Message) {
        if message.renames() {
            self.entities = None;
        }
    }

    fn send(&mut self, text: Bytes, position: &Position) {
        self.waiting.push_back(text);
        self.known = Some(position.clone());
    }

    /// Returns a block that tells how far the stream is, if the client does not know that.
    fn block(&mut self, line: &str) -> Result<Bytes> {
        if self.known.as_ref() == Some(&self.position) {
            return Ok(position_block(line, None));
        }
        let id = self.hub.key().of_event(&self.position)?;
        self.known = Some(self.position.clone());
        Ok(position_block(line, Some(&id)))
    }
}

fn beating(pause: Duration) -> Interval {
    let mut heartbeat = interval_at(Instant::now() + pause, pause);
    heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    heartbeat
}
