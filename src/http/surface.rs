//! The surfaces of the API. The path of a request determines its surface, on which CORS, caching and the OpenAPI
//! document depend.

/// A part of the API with its own audience and rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Surface {
    /// Content for everyone. Responses may be cached, unless the operation says otherwise.
    Delivery,
    /// Working copies, for editors and their tools.
    Management,
    /// Signing in and out.
    Sessions,
    /// The OpenAPI documents, for tools.
    Documents,
    /// Health checks, public keys and documentation, for operators and tools.
    Operations,
}

impl Surface {
    /// Returns the surface of a path.
    pub fn of(path: &str) -> Self {
        let below = path.strip_prefix("/v1/");
        match below.and_then(|below| below.split('/').next()) {
            None if path.starts_with("/openapi") => Self::Documents,
            None => Self::Operations,
            Some("admin") => Self::Management,
            Some("auth") => Self::Sessions,
            Some(_) => Self::Delivery,
        }
    }

    /// Returns whether scripts of every origin may read the surface, without credentials.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Delivery | Self::Documents)
    }

    /// Returns whether responses of the surface may be cached.
    pub fn is_cacheable(self) -> bool {
        self == Self::Delivery
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_segment_below_the_version_selects_the_surface() {
        for (path, surface) in [
            ("/v1/posts", Surface::Delivery),
            ("/v1/authors/auth", Surface::Delivery),
            ("/v1/admin", Surface::Management),
            ("/v1/admin/posts", Surface::Management),
            ("/v1/auth/login", Surface::Sessions),
            ("/health/live", Surface::Operations),
            ("/v1", Surface::Operations),
            ("/openapi/delivery.json", Surface::Documents),
        ] {
            assert_eq!(Surface::of(path), surface, "{path}");
        }
    }

    #[test]
    fn what_needs_no_credentials_is_open_to_every_origin() {
        assert!(Surface::Delivery.is_open() && Surface::Documents.is_open());
        assert!(!Surface::Management.is_open() && !Surface::Sessions.is_open());
    }
}
