//! A transaction that begins with its first write, so that whatever precedes that write keeps no other writer waiting. All
//! later reads and writes join it.

use std::sync::Arc;

use tokio::sync::Mutex;

use super::open_transaction::{Open, Transaction};
use super::{Conn, Db};
use crate::error::{Error, Result};

/// A transaction that has perhaps not begun.
#[derive(Clone)]
pub(super) struct Deferred(Arc<Mutex<DeferredState>>);

type First = Box<dyn FnOnce(&mut Conn) -> Result<()> + Send>;

enum DeferredState {
    /// Nothing has been written. Contains the work that precedes the first write.
    Waiting(First),
    /// The transaction is open.
    Open(Open),
    /// The transaction could not begin, or has ended.
    Over,
}

/// The handle that ends a deferred transaction. If it is dropped, nothing is written.
pub struct DeferredTransaction(Deferred);

impl Deferred {
    pub(super) fn new(first: impl FnOnce(&mut Conn) -> Result<()> + Send + 'static) -> Self {
        Self(Arc::new(Mutex::new(DeferredState::Waiting(Box::new(
            first,
        )))))
    }

    pub(super) fn owner(&self) -> DeferredTransaction {
        DeferredTransaction(self.clone())
    }

    /// Returns the transaction, if it is open.
    pub(super) async fn if_open(&self) -> Option<Open> {
        match &*self.0.lock().await {
            DeferredState::Open(open) => Some(open.clone()),
            DeferredState::Waiting(_) | DeferredState::Over => None,
        }
    }

    /// Returns the transaction, and begins it if necessary.
    ///
    /// # Errors
    /// Returns the error of the work that precedes the first write; [`Error::Unavailable`] if the transaction cannot begin
    /// or has ended.
    pub(super) async fn begin(&self, db: &Db) -> Result<Open> {
        let mut state = self.0.lock().await;
        let first = match std::mem::replace(&mut *state, DeferredState::Over) {
            DeferredState::Waiting(first) => first,
            DeferredState::Open(open) => {
                *state = DeferredState::Open(open.clone());
                return Ok(open);
            }
            DeferredState::Over => {
                return Err(Error::Unavailable("the transaction has ended".into()));
            }
        };
        let open = db.begin_transaction().await?;
        open.run(first).await?;
        *state = DeferredState::Open(open.clone());
        Ok(open)
    }
}

impl DeferredTransaction {
    /// Returns the transaction, if it has begun. It cannot begin later.
    pub async fn end(self) -> Option<Transaction> {
        let mut state = self.0.0.lock().await;
        match std::mem::replace(&mut *state, DeferredState::Over) {
            DeferredState::Open(open) => Some(open.owner()),
            DeferredState::Waiting(_) | DeferredState::Over => None,
        }
    }
}
