//! The surfaces of the API, by the path: who a thing is for, and what follows for its origins, its caching and its document.

/// What a path belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Surface {
    /// What is published: for anyone, and kept by caches.
    Delivery,
    /// One revision, shown as delivery shows it, for who holds a link to it: nobody may keep it.
    Previews,
    /// What editors and their tools work with.
    Management,
    /// Signing in and out.
    Sessions,
    /// What operators and tools read: health, keys, documents.
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

    /// Whether scripts of every origin may read it, without credentials.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Delivery | Self::Previews)
    }

    /// Whether its answers may be kept and asked about again.
    pub fn may_be_kept(self) -> bool {
        self == Self::Delivery
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_segment_below_the_version_says_which() {
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
    fn a_preview_is_open_to_every_origin_and_kept_by_nobody() {
        assert!(Surface::Previews.is_open() && !Surface::Previews.may_be_kept());
        assert!(!Surface::Management.is_open() && !Surface::Sessions.is_open());
    }
}
