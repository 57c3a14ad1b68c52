//! Freshness and expiry of entries.

use super::{OriginAnswer, keys, with_cache};
use crate::error::Error;

#[test]
fn a_negative_answer_is_stored_for_a_second_or_until_any_change() {
    with_cache(&[], async |site| {
        let absences: [fn() -> Error; 3] = [
            || Error::NotFound,
            || Error::Gone(Vec::new()),
            || Error::Moved("/v1/posts/2".into()),
        ];
        for (error, status) in absences.into_iter().zip([404, 410, 308]) {
            let path = format!("/v1/posts/{status}");
            site.origin_answers(OriginAnswer::Fails(error));
            let first = site.get(&path).await;
            assert_eq!(
                (first.status, first.cache_status()),
                (status, "fwd=miss; stored")
            );
            site.pass(999);
            let again = site.get(&path).await;
            assert_eq!((again.status, again.cache_status()), (status, "hit"));
            assert_eq!(again.header("location"), first.header("location"));
            site.pass(1);
            site.cache.confirm();
            assert_eq!(site.get(&path).await.cache_status(), "fwd=stale; stored");
            site.cache.invalidate(&keys(&["tag:9"]), None);
            assert_eq!(site.get(&path).await.cache_status(), "fwd=miss; stored");
        }
        site.origin_answers(OriginAnswer::Fails(|| {
            Error::parameter("limit", "too_large", "must be at most 100")
        }));
        for _ in 0..2 {
            let refused = site.get("/v1/posts?limit=101").await;
            assert_eq!((refused.status, refused.cache_status()), (400, ""));
        }
    });
}

#[test]
fn an_entry_unconfirmed_for_a_second_is_served_only_if_the_origin_fails() {
    with_cache(&[("TRIBUNA_CACHE_STALE_IF_ERROR", "100")], async |site| {
        site.get("/v1/posts").await;
        site.pass(1000);
        assert_eq!(site.get("/v1/posts").await.cache_status(), "hit");
        site.pass(1);
        site.shows("two", &["posts"]);
        let anew = site.get("/v1/posts").await;
        assert_eq!(
            (anew.cache_status(), &*anew.body),
            ("fwd=stale; stored", &b"two"[..])
        );
        site.origin_answers(OriginAnswer::Fails(|| {
            Error::Unavailable("gone away".into())
        }));
        site.holds();
        let both = [
            site.begins("/v1/posts").await,
            site.begins("/v1/posts").await,
        ];
        site.releases();
        for one in both {
            let one = one.await.unwrap();
            assert_eq!(
                (one.status, one.cache_status()),
                (200, "hit; detail=stale-if-error")
            );
            assert_eq!(one.header("cache-control"), "public, max-age=0");
            assert_eq!(&*one.body, b"two");
        }
        site.pass(158_000);
        assert_eq!(site.get("/v1/posts").await.status, 200);
        site.pass(1000);
        assert_eq!(
            site.get("/v1/posts").await.status,
            503,
            "for longer than may be"
        );
        site.cache.confirm();
        site.pass(1001);
        assert_eq!(site.get("/v1/posts").await.status, 200);
        site.cache.invalidate(&keys(&["posts"]), None);
        assert_eq!(
            site.get("/v1/posts").await.status,
            503,
            "it is known to be another"
        );
    });
}

#[test]
fn nothing_is_served_from_the_time_at_which_the_clock_changes_it() {
    with_cache(&[], async |site| {
        site.shows_until("one", &["posts"], Some("2026-05-01T08:00:30Z"));
        let first = site.get("/v1/posts").await;
        assert_eq!(first.header("cache-control"), "public, max-age=29");
        site.pass(29_749);
        site.cache.confirm();
        let last = site.get("/v1/posts").await;
        assert_eq!(
            (last.cache_status(), last.header("cache-control")),
            ("hit", "public, max-age=0")
        );
        site.pass(1);
        site.origin_answers(OriginAnswer::Fails(|| {
            Error::Unavailable("gone away".into())
        }));
        assert_eq!(site.get("/v1/posts").await.status, 503);
        site.shows("two", &["posts"]);
        let next = site.get("/v1/posts").await;
        assert_eq!(
            (next.cache_status(), &*next.body),
            ("fwd=stale; stored", &b"two"[..])
        );
        site.pass(3000);
        site.cache.confirm();
        let next = site.get("/v1/posts").await;
        assert_eq!(
            next.header("last-modified"),
            "Fri, 01 May 2026 08:00:30 GMT"
        );
    });
}

#[test]
fn lifetimes_are_those_of_the_route() {
    let routes = ("TRIBUNA_CACHE_ROUTES", "posts=5/6/7,tags=300");
    with_cache(&[routes, ("TRIBUNA_CACHE_MAX_AGE", "90")], async |site| {
        for (path, control) in [
            (
                "/v1/posts/x",
                "public, max-age=5, stale-while-revalidate=6, stale-if-error=7",
            ),
            (
                "/v1/tags",
                "public, max-age=300, stale-while-revalidate=600, stale-if-error=86400",
            ),
            (
                "/v1/authors",
                "public, max-age=90, stale-while-revalidate=600, stale-if-error=86400",
            ),
        ] {
            for _ in 0..2 {
                assert_eq!(
                    site.get(path).await.header("cache-control"),
                    control,
                    "{path}"
                );
            }
        }
    });
}

#[test]
fn after_an_unknown_change_entries_are_served_only_if_the_origin_fails() {
    with_cache(&[("TRIBUNA_CACHE_STALE_IF_ERROR", "100")], async |site| {
        site.get("/v1/posts").await;
        site.cache.distrust();
        site.cache.confirm_as_of(site.cache.elapsed());
        site.origin_answers(OriginAnswer::Fails(|| {
            Error::Unavailable("gone away".into())
        }));
        let instead = site.get("/v1/posts").await;
        assert_eq!(
            (instead.status, instead.cache_status()),
            (200, "hit; detail=stale-if-error")
        );
        site.pass(1);
        site.cache.confirm();
        assert_eq!(site.get("/v1/posts").await.cache_status(), "hit");
    });
}
