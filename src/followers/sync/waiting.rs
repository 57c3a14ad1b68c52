//! Long polls: requests that wait for a change. The follower of the change log wakes them, so waiting costs the database
//! nothing.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

use crate::error::{Error, Result};
use crate::followers::cache::Follower;
use crate::http::places::{Full, Occupant, Place, Places, RETRY_SECONDS};
use crate::shutdown::Shutdown;

/// The waiting requests of an instance, which are limited in number.
pub struct Waiting {
    /// The number of the last entry that may alter public items.
    head: watch::Receiver<i64>,
    places: Places,
    shutdown: Shutdown,
}

/// A request that waits.
pub struct Waiter {
    head: watch::Receiver<i64>,
    until: Instant,
    shutdown: Shutdown,
    _place: Place,
}

impl Waiting {
    /// Creates the waiting room for `most` requests.
    pub fn new(follower: &Follower, most: usize, shutdown: Shutdown) -> Self {
        Self {
            head: follower.head(),
            places: Places::in_tenths(most),
            shutdown,
        }
    }

    /// Begins to look out for changes, before the caller reads whether there are any. Returns `None` if the request does not
    /// want to wait, or if too many wait already: then it is answered at once, as if it had not asked.
    ///
    /// # Errors
    /// Returns [`Error::TooManyAtOnce`] if too many requests of the client wait already.
    pub fn begin(&self, occupant: Occupant, patience: Duration) -> Result<Option<Waiter>> {
        if patience.is_zero() {
            return Ok(None);
        }
        let place = match self.places.take(occupant) {
            Ok(place) => place,
            Err(Full::All) => return Ok(None),
            Err(Full::Share) => return Err(Error::TooManyAtOnce(RETRY_SECONDS)),
        };
        let mut head = self.head.clone();
        head.mark_unchanged();
        Ok(Some(Waiter {
            head,
            until: Instant::now() + patience,
            shutdown: self.shutdown.clone(),
            _place: place,
        }))
    }
}

impl Waiter {
    /// Waits for the next change. Returns false if the time is over, or if the instance ends.
    pub async fn wait(&mut self) -> bool {
        let changed = async {
            tokio::select! {
                changed = self.head.changed() => changed.is_ok(),
                () = self.shutdown.requested() => false,
            }
        };
        timeout_at(self.until, changed).await.unwrap_or(false)
    }
}
