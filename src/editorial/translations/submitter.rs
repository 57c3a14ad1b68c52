//! The user or the API key that submitted a translation.

use crate::changes::actor::Actor;
use crate::id::Id;

/// The user or the API key that last submitted a translation. Neither is known if it has been deleted since; then nobody
/// counts as the submitter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::editorial) struct Submitter {
    pub(in crate::editorial) user: Option<Id>,
    pub(in crate::editorial) key: Option<Id>,
}

impl Submitter {
    /// Returns an actor as the submitter.
    pub(in crate::editorial) fn of(actor: Actor) -> Self {
        Self {
            user: actor.user(),
            key: actor.key().map(|key| key.id),
        }
    }

    /// Returns whether an actor is the submitter.
    pub(in crate::editorial) fn is(self, actor: Actor) -> bool {
        match actor {
            Actor::User(caller) => self.user == Some(caller.id),
            Actor::Key(key) => self.key == Some(key.id),
            Actor::Cli | Actor::Import | Actor::Clock | Actor::Nobody => false,
        }
    }
}
