//! How somebody stands to a post, and what follows from that alone, whatever the stage of its languages.
//!
//! An API key with the scope `content:read` reads all posts. One with `content:write` also changes working copies,
//! submits them and makes preview links. A key never decides: it neither publishes, reviews, archives nor purges.

use super::{Refusal, refuse_if};
use crate::changes::actor::{Access, Authority, Role, Scope};

/// How somebody stands to a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Relationship {
    /// What they may do in general.
    pub authority: Authority,
    /// They made the post, or are credited on it.
    pub own: bool,
    /// One of its languages was public once. Matters to contributors only.
    pub was_public: bool,
}

const NEEDS_WRITER: &str = Access::Writers.needs();
const NEEDS_READING_KEY: &str = Access::Readers.needs_of_key();
const NEEDS_WRITING_KEY: &str = Access::Writers.needs_of_key();
const NEEDS_ADMIN: &str = "Permanent deletion requires the role admin.";
const WAS_PUBLIC: &str = "A contributor may not change a post that was published; ask an editor.";
const NOT_SUBMITTER: &str = "Only the person who submitted it, or an editor, may withdraw it.";

/// The posts that somebody may read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// All of them.
    All,
    /// Those that they made, or are credited on.
    Own,
}

/// Says which posts somebody may read. For the public there are none.
///
/// # Errors
/// [`Refusal::NotFound`] for the public, [`Refusal::Role`] for a role or key that reads no posts.
pub fn reach(authority: Authority) -> Result<Reach, Refusal> {
    match authority {
        Authority::System | Authority::User(Role::Editor | Role::Admin) => Ok(Reach::All),
        Authority::User(Role::Contributor | Role::Author) => Ok(Reach::Own),
        Authority::User(Role::Moderator) => Err(Refusal::Role(NEEDS_WRITER)),
        Authority::Key(scopes) if scopes.allow(Scope::ContentRead) => Ok(Reach::All),
        Authority::Key(_) => Err(Refusal::Role(NEEDS_READING_KEY)),
        Authority::Public => Err(Refusal::NotFound),
    }
}

impl Relationship {
    /// Says whether they decide about all posts.
    pub fn decides(self) -> bool {
        self.authority.decides()
    }

    /// Look at the post: editors and keys at all posts, others at their own.
    ///
    /// # Errors
    /// As [`reach`]; [`Refusal::NotFound`] for a post of others.
    pub fn may_read(self) -> Result<(), Refusal> {
        match reach(self.authority)? {
            Reach::All => Ok(()),
            Reach::Own => refuse_if(!self.own, Refusal::NotFound),
        }
    }

    /// Change its texts: contributors only until any of it was public, keys with the scope `content:write`.
    ///
    /// # Errors
    /// As [`Self::may_read`]; [`Refusal::Role`].
    pub fn may_write(self) -> Result<(), Refusal> {
        self.may_read()?;
        match self.authority {
            Authority::System | Authority::User(Role::Author | Role::Editor | Role::Admin) => {
                Ok(())
            }
            Authority::User(Role::Contributor) => {
                refuse_if(self.was_public, Refusal::Role(WAS_PUBLIC))
            }
            Authority::User(Role::Moderator) => Err(Refusal::Role(NEEDS_WRITER)),
            Authority::Key(_) => self.key_writes(),
            Authority::Public => Err(Refusal::NotFound),
        }
    }

    /// Make a link to it for somebody without a login: whoever reads it, and keys that write.
    ///
    /// # Errors
    /// As [`Self::may_read`]; [`Refusal::Role`] for a key that only reads.
    pub fn may_preview(self) -> Result<(), Refusal> {
        self.may_read()?;
        self.key_writes()
    }

    /// Take a submission back: who submitted it, or who decides.
    ///
    /// # Errors
    /// As [`Self::may_read`]; [`Refusal::Role`].
    pub(super) fn may_withdraw(self, submitter: bool) -> Result<(), Refusal> {
        self.may_read()?;
        self.key_writes()?;
        refuse_if(!submitter && !self.decides(), Refusal::Role(NOT_SUBMITTER))
    }

    /// Refuses keys that only read; people are judged elsewhere.
    fn key_writes(self) -> Result<(), Refusal> {
        match self.authority {
            Authority::System | Authority::User(_) | Authority::Public => Ok(()),
            Authority::Key(scopes) => refuse_if(
                !scopes.allow(Scope::ContentWrite),
                Refusal::Role(NEEDS_WRITING_KEY),
            ),
        }
    }

    /// Do what only those may who decide; `needs` says so to the others.
    ///
    /// # Errors
    /// [`Refusal::Role`]; [`Refusal::NotFound`] for the public.
    pub(super) fn must_decide(self, needs: &'static str) -> Result<(), Refusal> {
        match self.authority {
            Authority::Public => Err(Refusal::NotFound),
            Authority::System | Authority::User(_) | Authority::Key(_) => {
                refuse_if(!self.decides(), Refusal::Role(needs))
            }
        }
    }

    /// Delete a post for good.
    ///
    /// # Errors
    /// [`Refusal::Role`] for everybody but admins; [`Refusal::NotFound`] for the public.
    pub fn may_purge(self) -> Result<(), Refusal> {
        match self.authority {
            Authority::System | Authority::User(Role::Admin) => Ok(()),
            Authority::User(Role::Contributor | Role::Author | Role::Editor | Role::Moderator)
            | Authority::Key(_) => Err(Refusal::Role(NEEDS_ADMIN)),
            Authority::Public => Err(Refusal::NotFound),
        }
    }
}
