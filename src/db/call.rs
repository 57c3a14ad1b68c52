//! One call of the database, which its caller may give up while a thread still waits for the answer.
//!
//! A call that is given up before its `COMMIT` stores nothing, even if the database answers later. If the `COMMIT` has been
//! sent, nobody knows.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, OwnedSemaphorePermit};

use crate::error::{Error, Result};

/// A call of the database. Clones are the same call.
#[derive(Clone, Default)]
pub(super) struct DatabaseCall(Arc<Inner>);

#[derive(Default)]
struct Inner {
    progress: Mutex<Progress>,
    given_up: Notify,
}

#[derive(Default)]
struct Progress {
    state: CallState,
    /// The permit of the queue, which others get when the call ends or is given up.
    turn: Option<OwnedSemaphorePermit>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum CallState {
    /// The call is running, and has not sent a `COMMIT`.
    #[default]
    Running,
    /// The `COMMIT` has perhaps been sent, but not answered.
    Committing,
    /// The `COMMIT` has been answered.
    Committed,
    /// The call was given up while it was running.
    GivenUp,
    /// The call was given up while it was committing.
    Unknown,
}

impl DatabaseCall {
    /// Keeps the permit until the call ends or is given up.
    pub(super) fn hold(&self, turn: OwnedSemaphorePermit) {
        self.progress().turn = Some(turn);
    }

    /// Releases the permit.
    pub(super) fn end(&self) {
        let turn = self.progress().turn.take();
        drop(turn);
    }

    /// Gives the call up, and releases its permit. Returns the error for the caller; `None` if everything is committed.
    pub(super) fn give_up(&self) -> Option<Error> {
        let mut progress = self.progress();
        progress.state = match progress.state {
            CallState::Running => CallState::GivenUp,
            CallState::Committing => CallState::Unknown,
            ended @ (CallState::Committed | CallState::GivenUp | CallState::Unknown) => ended,
        };
        let error = progress.state.expect_wanted().err()?;
        drop(progress);
        self.end();
        self.0.given_up.notify_waiters();
        Some(error)
    }

    /// Waits until the call is given up.
    pub(super) async fn given_up(&self) {
        loop {
            let given_up = self.0.given_up.notified();
            if self.expect_wanted().is_err() {
                return;
            }
            given_up.await;
        }
    }

    /// Checks that somebody wants the result.
    ///
    /// # Errors
    /// Returns [`Error::Unavailable`] if the call was given up, and [`Error::OutcomeUnknown`] if it was committing then.
    pub(super) fn expect_wanted(&self) -> Result<()> {
        self.progress().state.expect_wanted()
    }

    /// Notes that the next statement is the `COMMIT`.
    ///
    /// # Errors
    /// Returns [`Error::Unavailable`] if the call was given up; nothing may be committed then.
    pub(super) fn begin_commit(&self) -> Result<()> {
        self.step(CallState::Running, CallState::Committing);
        self.expect_wanted()
    }

    /// Notes that the `COMMIT` was answered.
    pub(super) fn finish_commit(&self) {
        self.step(CallState::Committing, CallState::Committed);
    }

    pub(super) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    fn step(&self, from: CallState, to: CallState) {
        let mut progress = self.progress();
        if progress.state == from {
            progress.state = to;
        }
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        let progress = self.0.progress.lock();
        progress.unwrap_or_else(PoisonError::into_inner)
    }
}

impl CallState {
    fn expect_wanted(self) -> Result<()> {
        match self {
            Self::GivenUp => Err(Error::unanswered()),
            Self::Unknown => Err(Error::OutcomeUnknown(
                "the database does not answer a COMMIT".into(),
            )),
            Self::Running | Self::Committing | Self::Committed => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_that_is_given_up_is_not_committed() {
        let call = DatabaseCall::default();
        assert!(matches!(call.give_up(), Some(Error::Unavailable(_))));
        assert!(matches!(call.begin_commit(), Err(Error::Unavailable(_))));
    }

    #[test]
    fn nobody_knows_the_outcome_of_a_commit_without_an_answer() {
        let call = DatabaseCall::default();
        assert!(call.begin_commit().is_ok());
        assert!(matches!(call.give_up(), Some(Error::OutcomeUnknown(_))));
        call.finish_commit();
        assert!(matches!(call.give_up(), Some(Error::OutcomeUnknown(_))));
    }

    #[test]
    fn what_is_committed_cannot_be_given_up() {
        let call = DatabaseCall::default();
        assert!(call.begin_commit().is_ok());
        call.finish_commit();
        assert!(call.give_up().is_none());
        assert!(call.expect_wanted().is_ok());
    }
}
