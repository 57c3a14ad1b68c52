//! Writes: each is one transaction, and they take turns.

use std::sync::atomic::Ordering;

use super::call::DatabaseCall;
use super::pool::PooledConn;
use super::transaction::{begin, finish, roll_back};
use super::{Conn, Db, Fence};
use crate::error::{Error, Result};

impl Db {
    /// Runs `work` in one transaction on the write connection, outside the async threads.
    ///
    /// # Errors
    /// Returns the error of `work`, after a rollback; [`Error::Unavailable`] when no connection becomes free in time, or
    /// when the database does not answer; [`Error::OutcomeUnknown`] when it does not answer the `COMMIT`.
    pub async fn write<T, F>(&self, work: F) -> Result<T>
    where
        F: FnOnce(&mut Conn) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        if let Some(open) = self.transaction_to_join().await? {
            return self.note_unwritable(open.run(work).await);
        }
        self.in_lane(&self.lanes.writer, move |db, call| {
            let done = db.write_for(call, work);
            call.end();
            done
        })
        .await
    }

    /// Does the same as [`Db::write`] on the calling thread. Replaces a dead connection, but retries only if the
    /// transaction had not begun.
    ///
    /// # Errors
    /// Returns the same errors as [`Db::write`].
    pub fn write_now<T>(&self, work: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
        if let Some(within) = &self.within {
            return within.open_now()?.run_now(work);
        }
        self.watch.expect_answers()?;
        self.write_for(&DatabaseCall::default(), work)
    }

    /// Does the same as [`Db::write_now`], but always rolls back, regardless of the result of `work`.
    ///
    /// # Errors
    /// Returns the same errors as [`Db::write_now`].
    pub fn rehearse_now<T>(&self, work: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
        self.write_now(|conn| conn.rehearse(work))
    }

    /// Returns a database whose every write, outside of other transactions, first calls `fence`.
    pub fn fenced(&self, fence: Fence) -> Self {
        Self {
            fence: Some(fence),
            ..self.clone()
        }
    }

    fn write_for<T>(
        &self,
        call: &DatabaseCall,
        work: impl FnOnce(&mut Conn) -> Result<T>,
    ) -> Result<T> {
        let mut conn = self.note_unwritable(self.begin_write(call))?;
        let done = finish(conn.conn()?, call, work);
        let is_lost = done.as_ref().is_err_and(Error::is_connection_lost);
        if is_lost && call.expect_wanted().is_ok() {
            conn.revive();
        }
        if done.is_ok() {
            self.is_unwritable.store(false, Ordering::Relaxed);
        }
        self.note_unwritable(done)
    }

    /// Notes that the database accepts no writes, if that is the result.
    fn note_unwritable<T>(&self, done: Result<T>) -> Result<T> {
        if matches!(done, Err(Error::Unwritable(..))) {
            self.is_unwritable.store(true, Ordering::Relaxed);
        }
        done
    }

    /// Returns the write connection with a transaction begun, in which the fence has been passed.
    pub(super) fn begin_write(&self, call: &DatabaseCall) -> Result<PooledConn> {
        let mut pooled = self.watch.writers.get(call)?;
        if let Err(error) = begin(pooled.conn()?) {
            if !error.is_connection_lost() || call.expect_wanted().is_err() || !pooled.revive() {
                return Err(error);
            }
            begin(pooled.conn()?)?;
        }
        let conn = pooled.conn()?;
        // The server may have answered only after the call was given up.
        let fence = self.fence.as_ref().map_or(Ok(()), |fence| fence(conn));
        if let Err(error) = call.expect_wanted().and(fence) {
            roll_back(conn);
            return Err(error);
        }
        Ok(pooled)
    }
}
