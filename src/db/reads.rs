//! Reads: each is one transaction that sees one snapshot.

use super::call::DatabaseCall;
use super::lanes::turn;
use super::transaction::snapshot;
use super::{Conn, Db};
use crate::error::Result;

impl Db {
    /// Runs `work` on a read connection, outside the async threads. All its statements see the same snapshot.
    ///
    /// # Errors
    /// Returns the error of `work`; [`Error::Unavailable`](crate::error::Error::Unavailable) when no connection becomes free
    /// in time, or when the database does not answer.
    pub async fn read<T, F>(&self, work: F) -> Result<T>
    where
        F: Fn(&mut Conn) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        if let Some(open) = self.open_transaction_around().await {
            return open.run(work).await;
        }
        self.in_lane(&self.lanes.readers, move |db, call| {
            let done = db.read_for(call, work);
            call.end();
            done
        })
        .await
    }

    /// Does the same as [`Db::read`] for long-running work. It uses at most half of the readers, so that the others
    /// remain available.
    ///
    /// # Errors
    /// Returns the same errors as [`Db::read`].
    pub async fn read_at_length<T, F>(&self, work: F) -> Result<T>
    where
        F: Fn(&mut Conn) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        self.watch.expect_answers()?;
        let _turn = turn(&self.lanes.heavy).await?;
        self.read(work).await
    }

    /// Does the same as [`Db::read`] on the calling thread. Replaces a dead connection and repeats the work.
    ///
    /// # Errors
    /// Returns the same errors as [`Db::read`].
    pub fn read_now<T>(&self, work: impl Fn(&mut Conn) -> Result<T>) -> Result<T> {
        if let Some(within) = &self.within {
            return within.open_now()?.run_now(work);
        }
        self.watch.expect_answers()?;
        self.read_for(&DatabaseCall::default(), work)
    }

    fn read_for<T>(&self, call: &DatabaseCall, work: impl Fn(&mut Conn) -> Result<T>) -> Result<T> {
        let mut conn = self.watch.readers.get(call)?;
        match snapshot(conn.conn()?, &work) {
            Err(error) if error.is_connection_lost() => {
                call.expect_wanted()?;
                match conn.revive() {
                    true => snapshot(conn.conn()?, &work),
                    false => Err(error),
                }
            }
            done => done,
        }
    }
}
