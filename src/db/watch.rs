//! Watches over calls of the database: a call that will not be answered is given up, and its connection replaced.

use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use super::call::DatabaseCall;
use super::pool::Pool;
use super::pulse::{Pulse, SUSPICION};
use crate::error::{Error, Result};

/// The time that a statement may take in addition to the time limit after which PostgreSQL cancels it.
const GRACE: Duration = Duration::from_secs(2);

/// The watch over the calls of one instance. It is cheap to clone.
#[derive(Clone)]
pub(super) struct Watch {
    pub(super) readers: Pool,
    pub(super) writers: Pool,
    /// `None` for SQLite, which always answers.
    pub(super) pulse: Option<Pulse>,
}

impl Watch {
    /// Begins to give up connections that do not answer although the server does. `statement_timeout` is the time limit of
    /// a statement.
    pub(super) fn begin(&self, statement_timeout: Duration) {
        let (readers, writers) = (self.readers.weak(), self.writers.weak());
        let limit = statement_timeout + GRACE;
        if let Some(pulse) = &self.pulse {
            pulse.on_answer(move |idle| {
                let (Some(readers), Some(writers)) = (readers.upgrade(), writers.upgrade()) else {
                    return;
                };
                let pools = [readers, writers];
                let stuck = pools.each_ref().map(|pool| pool.give_up_stuck(idle, limit));
                if stuck.contains(&true) {
                    // The others may not answer either.
                    pools.iter().for_each(Pool::close_idle);
                }
            });
        }
    }

    /// Refuses work while the database is silent.
    ///
    /// # Errors
    /// Returns [`Error::Unavailable`].
    pub(super) fn expect_answers(&self) -> Result<()> {
        self.pulse.as_ref().map_or(Ok(()), Pulse::expect_answers)
    }

    /// Returns the result of `work`, which does everything for `call`. Gives up if the database or the connection is
    /// silent.
    ///
    /// # Errors
    /// Returns the error of `work`; [`Error::Unavailable`] if the call was given up, and [`Error::OutcomeUnknown`] if that
    /// happened during its `COMMIT`.
    pub(super) async fn run_watched<T>(
        &self,
        call: &DatabaseCall,
        work: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        let Some(pulse) = &self.pulse else {
            return work.await;
        };
        let mut work = pin!(work);
        // Most calls end here.
        if let Ok(done) = tokio::time::timeout(SUSPICION, &mut work).await {
            return done;
        }
        loop {
            pulse.ask();
            tokio::select! {
                biased;
                done = &mut work => return done,
                () = call.given_up() => break,
                () = pulse.wait_until_silent() => break,
                () = tokio::time::sleep(SUSPICION) => {}
            }
        }
        match self.give_up(call) {
            Some(error) => Err(error),
            // The answer has just arrived.
            None => work.await,
        }
    }

    fn give_up(&self, call: &DatabaseCall) -> Option<Error> {
        let error = call.give_up()?;
        self.readers.give_up(call);
        self.writers.give_up(call);
        Some(error)
    }
}
