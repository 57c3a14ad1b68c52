//! The caller's relationship to a post, and the permissions that follow from it alone, whatever the stage of its
//! languages.
//!
//! An API key with the scope `content:read` reads all posts. One with `content:write` also changes working copies,
//! submits them and creates preview links. One with `content:publish` also decides: it publishes, reviews and archives. No
//! key purges. Which posts a key may see at all, its limits say (`accounts::api_keys::limits`).

use super::{Refusal, refuse_if};
use crate::changes::actor::{Access, Authority, Role, Scope};

/// The caller's relationship to a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Relationship {
    /// The caller's general authority.
    pub authority: Authority,
    /// True if the caller created the post, or their author has a byline on it.
    pub own: bool,
    /// True if any language of the post has ever been public. Affects contributors only.
    pub was_public: bool,
}

const NEEDS_WRITER: &str = Access::Writers.needs();
const NEEDS_READING_KEY: &str = Access::Readers.needs_of_key();
const NEEDS_WRITING_KEY: &str = Access::Writers.needs_of_key();
const NEEDS_ADMIN: &str = "Permanent deletion requires the role admin.";
const WAS_PUBLIC: &str = "A contributor may not change a post that was published; ask an editor.";
const NOT_SUBMITTER: &str = "Only the person who submitted it, or an editor, may withdraw it.";

/// The posts that a caller may read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// All posts.
    All,
    /// Own posts only: those that the caller created, or that have a byline of their author.
    Own,
}

/// Returns the posts that this authority may read.
///
/// # Errors
/// Returns [`Refusal::NotFound`] for the public; [`Refusal::Role`] for a role or key that reads no posts.
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
    /// Returns whether the caller may decide on all posts: review, publish and archive.
    pub fn decides(self) -> bool {
        self.authority.decides()
    }

    /// Checks that the caller may read the post. Editors and keys read all posts, other writers their own.
    ///
    /// # Errors
    /// Returns the same errors as [`reach`]; [`Refusal::NotFound`] for a post of others.
    pub fn may_read(self) -> Result<(), Refusal> {
        match reach(self.authority)? {
            Reach::All => Ok(()),
            Reach::Own => refuse_if(!self.own, Refusal::NotFound),
        }
    }

    /// Checks that the caller may change the texts of the post. Contributors may until any language has been public;
    /// keys need the scope `content:write`.
    ///
    /// # Errors
    /// Returns the same errors as [`Self::may_read`]; [`Refusal::Role`] for a contributor if the post was public, or a
    /// key that only reads.
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

    /// Checks that the caller may create preview links. Whoever may read the post may, except keys that only read.
    ///
    /// # Errors
    /// Returns the same errors as [`Self::may_read`]; [`Refusal::Role`] for a key that only reads.
    pub fn may_preview(self) -> Result<(), Refusal> {
        self.may_read()?;
        self.key_writes()
    }

    /// Checks that the caller may withdraw a submission: as its submitter, or as an editor.
    ///
    /// # Errors
    /// Returns the same errors as [`Self::may_read`]; [`Refusal::Role`] for everybody else, and for a key that only
    /// reads.
    pub(super) fn may_withdraw(self, submitter: bool) -> Result<(), Refusal> {
        self.may_read()?;
        self.key_writes()?;
        refuse_if(!submitter && !self.decides(), Refusal::Role(NOT_SUBMITTER))
    }

    /// Refuses keys that only read. Accepts everybody else; other rules decide about them.
    fn key_writes(self) -> Result<(), Refusal> {
        match self.authority {
            Authority::System | Authority::User(_) | Authority::Public => Ok(()),
            Authority::Key(scopes) => refuse_if(
                !scopes.allow(Scope::ContentWrite),
                Refusal::Role(NEEDS_WRITING_KEY),
            ),
        }
    }

    /// Checks that the caller may decide. `needs` is the text of the refusal.
    ///
    /// # Errors
    /// Returns [`Refusal::NotFound`] for the public; [`Refusal::Role`] for everybody else who may not decide.
    pub(super) fn must_decide(self, needs: &'static str) -> Result<(), Refusal> {
        match self.authority {
            Authority::Public => Err(Refusal::NotFound),
            Authority::System | Authority::User(_) | Authority::Key(_) => {
                refuse_if(!self.decides(), Refusal::Role(needs))
            }
        }
    }

    /// Checks that the caller may delete the post permanently.
    ///
    /// # Errors
    /// Returns [`Refusal::NotFound`] for the public; [`Refusal::Role`] for everybody else but admins.
    pub fn may_purge(self) -> Result<(), Refusal> {
        match self.authority {
            Authority::System | Authority::User(Role::Admin) => Ok(()),
            Authority::User(Role::Contributor | Role::Author | Role::Editor | Role::Moderator)
            | Authority::Key(_) => Err(Refusal::Role(NEEDS_ADMIN)),
            Authority::Public => Err(Refusal::NotFound),
        }
    }
}
