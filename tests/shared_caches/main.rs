//! Tribuna behind real shared caches: nginx and Varnish, as `examples` sets them up, in front of the real program. Between
//! a cache and Tribuna stands a [`tap`], which notes what passes, and can fail or keep answers waiting.
//!
//! Each test has addresses of its own, so that all of them share one Tribuna, one nginx and one Varnish. These caches have
//! clocks of their own, so some seconds must really pass.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod cache;
mod guard;
mod house;
mod keeping;
mod purging;
mod stale;
mod tap;

/// One test for each cache. A cache that is not installed is told once, and its tests pass with nothing tested, unless
/// `TEST_REQUIRE_CACHES` is set.
#[macro_export]
macro_rules! behind_both {
    ($name:ident, $test:expr) => {
        mod $name {
            use super::*;

            #[test]
            fn nginx() {
                $crate::cache::Cache::nginx().map($test);
            }

            #[test]
            fn varnish() {
                $crate::cache::Cache::varnish().map($test);
            }
        }
    };
}
