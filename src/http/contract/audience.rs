//! Audiences. Each has its own OpenAPI document, which describes the paths of its surfaces.

use crate::http::surface::Surface;

/// The intended readers of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Everyone: frontends, partners and apps. No token is required.
    Delivery,
    /// Editorial tools and machines, which have a token, and operators.
    Management,
}

impl Audience {
    /// Returns whether the document of this audience describes a path.
    pub fn owns(self, path: &str) -> bool {
        (Surface::of(path) == Surface::Delivery) == (self == Self::Delivery)
    }
}
