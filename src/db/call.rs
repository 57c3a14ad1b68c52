//! One call of the database, which its caller may give up while a thread still waits for the answer.
//!
//! A call that is given up before its `COMMIT` stores nothing, even if the database answers later. If the `COMMIT` has been
//! sent, nobody knows.

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, OwnedSemaphorePermit};

use crate::error::{Error, Result};

/// The call is running, and has not sent a `COMMIT`.
const RUNNING: u8 = 0;
/// The `COMMIT` has perhaps been sent, but not answered.
const COMMITTING: u8 = 1;
/// The `COMMIT` has been answered.
const COMMITTED: u8 = 2;
/// The call was given up while it was running.
const GIVEN_UP: u8 = 3;
/// The call was given up while it was committing.
const UNKNOWN: u8 = 4;

/// A call of the database. Clones are the same call.
#[derive(Clone, Default)]
pub(super) struct Call(Arc<Inner>);

#[derive(Default)]
struct Inner {
    stage: AtomicU8,
    change: Notify,
    /// The permit of the queue, which others get when the call ends or is given up.
    turn: Mutex<Option<OwnedSemaphorePermit>>,
}

impl Call {
    /// Keeps the permit until the call ends or is given up.
    pub(super) fn hold(&self, turn: OwnedSemaphorePermit) {
        *self.turn() = Some(turn);
    }

    /// Releases the permit.
    pub(super) fn end(&self) {
        drop(self.turn().take());
    }

    /// Gives the call up, and releases its permit. Returns the error for the caller; `None` if everything is committed.
    pub(super) fn give_up(&self) -> Option<Error> {
        if !self.step(RUNNING, GIVEN_UP) {
            self.step(COMMITTING, UNKNOWN);
        }
        let error = self.expect_wanted().err()?;
        self.end();
        self.0.change.notify_waiters();
        Some(error)
    }

    /// Waits until the call is given up.
    pub(super) async fn given_up(&self) {
        loop {
            let change = self.0.change.notified();
            if self.expect_wanted().is_err() {
                return;
            }
            change.await;
        }
    }

    /// Checks that somebody wants the result.
    ///
    /// # Errors
    /// Returns [`Error::Unavailable`] if the call was given up, and [`Error::OutcomeUnknown`] if it was committing then.
    pub(super) fn expect_wanted(&self) -> Result<()> {
        match self.0.stage.load(Ordering::Acquire) {
            GIVEN_UP => Err(Error::Unavailable("the database does not answer".into())),
            UNKNOWN => Err(Error::OutcomeUnknown(
                "the database does not answer a COMMIT".into(),
            )),
            _ => Ok(()),
        }
    }

    /// Notes that the next statement is the `COMMIT`.
    ///
    /// # Errors
    /// Returns [`Error::Unavailable`] if the call was given up; nothing may be committed then.
    pub(super) fn begin_commit(&self) -> Result<()> {
        self.step(RUNNING, COMMITTING);
        self.expect_wanted()
    }

    /// Notes that the `COMMIT` was answered.
    pub(super) fn finish_commit(&self) {
        self.step(COMMITTING, COMMITTED);
    }

    pub(super) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    fn step(&self, from: u8, to: u8) -> bool {
        let stage = &self.0.stage;
        let step = stage.compare_exchange(from, to, Ordering::AcqRel, Ordering::Acquire);
        step.is_ok()
    }

    fn turn(&self) -> MutexGuard<'_, Option<OwnedSemaphorePermit>> {
        self.0.turn.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_that_is_given_up_is_not_committed() {
        let call = Call::default();
        assert!(matches!(call.give_up(), Some(Error::Unavailable(_))));
        assert!(matches!(call.begin_commit(), Err(Error::Unavailable(_))));
    }

    #[test]
    fn nobody_knows_the_outcome_of_a_commit_without_an_answer() {
        let call = Call::default();
        assert!(call.begin_commit().is_ok());
        assert!(matches!(call.give_up(), Some(Error::OutcomeUnknown(_))));
        call.finish_commit();
        assert!(matches!(call.give_up(), Some(Error::OutcomeUnknown(_))));
    }

    #[test]
    fn what_is_committed_cannot_be_given_up() {
        let call = Call::default();
        assert!(call.begin_commit().is_ok());
        call.finish_commit();
        assert!(call.give_up().is_none());
        assert!(call.expect_wanted().is_ok());
    }
}
