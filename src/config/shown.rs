//! How the value of a setting is shown in `tribuna config`. Whether it may be seen is decided by its type.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use super::{CacheRoutes, DatabaseUrl, ExternalLinks, LogFormat, PublicUrl, Secret, SitePaths};

/// A value that can be shown.
pub(super) trait Shown {
    fn shown(&self) -> String;
}

/// Types that say themselves what they are.
macro_rules! shown_by_display {
    ($($kind:ty),*) => { $(impl Shown for $kind { fn shown(&self) -> String { self.to_string() } })* };
}

shown_by_display!(
    bool,
    String,
    u32,
    u64,
    usize,
    IpAddr,
    SocketAddr,
    PublicUrl,
    DatabaseUrl,
    SitePaths,
    CacheRoutes
);

impl Shown for Secret {
    fn shown(&self) -> String {
        "********".to_owned()
    }
}

impl Shown for Duration {
    fn shown(&self) -> String {
        self.as_secs().to_string()
    }
}

impl Shown for LogFormat {
    fn shown(&self) -> String {
        match self {
            LogFormat::Text => "text".to_owned(),
            LogFormat::Json => "json".to_owned(),
        }
    }
}

impl Shown for ExternalLinks {
    fn shown(&self) -> String {
        match self {
            ExternalLinks::Plain => "plain".to_owned(),
            ExternalLinks::NoFollow => "nofollow".to_owned(),
        }
    }
}

impl<T: Shown> Shown for Vec<T> {
    fn shown(&self) -> String {
        self.iter().map(Shown::shown).collect::<Vec<_>>().join(",")
    }
}
