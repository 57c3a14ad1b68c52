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
                "Published posts, categories, tags, authors and organizations, in every language they have. Open to \
                 anyone; reads only. `HEAD` is answered wherever `GET` is. No parameter may hold NUL (U+0000)."
            }
            Self::Management => {
                "Working copies, publishing, terms, people and sessions. Needs `Authorization: Bearer <access token>` \
                 from `POST /v1/auth/login`, but for signing in itself and the health checks. No text may hold NUL \
                 (U+0000)."
            }
        }
    }

    /// Says whether the document describes this path.
    pub fn owns(self, path: &str) -> bool {
        Surface::of(path).is_open() == (self == Self::Delivery)
    }
}
