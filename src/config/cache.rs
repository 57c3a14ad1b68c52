//! The lifetimes of delivery responses in this server and in downstream caches.

use super::cache_routes::{self, CacheRoutes};
use super::reader::SettingsReader;
use super::setting::{Accepts, DefaultValue, YEAR};
use super::surrogate_headers::{self, SurrogateHeaders};
use super::table::settings;

settings! {
    "Delivery settings"
    /// The lifetimes of delivery responses, and the size of this server's cache.
    pub struct Cache {
        /// How long browsers and CDNs may reuse a delivery response (`max-age`)
        max_age: u32 {
            name: "cache-max-age",
            env: "TRIBUNA_CACHE_MAX_AGE",
            accepts: Accepts::Whole("seconds", 0, YEAR),
            default: DefaultValue::Text("60"),
            read: SettingsReader::whole,
        }
        /// How much longer they may serve an old response while they fetch a new one (`stale-while-revalidate`)
        stale_while_revalidate: u32 {
            name: "cache-stale-while-revalidate",
            env: "TRIBUNA_CACHE_STALE_WHILE_REVALIDATE",
            accepts: Accepts::Whole("seconds", 0, YEAR),
            default: DefaultValue::Text("600"),
            read: SettingsReader::whole,
        }
        /// How much longer they may serve an old response if this server fails (`stale-if-error`)
        stale_if_error: u32 {
            name: "cache-stale-if-error",
            env: "TRIBUNA_CACHE_STALE_IF_ERROR",
            accepts: Accepts::Whole("seconds", 0, YEAR),
            default: DefaultValue::Text("86400"),
            read: SettingsReader::whole,
        }
        /// Lifetimes for single routes of the delivery API, in place of the three general lifetimes above
        routes: CacheRoutes {
            name: "cache-routes",
            env: "TRIBUNA_CACHE_ROUTES",
            accepts: Accepts::Described("LIFETIMES", cache_routes::form),
            default: DefaultValue::Nothing,
            read: |r, s| r.read_or_empty(s, CacheRoutes::parse),
        }
        /// Which headers list the surrogate keys of a delivery response, by which a CDN or Varnish can purge it
        surrogate_headers: SurrogateHeaders {
            name: "cache-keys",
            env: "TRIBUNA_CACHE_KEYS",
            accepts: Accepts::OneOf(surrogate_headers::words),
            default: DefaultValue::Text("off"),
            read: |r, s| r.read(s, SurrogateHeaders::parse),
        }
        /// The memory that this server may use to cache delivery responses; 0 turns this cache off
        bytes: u64 {
            name: "cache-bytes",
            env: "TRIBUNA_CACHE_BYTES",
            accepts: Accepts::Whole("bytes", 0, 1_099_511_627_776),
            default: DefaultValue::Text("134217728"),
            read: SettingsReader::whole,
        }
    }
}
