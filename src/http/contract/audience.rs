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
    /// Says whether the document describes this path.
    pub fn owns(self, path: &str) -> bool {
        Surface::of(path).is_open() == (self == Self::Delivery)
    }
}
