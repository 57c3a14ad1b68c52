//! Content codings.

#![allow(clippy::unwrap_used)]

use actix_web::test::TestRequest;

use super::with_cache;

#[test]
fn each_coding_is_made_once_and_has_an_etag_of_its_own() {
    with_cache(&[], async |site| {
        let long = "Rent in Lagos. ".repeat(300);
        site.shows(&long, &["posts"]);
        let plain = site.get("/v1/posts").await;
        let mut tags = vec![plain.header("etag").to_owned()];
        for (wish, coding) in [
            ("br", "br"),
            ("zstd", "zstd"),
            ("gzip", "gzip"),
            ("gzip, br", "br"),
        ] {
            let wish = ("accept-encoding", wish);
            let first = site.with("/v1/posts", wish).await;
            assert_eq!(first.header("content-encoding"), coding);
            assert!(first.body.len() < long.len() / 10);
            let again = site.with("/v1/posts", wish).await;
            assert_eq!(again.body.as_ptr(), first.body.as_ptr(), "made once");
            assert_eq!(
                (again.header("etag"), again.cache_status()),
                (first.header("etag"), "hit")
            );
            let had = TestRequest::with_uri("/v1/posts")
                .insert_header(wish)
                .insert_header(("if-none-match", first.header("etag")));
            let had = site.send(had).await;
            assert_eq!((had.status, had.header("content-encoding")), (304, ""));
            tags.push(first.header("etag").to_owned());
        }
        tags.sort();
        tags.dedup();
        assert_eq!(tags.len(), 4, "{tags:?}");
        assert_eq!(site.asked(), 1);
        site.shows("short", &["posts"]);
        let short = site
            .with("/v1/posts?short", ("accept-encoding", "br"))
            .await;
        assert_eq!(
            (short.header("content-encoding"), &*short.body),
            ("", &b"short"[..])
        );
    });
}

#[test]
fn encoded_bodies_stay_within_their_budget_and_below_the_size_of_the_body() {
    with_cache(&[], async |site| {
        // Hexadecimal digits of a generator shrink to somewhat more than half: two codings fit, the third does not.
        let mut state = 1_u64;
        let noise: String = (0..20_000)
            .map(|_| {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
                char::from_digit(u32::try_from((state >> 33) % 16).unwrap(), 16).unwrap()
            })
            .collect();
        site.shows(&noise, &["posts"]);
        let mut coded = Vec::new();
        for coding in ["br", "zstd", "gzip"] {
            let sent = site.with("/v1/posts", ("accept-encoding", coding)).await;
            let again = site.with("/v1/posts", ("accept-encoding", coding)).await;
            assert_eq!(again.body.as_ptr(), sent.body.as_ptr(), "{coding}");
            if sent.header("content-encoding").is_empty() {
                assert_eq!(sent.body, noise);
            } else {
                coded.push(sent.body.len());
            }
        }
        assert_eq!(coded.len(), 2, "{coded:?}");
        assert!(coded.iter().sum::<usize>() <= noise.len() + noise.len() / 2);
    });
}
