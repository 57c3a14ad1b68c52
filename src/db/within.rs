//! Databases whose reads and writes join a transaction: one that is open, or one that begins with the first write.

use super::deferred::{Deferred, DeferredTransaction};
use super::open_transaction::{Open, Transaction};
use super::{Conn, Db};
use crate::error::{Error, Result};

/// A transaction around several reads and writes.
#[derive(Clone)]
pub(super) enum Within {
    Open(Open),
    Deferred(Deferred),
}

impl Db {
    /// Begins a transaction on the write connection. Returns a database whose reads and writes all join it, and the
    /// handle that ends it. Other writers wait until then. Within another transaction, it is a part of that one.
    ///
    /// # Errors
    /// Returns [`Error::Unavailable`] when the connection does not become free in time.
    pub async fn open_transaction(&self) -> Result<(Self, Transaction)> {
        let (open, owner) = match self.transaction_to_join().await? {
            Some(outer) => (outer.clone(), outer.nested().await?),
            None => {
                let open = self.begin_transaction().await?;
                (open.clone(), open.owner())
            }
        };
        Ok((self.within(Within::Open(open)), owner))
    }

    /// Returns a database whose first write begins a transaction that all its later reads and writes join, and the handle
    /// that ends it. `first` runs in the transaction before everything else.
    pub fn defer_transaction(
        &self,
        first: impl FnOnce(&mut Conn) -> Result<()> + Send + 'static,
    ) -> (Self, DeferredTransaction) {
        let deferred = Deferred::new(first);
        let owner = deferred.owner();
        (self.within(Within::Deferred(deferred)), owner)
    }

    fn within(&self, within: Within) -> Self {
        Self {
            within: Some(within),
            ..self.clone()
        }
    }

    /// Returns the transaction that a read joins. A deferred one does not begin.
    pub(super) async fn open_transaction_around(&self) -> Option<Open> {
        match self.within.as_ref()? {
            Within::Open(open) => Some(open.clone()),
            Within::Deferred(deferred) => deferred.if_open().await,
        }
    }

    /// Returns the transaction that a write joins. A deferred one begins.
    pub(super) async fn transaction_to_join(&self) -> Result<Option<Open>> {
        match &self.within {
            None => Ok(None),
            Some(Within::Open(open)) => Ok(Some(open.clone())),
            Some(Within::Deferred(deferred)) => deferred.begin(self).await.map(Some),
        }
    }

    /// Begins a transaction that spans several reads and writes. Its call ends with it.
    pub(super) async fn begin_transaction(&self) -> Result<Open> {
        self.in_lane(&self.lanes.writer, |db, call| {
            let conn = db.begin_write(call)?;
            Ok(Open::new(conn, call.clone(), db.watch.clone()))
        })
        .await
    }
}

impl Within {
    /// Returns the transaction for work on the calling thread, which cannot wait for a deferred one to begin.
    pub(super) fn open_now(&self) -> Result<&Open> {
        match self {
            Self::Open(open) => Ok(open),
            Self::Deferred(_) => Err(Error::Internal("a transaction has not begun".into())),
        }
    }
}
