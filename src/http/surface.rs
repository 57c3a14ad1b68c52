//! The surfaces of the API. The path says to which one a request belongs; origins, caching and documents depend on it.

/// A surface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Surface {
    /// Published content, for everybody. Caches may keep it.
    Delivery,
    /// A revision in the form of delivery, for holders of a preview link. No cache may keep it.
    Previews,
    /// Working copies, for editors and their tools.
    Management,
    /// Signing in and out.
    Sessions,
    /// Health, public keys and documents, for operators and tools.
    Operations,
}

impl Surface {
    /// The surface of a path.
    pub fn of(path: &str) -> Self {
        let below = path.strip_prefix("/v1/");
        match below.and_then(|below| below.split('/').next()) {
            None => Self::Operations,
            Some("admin") => Self::Management,
            Some("auth") => Self::Sessions,
            Some("previews") => Self::Previews,
            Some(_) => Self::Delivery,
        }
    }

    /// Whether scripts of every origin may read the surface, without credentials.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Delivery | Self::Previews)
    }

    /// Whether caches may keep responses of the surface.
    pub fn may_be_kept(self) -> bool {
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
            ("/v1/previews/token", Surface::Previews),
            ("/v1/admin", Surface::Management),
            ("/v1/admin/posts", Surface::Management),
            ("/v1/auth/login", Surface::Sessions),
            ("/health/live", Surface::Operations),
            ("/v1", Surface::Operations),
        ] {
            assert_eq!(Surface::of(path), surface, "{path}");
        }
    }

    #[test]
    fn a_preview_is_open_to_every_origin_and_no_cache_may_keep_it() {
        assert!(Surface::Previews.is_open() && !Surface::Previews.may_be_kept());
        assert!(!Surface::Management.is_open() && !Surface::Sessions.is_open());
    }
}
