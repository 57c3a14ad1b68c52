//! The announcement that an instance ends, for responses that would otherwise go on: streams and requests that wait.

use std::sync::Arc;

use tokio::sync::watch;

/// The announcement. Clones share it.
#[derive(Debug, Clone)]
pub struct Shutdown(Arc<watch::Sender<bool>>);

impl Default for Shutdown {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }
}

impl Shutdown {
    /// Announces the end.
    pub fn request(&self) {
        self.0.send_replace(true);
    }

    /// Waits for the announcement.
    pub async fn requested(&self) {
        let mut requested = self.0.subscribe();
        // The sender lives as long as this value.
        let _ = requested.wait_for(|requested| *requested).await;
    }
}
