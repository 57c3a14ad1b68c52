//! Queues for connections that block no thread. Each kind of work has its own, so that a long queue delays no other.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::{Error, Result};

/// The time a request waits for its turn before it is refused with `503`.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// One queue for each kind of work.
#[derive(Clone)]
pub(super) struct Lanes {
    pub(super) readers: Arc<Semaphore>,
    /// Reads that take long, at most half of the readers.
    pub(super) heavy: Arc<Semaphore>,
    pub(super) writer: Arc<Semaphore>,
}

impl Lanes {
    pub(super) fn new(readers: u32) -> Self {
        let queue = |size: u32| Arc::new(Semaphore::new(size as usize));
        Self {
            readers: queue(readers),
            heavy: queue((readers / 2).max(1)),
            writer: queue(1),
        }
    }
}

/// Waits for a turn, which lasts until it is dropped.
pub(super) async fn turn(lane: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit> {
    match tokio::time::timeout(PATIENCE, lane.clone().acquire_owned()).await {
        Ok(Ok(turn)) => Ok(turn),
        _ => Err(Error::Unavailable("no database connection is free".into())),
    }
}
