//! The statement that a connection waits for, as seen from outside its thread.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use diesel::connection::{Instrumentation, InstrumentationEvent};

use super::Observer;
use super::pulse::Pulse;

/// The value of [`Inner::since`] while no statement is unanswered.
const NOTHING: u64 = u64::MAX;

/// The activity of one connection. Clones are the same.
#[derive(Clone)]
pub(super) struct Activity(Arc<Inner>);

struct Inner {
    opened: Instant,
    /// The time at which the unanswered statement was sent, in milliseconds since `opened`.
    since: AtomicU64,
}

impl Activity {
    pub(super) fn new() -> Self {
        Self(Arc::new(Inner {
            opened: Instant::now(),
            since: AtomicU64::new(NOTHING),
        }))
    }

    /// Returns the time for which the connection has been waiting for the answer to a statement.
    pub(super) fn waiting(&self) -> Duration {
        match self.0.since.load(Ordering::Acquire) {
            NOTHING => Duration::ZERO,
            since => (self.0.opened.elapsed()).saturating_sub(Duration::from_millis(since)),
        }
    }

    fn sent(&self) {
        let since = u64::try_from(self.0.opened.elapsed().as_millis()).unwrap_or(NOTHING);
        self.0.since.store(since, Ordering::Release);
    }

    fn answered(&self) {
        self.0.since.store(NOTHING, Ordering::Release);
    }
}

/// Follows the statements of a connection.
pub(super) struct Follow {
    /// The activity of the connection.
    pub(super) activity: Activity,
    /// Is told that the server answers.
    pub(super) pulse: Option<Pulse>,
    /// Is called with the text of every statement.
    pub(super) observer: Option<Observer>,
}

impl Instrumentation for Follow {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match event {
            InstrumentationEvent::StartQuery { query, .. } => {
                self.activity.sent();
                if let Some(observer) = &self.observer {
                    observer(&query.to_string());
                }
            }
            InstrumentationEvent::FinishQuery { error, .. } => {
                self.activity.answered();
                if let Some(pulse) = self.pulse.as_ref().filter(|_| error.is_none()) {
                    pulse.note_answer();
                }
            }
            _ => {}
        }
    }
}
