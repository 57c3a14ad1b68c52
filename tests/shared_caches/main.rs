//! Tribuna behind real shared caches: nginx and Varnish, configured by the files in `examples`. Between a cache and
//! Tribuna stands a [`tap`], which records requests, and can inject errors and delays.
//!
//! The tests share one Tribuna, one nginx and one Varnish; each test has its own addresses. These caches have their own
//! clocks, so the tests have to wait for real seconds.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod cache;
mod guard;
mod origin;
mod purging;
mod stale;
mod storing;
mod tap;

/// Defines one test for each cache. If a cache is not installed, one message says so and its tests pass without testing
/// anything, unless `TEST_REQUIRE_CACHES` is set.
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
