//! The names by which PostgreSQL knows the connections of an instance (`application_name`). They tell which connection is
//! which, and whether an instance is alive.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::id::Id;

/// The names of one instance's connections. Clones share their numbers.
#[derive(Clone)]
pub(super) struct Names {
    /// The id of the instance.
    pub(super) instance: Id,
    numbers: Arc<AtomicU64>,
}

impl Names {
    pub(super) fn new() -> Self {
        Self {
            instance: Id::new(),
            numbers: Arc::default(),
        }
    }

    /// Returns the number of a new connection.
    pub(super) fn next(&self) -> u64 {
        self.numbers.fetch_add(1, Ordering::Relaxed)
    }

    /// Returns the name of a connection.
    pub(super) fn name(&self, number: u64) -> String {
        format!("{}{number}", self.prefix())
    }

    /// Returns the beginning of the names of all connections.
    pub(super) fn prefix(&self) -> String {
        prefix(self.instance)
    }

    /// Returns the number in a name.
    pub(super) fn number(&self, name: &str) -> Option<u64> {
        name.strip_prefix(&self.prefix())?.parse().ok()
    }
}

/// Returns the beginning of the names of an instance's connections.
pub(super) fn prefix(instance: Id) -> String {
    format!("tribuna {instance} ")
}
