//! A transaction that spans several reads and writes, each in its own savepoint. [`Transaction::commit`] commits it. If
//! it is dropped, it is rolled back and its connection is returned to the pool.

use std::sync::Arc;

use tokio::sync::Mutex;

use super::call::DatabaseCall;
use super::pool::PooledConn;
use super::transaction::{commit, roll_back};
use super::watch::Watch;
use super::{Conn, lanes, off_thread};
use crate::error::{Error, Result};

/// An open transaction, which runs one piece of work at a time.
#[derive(Clone)]
pub(super) struct Open {
    slot: Arc<Mutex<Slot>>,
    /// The whole transaction is one call. If it is given up, a thread still holds the slot.
    call: DatabaseCall,
    watch: Watch,
}

/// The connection, while the transaction is open.
struct Slot {
    held: Option<PooledConn>,
    call: DatabaseCall,
    /// True if work has failed in such a way that nothing may follow, not even a commit.
    broken: bool,
}

/// The handle that ends an open transaction, or the part of one that a savepoint marks.
pub struct Transaction {
    open: Open,
    is_nested: bool,
    has_ended: bool,
}

impl Open {
    /// Wraps a connection whose transaction has begun.
    pub(super) fn new(conn: PooledConn, call: DatabaseCall, watch: Watch) -> Self {
        let slot = Slot {
            held: Some(conn),
            call: call.clone(),
            broken: false,
        };
        Self {
            slot: Arc::new(Mutex::new(slot)),
            call,
            watch,
        }
    }

    pub(super) fn owner(&self) -> Transaction {
        Transaction {
            open: self.clone(),
            is_nested: false,
            has_ended: false,
        }
    }

    /// Begins a part of the transaction that can be rolled back alone.
    pub(super) async fn nested(&self) -> Result<Transaction> {
        self.apply(|slot| slot.batch("SAVEPOINT nested")).await?;
        let mut owner = self.owner();
        owner.is_nested = true;
        Ok(owner)
    }

    /// Applies a step to the transaction itself.
    async fn apply(
        &self,
        step: impl FnOnce(&mut Slot) -> Result<()> + Send + 'static,
    ) -> Result<()> {
        self.call.expect_wanted()?;
        let apply = async {
            let mut slot = self.slot.clone().lock_owned().await;
            off_thread(move || step(&mut slot)).await
        };
        self.watch.run_watched(&self.call, apply).await
    }

    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.call.expect_wanted()?;
        let run = async {
            let slot = self.slot.clone().lock_owned();
            let Ok(mut slot) = tokio::time::timeout(lanes::PATIENCE, slot).await else {
                return Err(Error::Unavailable("the transaction is busy".into()));
            };
            off_thread(move || slot.run(work)).await
        };
        self.watch.run_watched(&self.call, run).await
    }

    /// Runs work on the calling thread. Refuses to run inside other work on the same transaction, because it would wait
    /// for itself.
    pub(super) fn run_now<T>(&self, work: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
        match self.slot.try_lock() {
            Ok(mut slot) => slot.run(work),
            Err(_) => Err(Error::Unavailable("the transaction is busy".into())),
        }
    }
}

impl Slot {
    fn run<T>(&mut self, work: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
        let conn = open(&mut self.held, self.broken)?;
        // The flag stays true after a panic, and is reset once the work has been kept or undone.
        self.broken = true;
        conn.batch("SAVEPOINT step")?;
        let done = work(conn);
        let end = match &done {
            Ok(_) => "RELEASE step",
            Err(_) => "ROLLBACK TO step; RELEASE step",
        };
        match (conn.batch(end), done) {
            (Ok(()), done) => {
                self.broken = done.as_ref().is_err_and(Error::is_connection_lost);
                done
            }
            (Err(_), Err(error)) => Err(error),
            (Err(error), Ok(_)) => Err(error.into()),
        }
    }

    /// Executes statements that begin or end a part of the transaction.
    fn batch(&mut self, sql: &str) -> Result<()> {
        Ok(open(&mut self.held, self.broken)?.batch(sql)?)
    }

    fn commit(&mut self) -> Result<()> {
        if self.broken {
            self.roll_back();
        }
        let Some(mut held) = self.held.take() else {
            return Err(Error::Unavailable("the transaction broke off".into()));
        };
        let done = commit(held.conn()?, &self.call);
        drop(held);
        self.call.end();
        done
    }

    fn roll_back(&mut self) {
        if let Some(mut held) = self.held.take() {
            if let Ok(conn) = held.conn() {
                roll_back(conn);
            }
            drop(held);
            self.call.end();
        }
    }
}

/// Returns the connection of a transaction that is open.
fn open(held: &mut Option<PooledConn>, broken: bool) -> Result<&mut Conn> {
    match held {
        Some(held) if !broken => held.conn(),
        _ => Err(Error::Unavailable("the transaction has ended".into())),
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        if self.call.expect_wanted().is_err() {
            // The database may still be silent. The end of the connection rolls back, too.
            self.held = None;
        }
        self.roll_back();
    }
}

impl Transaction {
    /// Runs work in the transaction.
    ///
    /// # Errors
    /// Returns the error of `work`, whose writes are then undone.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.open.run(work).await
    }

    /// Commits the transaction. A nested one becomes a part of the outer one.
    ///
    /// # Errors
    /// Returns [`Error::Unavailable`] if the transaction is broken; it is then rolled back.
    pub async fn commit(mut self) -> Result<()> {
        self.has_ended = true;
        match self.is_nested {
            true => self.open.apply(|slot| slot.batch("RELEASE nested")).await,
            false => self.open.apply(Slot::commit).await,
        }
    }

    /// Rolls the transaction back. Of a nested one, the outer one remains.
    ///
    /// # Errors
    /// Returns [`Error::Unavailable`] if the outer transaction is broken.
    pub async fn roll_back(mut self) -> Result<()> {
        self.has_ended = true;
        let undo = |slot: &mut Slot| slot.batch("ROLLBACK TO nested; RELEASE nested");
        let end = |slot: &mut Slot| {
            slot.roll_back();
            Ok(())
        };
        match self.is_nested {
            true => self.open.apply(undo).await,
            false => self.open.apply(end).await,
        }
    }
}

impl Drop for Transaction {
    /// Waits for work in progress, then ends the transaction. Nothing of it is kept, nor of the outer one.
    fn drop(&mut self) {
        if self.has_ended {
            return;
        }
        if self.open.call.expect_wanted().is_err() {
            // A thread still waits for the database; it rolls back when it ends.
            return;
        }
        let open = self.open.slot.clone();
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn_blocking(move || open.blocking_lock().roll_back())),
            Err(_) => open.blocking_lock().roll_back(),
        }
    }
}
