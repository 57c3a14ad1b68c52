//! Lines to stand in for a connection, without keeping a thread waiting: however many wait in one, the others move on.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::{Error, Result};

/// How long a request waits for its turn before it is told to come back.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// One line for each kind of work.
#[derive(Clone)]
pub(super) struct Lanes {
    pub(super) readers: Arc<Semaphore>,
    /// Those of the readers that take long: half of them at most.
    pub(super) heavy: Arc<Semaphore>,
    pub(super) writer: Arc<Semaphore>,
}

impl Lanes {
    pub(super) fn new(readers: u32) -> Self {
        let line = |size: u32| Arc::new(Semaphore::new(size as usize));
        Self {
            readers: line(readers),
            heavy: line((readers / 2).max(1)),
            writer: line(1),
        }
    }
}

/// A turn, for as long as it is held.
pub(super) async fn turn(lane: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit> {
    match tokio::time::timeout(PATIENCE, lane.clone().acquire_owned()).await {
        Ok(Ok(turn)) => Ok(turn),
        _ => Err(Error::Unavailable("no database connection is free".into())),
    }
}
