//! The hub: one reader of the log per instance, and all its listeners.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{broadcast, watch};

use super::filter::Names;
use super::message::Message;
use crate::changes::reading;
use crate::clock::Clock;
use crate::config::Site;
use crate::db::Db;
use crate::error::{Code, Error, Result};
use crate::followers::cache::Follower;
use crate::followers::items::position::Position;
use crate::followers::items::token::TokenKey;
use crate::http::places::{Full, Occupant, Place, Places, RETRY_SECONDS};
use crate::jobs::worker::{Job, Stop};
use crate::shutdown::Shutdown;
use crate::state::State;

/// The number of messages that a listener may be behind. One that is further behind is ended, and continues by its last id.
const MAX_BEHIND: usize = 32;
/// The pause between two looks at what the follower has read. It takes no statement.
const PAUSE: Duration = Duration::from_millis(25);
/// The pause after a message that is not the last one: a renamed term with many posts must not outrun the listeners.
const PAUSE_WITHIN: Duration = Duration::from_millis(50);

/// A broadcast of the hub to its listeners: a message, or `None` if another log has replaced the log.
pub type Broadcast = Option<Arc<Message>>;

/// The hub of an instance. Clones share it.
#[derive(Clone)]
pub struct Hub(Arc<Inner>);

struct Inner {
    messages: broadcast::Sender<Broadcast>,
    places: Places,
    names: Names,
    key: TokenKey,
    db: Db,
    clock: Clock,
    site: Site,
    shutdown: Shutdown,
}

impl Hub {
    /// Creates a hub for as many listeners as the settings allow.
    pub fn new(state: &State, key: TokenKey, shutdown: Shutdown) -> Self {
        Self(Arc::new(Inner {
            messages: broadcast::Sender::new(MAX_BEHIND),
            places: Places::in_tenths(state.config.server.max_listeners),
            names: Names::default(),
            key,
            db: state.db.clone(),
            clock: state.clock.clone(),
            site: state.config.site.clone(),
            shutdown,
        }))
    }

    /// Returns a place for a listener, which is free again when it is dropped.
    ///
    /// # Errors
    /// Returns [`Error::Unavailable`] if there are too many listeners, and [`Error::TooManyAtOnce`] if the client has too
    /// many.
    pub fn place(&self, occupant: Occupant) -> Result<Place> {
        self.0.places.take(occupant).map_err(|full| match full {
            Full::All => Error::Unavailable("there are too many listeners".into()),
            Full::Share => Error::TooManyAtOnce(RETRY_SECONDS),
        })
    }

    /// Returns the messages from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<Broadcast> {
        self.0.messages.subscribe()
    }

    /// Returns the entities that the names in filters stand for.
    pub fn names(&self) -> &Names {
        &self.0.names
    }

    /// Returns the key that seals positions.
    pub fn key(&self) -> &TokenKey {
        &self.0.key
    }

    /// Returns the database.
    pub fn db(&self) -> &Db {
        &self.0.db
    }

    /// Returns the clock.
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// Returns the settings of the site.
    pub fn site(&self) -> &Site {
        &self.0.site
    }

    /// Waits for the end of the instance.
    pub async fn ended(&self) {
        self.0.shutdown.requested().await;
    }

    /// Returns the position at the end of the log.
    ///
    /// # Errors
    /// Returns database errors.
    pub async fn head(&self) -> Result<Position> {
        let head = |conn: &mut _| Ok(Position::after(reading::last_public(conn)?));
        self.0.db.read(head).await
    }

    fn send(&self, broadcast: Broadcast) {
        if broadcast.as_ref().is_none_or(|message| message.renames()) {
            self.0.names.forget();
        }
        // Nobody may be listening.
        let _ = self.0.messages.send(broadcast);
    }
}

/// The job that reads the log and sends messages to the listeners.
pub struct Broadcasting {
    hub: Hub,
    /// The number of the last entry that the follower knows.
    head: watch::Receiver<i64>,
    /// The position up to which messages were sent; `None` until the job begins.
    position: Option<Position>,
    is_within: bool,
}

impl Broadcasting {
    /// Creates the job.
    pub fn new(hub: Hub, follower: &Follower) -> Self {
        Self {
            hub,
            head: follower.head(),
            position: None,
            is_within: false,
        }
    }

    /// Sends what is after the position. Without listeners, nothing is evaluated.
    fn broadcast(&mut self) -> Result<()> {
        let hub = &self.hub.0;
        let last = |conn: &mut _| Ok(Position::after(reading::last_public(conn)?));
        let from = match self.position.take() {
            Some(from) if hub.messages.receiver_count() > 0 => from,
            // Whoever subscribes meanwhile notices that it is not where the next message begins, and reads the log.
            Some(_) | None => {
                hub.names.forget();
                self.position = Some(hub.db.read_now(last)?);
                return Ok(());
            }
        };
        let (means, now) = ((&hub.key, &hub.site), hub.clock.now());
        let message = match hub
            .db
            .read_now(|conn| Message::read(conn, means, &from, now))
        {
            Ok(message) => message,
            Err(Error::Conflict(conflict)) if conflict.code == Code::SyncTokenExpired => {
                self.hub.send(None);
                return Ok(());
            }
            Err(error) => {
                self.position = Some(from);
                return Err(error);
            }
        };
        self.is_within = message.more;
        self.position = Some(message.to.clone());
        if message.to != message.from {
            self.hub.send(Some(Arc::new(message)));
        }
        Ok(())
    }
}

impl Job for Broadcasting {
    const NAME: &'static str = "events";
    /// The job only reads.
    const GRACE: Duration = Duration::from_millis(200);

    fn run(&mut self, _: &Stop) -> Result<Duration> {
        // The follower may have been created before this job, so the first look is always due.
        let is_due = self.position.is_none() || self.is_within;
        if !is_due && !self.head.has_changed().unwrap_or(false) {
            return Ok(PAUSE);
        }
        self.head.mark_unchanged();
        self.is_within = false;
        if let Err(error) = self.broadcast() {
            self.head.mark_changed();
            return Err(error);
        }
        Ok(match self.is_within {
            true => PAUSE_WITHIN,
            false => PAUSE,
        })
    }
}
