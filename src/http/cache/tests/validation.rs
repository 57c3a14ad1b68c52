//! `ETag`, `Last-Modified` and 304.

#![allow(clippy::unwrap_used)]

use actix_web::test::TestRequest;

use super::{keys, with_cache};
use crate::surrogate_keys::SurrogateKeys;

#[test]
fn a_client_that_has_the_representation_gets_a_304_from_the_store() {
    with_cache(&[("TRIBUNA_CACHE_KEYS", "both")], async |site| {
        site.cache.invalidate(
            &SurrogateKeys::new(),
            Some("2026-05-01T07:59:57.900Z".parse().unwrap()),
        );
        let first = site.get("/v1/posts").await;
        let tag = first.header("etag").to_owned();
        let date = "Fri, 01 May 2026 07:59:57 GMT";
        assert_eq!(first.header("last-modified"), date);
        for header in [
            ("if-none-match", &*format!("\"x\", W/{tag}")),
            ("if-none-match", "*"),
            ("if-modified-since", date),
        ] {
            let had = site.with("/v1/posts", header).await;
            assert_eq!(
                (had.status, had.cache_status(), had.body.len()),
                (304, "hit", 0),
                "{header:?}"
            );
            for name in ["etag", "cache-control", "last-modified"] {
                assert_eq!(had.header(name), first.header(name), "{name}");
            }
            for name in [
                "content-type",
                "content-language",
                "content-length",
                "surrogate-key",
                "cache-tag",
            ] {
                assert_eq!(had.header(name), "", "{name}");
            }
        }
        for header in [
            ("if-none-match", "\"x\""),
            ("if-modified-since", "Fri, 01 May 2026 07:59:56 GMT"),
            ("if-modified-since", "yesterday"),
        ] {
            assert_eq!(
                site.with("/v1/posts", header).await.status,
                200,
                "{header:?}"
            );
        }
        let newer = TestRequest::with_uri("/v1/posts")
            .insert_header(("if-none-match", "\"x\""))
            .insert_header(("if-modified-since", date));
        assert_eq!(site.send(newer).await.status, 200, "the tag decides");
        assert_eq!(site.asked(), 1);
        let cold = site.with("/v1/posts?page=2", ("if-none-match", &tag)).await;
        assert_eq!(
            (cold.status, cold.cache_status()),
            (304, "fwd=miss; stored")
        );
    });
}

#[test]
fn two_states_of_an_answer_never_have_the_same_date() {
    with_cache(&[], async |site| {
        assert_eq!(site.get("/v1/posts").await.header("last-modified"), "");
        site.cache
            .invalidate(&keys(&["posts"]), Some(site.clock.now()));
        let during = site.get("/v1/posts").await;
        assert_eq!(
            during.header("last-modified"),
            "",
            "another change may come this second"
        );
        site.pass(2749);
        site.cache.confirm();
        let soon = site.get("/v1/posts").await;
        assert_eq!(soon.header("last-modified"), "", "nor may be told of");
        site.pass(1);
        let after = site.get("/v1/posts").await;
        assert_eq!(
            after.header("last-modified"),
            "Fri, 01 May 2026 08:00:00 GMT"
        );
        assert_eq!(after.cache_status(), "hit");
        let long_ago = "2026-05-01T08:00:00.900Z".parse().unwrap();
        site.cache.invalidate(&keys(&["posts"]), Some(long_ago));
        site.pass(60_000);
        let late = site.get("/v1/posts").await;
        assert_eq!(
            late.header("last-modified"),
            "Fri, 01 May 2026 08:00:03 GMT"
        );
    });
}
