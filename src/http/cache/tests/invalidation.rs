//! Invalidations by surrogate key.

#![allow(clippy::unwrap_used)]

use super::{keys, with_cache};

#[test]
fn an_invalidation_removes_the_entries_with_its_keys_and_no_others() {
    with_cache(&[], async |site| {
        site.get("/v1/posts/1").await;
        site.shows("two", &["post:2"]);
        site.get("/v1/posts/2").await;
        site.cache.invalidate(&keys(&["post:1", "posts:fr"]), None);
        site.shows("new", &["post:1"]);
        let touched = site.get("/v1/posts/1").await;
        assert_eq!(
            (touched.cache_status(), &*touched.body),
            ("fwd=miss; stored", &b"new"[..])
        );
        assert_eq!(site.get("/v1/posts/2").await.cache_status(), "hit");
        site.cache.clear();
        assert_eq!(
            site.get("/v1/posts/2").await.cache_status(),
            "fwd=miss; stored"
        );
    });
}

#[test]
fn an_answer_requested_before_an_invalidation_is_neither_stored_nor_shared_after_it() {
    with_cache(&[], async |site| {
        site.holds();
        let before = site.begins("/v1/posts").await;
        site.cache.invalidate(&keys(&["posts"]), None);
        site.shows("two", &["posts"]);
        let after = site.begins("/v1/posts").await;
        site.releases();
        let before = before.await.unwrap();
        assert_eq!(
            (&*before.body, before.cache_status()),
            (&b"one"[..], "fwd=miss")
        );
        let after = after.await.unwrap();
        assert_eq!(
            (&*after.body, after.cache_status()),
            (&b"two"[..], "fwd=miss; stored")
        );
        let kept = site.get("/v1/posts").await;
        assert_eq!((&*kept.body, kept.cache_status()), (&b"two"[..], "hit"));
    });
}

#[test]
fn an_invalidation_of_other_keys_does_not_prevent_storing() {
    with_cache(&[], async |site| {
        site.holds();
        let begun = site.begins("/v1/posts").await;
        site.cache.invalidate(&keys(&["post:9"]), None);
        site.releases();
        assert_eq!(begun.await.unwrap().cache_status(), "fwd=miss; stored");
    });
}
