//! The gate in front of the other extractors: they wait until the caller is let in.

use std::sync::Arc;

use actix_web::{HttpMessage, HttpRequest};
use tokio::sync::Semaphore;

/// Extractors run side by side. The one that checks the caller closes the gate, and opens it when the caller may go on, so
/// that those that wait at it read nothing of the request, and reveal nothing about it, before that.
#[derive(Clone)]
pub struct Gate(Arc<Semaphore>);

impl Gate {
    /// Puts a closed gate before the other extractors of this request.
    pub fn close(request: &HttpRequest) -> Self {
        let gate = Arc::new(Semaphore::new(0));
        request.extensions_mut().insert(Self(gate.clone()));
        Self(gate)
    }

    /// Lets the other extractors go on.
    pub fn open(&self) {
        self.0.add_permits(1);
    }

    /// The gate of a request; `None` if its handler does not check the caller.
    pub(in crate::http) fn find(request: &HttpRequest) -> Option<Self> {
        request.extensions().get::<Self>().cloned()
    }

    /// Waits until the gate is open. If the caller is refused, it never opens, and the waiting extractor is dropped.
    pub(in crate::http) async fn pass(gate: Option<Self>) {
        if let Some(Self(gate)) = gate
            && let Ok(permit) = gate.acquire().await
        {
            drop(permit);
        }
    }
}
