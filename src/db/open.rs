//! A transaction that stays open over several reads and writes, each undone alone if it fails. It ends with
//! [`Transaction::commit`]; whatever else becomes of it, it is rolled back and its connection given back.

use std::sync::Arc;

use diesel::connection::{AnsiTransactionManager, TransactionManager};
use diesel::r2d2::PooledConnection;
use tokio::sync::{Mutex, OwnedSemaphorePermit};

use super::pool::Manager;
use super::{Conn, each, is_lost, lanes, off_thread};
use crate::error::{Error, Result};

/// The way into an open transaction. Works on it stand in line.
#[derive(Clone)]
pub(super) struct Open(Arc<Mutex<Slot>>);

/// The connection, while the transaction is open.
struct Slot {
    held: Option<Held>,
    /// A work did not end as it should: nothing may follow, not even a commit.
    broken: bool,
}

struct Held {
    conn: PooledConnection<Manager>,
    // Dropped after the connection is back.
    _turn: OwnedSemaphorePermit,
}

/// Who may end it.
pub struct Transaction(Open);

impl Open {
    /// On a connection that has begun.
    pub(super) fn new(conn: PooledConnection<Manager>, turn: OwnedSemaphorePermit) -> Self {
        let held = Some(Held { conn, _turn: turn });
        Self(Arc::new(Mutex::new(Slot {
            held,
            broken: false,
        })))
    }

    pub(super) fn owner(&self) -> Transaction {
        Transaction(self.clone())
    }

    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let slot = self.0.clone().lock_owned();
        let Ok(mut slot) = tokio::time::timeout(lanes::PATIENCE, slot).await else {
            return Err(Error::Unavailable("the transaction is busy".into()));
        };
        off_thread(move || slot.run(work)).await
    }

    /// On the calling thread. From inside of another work on the same transaction this would wait for itself: refused.
    pub(super) fn run_now<T>(&self, work: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
        match self.0.try_lock() {
            Ok(mut slot) => slot.run(work),
            Err(_) => Err(Error::Unavailable("the transaction is busy".into())),
        }
    }
}

impl Slot {
    fn run<T>(&mut self, work: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
        let Some(Held { conn, .. }) = self.held.as_mut().filter(|_| !self.broken) else {
            return Err(Error::Unavailable("the transaction has ended".into()));
        };
        // Until it has ended well, or was undone: a panic leaves this standing.
        self.broken = true;
        conn.batch("SAVEPOINT step")?;
        let done = work(conn);
        let end = match &done {
            Ok(_) => "RELEASE step",
            Err(_) => "ROLLBACK TO step; RELEASE step",
        };
        match (conn.batch(end), done) {
            (Ok(()), done) => {
                self.broken = done.as_ref().is_err_and(is_lost);
                done
            }
            (Err(_), Err(error)) => Err(error),
            (Err(error), Ok(_)) => Err(error.into()),
        }
    }

    fn commit(&mut self) -> Result<()> {
        if self.broken {
            self.roll_back();
        }
        let Some(Held { conn, .. }) = self.held.as_mut() else {
            return Err(Error::Unavailable("the transaction broke off".into()));
        };
        let conn: &mut Conn = conn;
        each!(conn, AnsiTransactionManager::commit_transaction(conn))?;
        self.held = None;
        Ok(())
    }

    fn roll_back(&mut self) {
        if let Some(mut held) = self.held.take() {
            let conn: &mut Conn = &mut held.conn;
            if let Err(error) = each!(conn, AnsiTransactionManager::rollback_transaction(conn)) {
                log::warn!("rollback failed: {error}");
            }
        }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.roll_back();
    }
}

impl Transaction {
    /// Keeps all that was done.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when something broke it off; then nothing was done.
    pub async fn commit(self) -> Result<()> {
        let mut slot = self.0.0.clone().lock_owned().await;
        off_thread(move || slot.commit()).await
    }
}

impl Drop for Transaction {
    /// A work that still runs ends first.
    fn drop(&mut self) {
        let open = self.0.0.clone();
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn_blocking(move || open.blocking_lock().roll_back())),
            Err(_) => open.blocking_lock().roll_back(),
        }
    }
}
