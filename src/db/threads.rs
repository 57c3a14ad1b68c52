//! The pool of threads for blocking work.

use tokio::sync::OwnedSemaphorePermit;

use crate::error::{Error, Result};

/// Runs `work` and releases the permit when it is done, even if the caller is gone.
pub(super) async fn in_turn<T: Send + 'static>(
    turn: OwnedSemaphorePermit,
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    off_thread(move || {
        let done = work();
        drop(turn);
        done
    })
    .await
}

/// Runs blocking work on the thread pool for blocking work.
///
/// # Errors
/// Returns the error of `work`; [`Error::Internal`] if it panics.
pub async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(stopped) => Err(Error::Internal(format!("database work stopped: {stopped}"))),
    }
}
