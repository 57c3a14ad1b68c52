//! The authority of actors: unrestricted, limited by a role or by the scopes of an API key, or none.

use crate::db::sql_types::words;
use crate::error::{Credentials, Error, Result};

words! {
    /// The role of a user.
    pub enum Role {
        /// Write own drafts.
        Contributor = "contributor",
        /// Also edit own posts after publication, as drafts.
        Author = "author",
        /// Everything with content: all posts, terms, authors, publishing, restoring.
        Editor = "editor",
        /// Comments and submissions.
        Moderator = "moderator",
        /// Also users, keys, permanent deletion.
        Admin = "admin",
    }
}

words! {
    /// Something that an API key may be allowed to do.
    pub enum Scope {
        /// Read what is public, with a quota of its own.
        DeliveryRead = "delivery:read",
        /// Also read all posts with their working copies, and terms, authors and organizations.
        ContentRead = "content:read",
        /// Also change working copies and submit them for review.
        ContentWrite = "content:write",
        /// Also do what editors do with content: publish, review, archive, and change terms, authors and organizations.
        ContentPublish = "content:publish",
        /// Upload media.
        MediaWrite = "media:write",
        /// Manage webhooks.
        WebhooksManage = "webhooks:manage",
        /// Decide about comments.
        CommentsModerate = "comments:moderate",
    }
}

impl Scope {
    const fn bit(self) -> u8 {
        match self {
            Self::DeliveryRead => 1,
            Self::ContentRead => 1 << 1,
            Self::ContentWrite => 1 << 2,
            Self::ContentPublish => 1 << 3,
            Self::MediaWrite => 1 << 4,
            Self::WebhooksManage => 1 << 5,
            Self::CommentsModerate => 1 << 6,
        }
    }

    /// Returns the scopes that include this one, itself among them.
    const fn including(self) -> u8 {
        match self {
            Self::DeliveryRead => Self::DeliveryRead.bit() | Self::ContentRead.including(),
            Self::ContentRead => Self::ContentRead.bit() | Self::ContentWrite.including(),
            Self::ContentWrite => Self::ContentWrite.bit() | Self::ContentPublish.including(),
            Self::ContentPublish
            | Self::MediaWrite
            | Self::WebhooksManage
            | Self::CommentsModerate => self.bit(),
        }
    }
}

/// The scopes of an API key.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Scopes(u8);

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().fold(0, |all, one| all | one.bit()))
    }
}

impl Scopes {
    /// Returns whether the scopes permit something. Permission to publish includes permission to write, that includes
    /// permission to read, and that to read what is public.
    pub const fn allow(self, scope: Scope) -> bool {
        self.0 & scope.including() != 0
    }
}

/// The authority of an actor. Every rule matches it exhaustively, so that a new kind of authority requires a decision
/// in each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Authority {
    /// The program itself or its operator, without restrictions.
    System,
    /// A signed-in user, limited by the role.
    User(Role),
    /// An API key, limited by its scopes. It makes editorial decisions with the scope `content:publish`.
    Key(Scopes),
    /// A client that is not signed in, limited to public operations.
    Public,
}

impl Authority {
    /// Returns whether the actor may make editorial decisions: review, publish, archive, and act on the posts of
    /// others.
    pub fn decides(self) -> bool {
        match self {
            Self::System | Self::User(Role::Editor | Role::Admin) => true,
            Self::Key(scopes) => scopes.allow(Scope::ContentPublish),
            Self::User(Role::Contributor | Role::Author | Role::Moderator) | Self::Public => false,
        }
    }
}

/// The actors to which an operation is open. Routes and stores apply the same rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Every user, and no API key: what concerns the user's own account, and the site.
    Users,
    /// Every user, and API keys that may read content: terms, authors and organizations.
    Callers,
    /// Everyone who may read working copies.
    Readers,
    /// Everyone who may write working copies.
    Writers,
    /// Everyone who may make editorial decisions: publish, review, archive.
    Editors,
    /// Editors and admins, and no API key: what concerns other keys.
    EditingUsers,
    /// Everyone who may decide about comments: moderators, editors and admins, and API keys with the scope for it.
    Moderators,
    /// Everyone who may manage webhooks: admins, and API keys with the scope for it.
    Webhooks,
    /// Everyone who may manage users and keys, and delete permanently.
    Admins,
    /// Only the program itself and its operator.
    System,
}

impl Access {
    /// Returns the roles that have access.
    pub const fn roles(self) -> &'static [Role] {
        match self {
            Self::Users | Self::Callers => &Role::ALL,
            Self::Readers | Self::Writers => {
                &[Role::Contributor, Role::Author, Role::Editor, Role::Admin]
            }
            Self::Editors | Self::EditingUsers => &[Role::Editor, Role::Admin],
            Self::Moderators => &[Role::Editor, Role::Moderator, Role::Admin],
            Self::Webhooks | Self::Admins => &[Role::Admin],
            Self::System => &[],
        }
    }

    /// Returns the scope that gives an API key access; `None` if no key has access.
    pub const fn scope(self) -> Option<Scope> {
        match self {
            Self::Callers | Self::Readers => Some(Scope::ContentRead),
            Self::Writers => Some(Scope::ContentWrite),
            Self::Editors => Some(Scope::ContentPublish),
            Self::Moderators => Some(Scope::CommentsModerate),
            Self::Webhooks => Some(Scope::WebhooksManage),
            Self::Users | Self::EditingUsers | Self::Admins | Self::System => None,
        }
    }

    /// Returns the message for users without access.
    pub const fn needs(self) -> &'static str {
        match self {
            Self::Users | Self::Callers => "This requires a signed-in user.",
            Self::Readers | Self::Writers => {
                "This requires the role contributor, author, editor or admin."
            }
            Self::Editors | Self::EditingUsers => "This requires the role editor or admin.",
            Self::Moderators => "This requires the role moderator, editor or admin.",
            Self::Webhooks | Self::Admins => "This requires the role admin.",
            Self::System => "Only an operator may do this, at the command line.",
        }
    }

    /// Returns the message for API keys without access.
    pub const fn needs_of_key(self) -> &'static str {
        match self {
            Self::Callers | Self::Readers => "This requires a key with the scope content:read.",
            Self::Writers => "This requires a key with the scope content:write.",
            Self::Editors => "This requires a key with the scope content:publish.",
            Self::Moderators => "This requires a key with the scope comments:moderate.",
            Self::Webhooks => "This requires a key with the scope webhooks:manage.",
            Self::Users | Self::EditingUsers | Self::Admins | Self::System => {
                "An API key may not do this; sign in as a user."
            }
        }
    }

    /// Checks that an actor has access.
    ///
    /// # Errors
    /// Returns [`Error::Unauthenticated`] for the public, [`Error::Forbidden`] for a role or key that is not enough.
    pub fn check(self, authority: Authority) -> Result<()> {
        let (is_open, needs) = match authority {
            Authority::System => return Ok(()),
            Authority::Public => return Err(Error::Unauthenticated(Credentials::Missing)),
            Authority::User(role) => (self.roles().contains(&role), self.needs()),
            Authority::Key(scopes) => (
                self.scope().is_some_and(|scope| scopes.allow(scope)),
                self.needs_of_key(),
            ),
        };
        if is_open {
            Ok(())
        } else {
            Err(Error::Forbidden(needs))
        }
    }
}
