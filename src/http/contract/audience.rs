//! Audiences: each reads a document of its own, which describes the paths of its surfaces.

use crate::http::surface::Surface;

/// The readers of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Frontends, partners, apps: anyone.
    Delivery,
    /// Editors' tools and machines, with a token; and operators.
    Management,
}

impl Audience {
    /// The title of the document.
    pub fn title(self) -> &'static str {
        match self {
            Self::Delivery => "Tribuna Delivery API",
            Self::Management => "Tribuna Management API",
        }
    }

    /// The description of the document.
    pub fn description(self) -> &'static str {
        match self {
            Self::Delivery => {
                "Published posts, categories, tags, authors and organizations, each in all its languages; and previews of \
                 unpublished posts, for readers who have the link. No access token is required. `GET` operations \
                 change nothing. `HEAD` is supported wherever `GET` is. No parameter may contain NUL (U+0000)."
            }
            Self::Management => {
                "Editorial work on posts, publishing, categories, tags, authors, organizations, users and sessions. \
                 Requires `Authorization: Bearer <access token>`, except for operations that are open to anyone. \
                 `POST /v1/auth/login` gives an access token. No text may contain NUL (U+0000)."
            }
        }
    }

    /// Says whether the document describes this path.
    pub fn owns(self, path: &str) -> bool {
        Surface::of(path).is_open() == (self == Self::Delivery)
    }
}
