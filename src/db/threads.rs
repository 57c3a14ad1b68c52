//! The pool of threads for blocking work.

use crate::error::{Error, Result};

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
