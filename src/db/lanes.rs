//! Queues for connections that block no thread. Each kind of work has its own queue, so that a long one does not delay
//! the others.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::{Error, Result};

/// The time for which a request waits for a connection that others use before it is refused with 503.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// The queues, one for each kind of work.
#[derive(Clone)]
pub(super) struct Lanes {
    pub(super) readers: Arc<Semaphore>,
    /// Long-running reads, which use at most half of the readers.
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

/// Waits for a permit, which is released when it is dropped.
pub(super) async fn turn(lane: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit> {
    match tokio::time::timeout(PATIENCE, lane.clone().acquire_owned()).await {
        Ok(Ok(turn)) => Ok(turn),
        _ => Err(none_is_free()),
    }
}

/// Returns the error for a request that has waited for [`PATIENCE`].
pub(super) fn none_is_free() -> Error {
    Error::Unavailable("no database connection is free".into())
}
