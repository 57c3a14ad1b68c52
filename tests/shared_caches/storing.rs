//! Caching: which answers a cache stores, for how long, and in which encodings.

use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use crate::behind_both;
use crate::cache::{Cache, is_hit};
use crate::origin::eventually;

behind_both!(
    a_cache_stores_answers_and_revalidates_them_by_etag,
    |cache: &Cache| {
        let post = cache.origin.post(&title(cache, "Asked again"));
        let kept = cache.warm(&post.target, &[]);
        let etag = kept.header("etag").unwrap().to_owned();
        assert_eq!(
            kept.header("vary").map(str::to_lowercase).as_deref(),
            Some("accept-encoding")
        );
        eventually("it is asked about again", || {
            let answer = cache.get(&post.target);
            assert_eq!((answer.status, &answer.body), (200, &kept.body));
            assert_eq!(answer.header("etag"), Some(etag.as_str()));
            let seen = cache.tap.seen(&post.slug);
            seen.into_iter().find(|one| one.status == 304)
        });
        let seen = cache.tap.seen(&post.slug);
        assert_eq!(seen[0].status, 200);
        for again in &seen[1..] {
            assert_eq!(
                (again.status, again.if_none_match.as_deref()),
                (304, Some(etag.as_str()))
            );
        }
    }
);

behind_both!(
    a_republished_text_is_shown_once_the_old_answer_is_stale,
    |cache: &Cache| {
        let post = cache.origin.post(&title(cache, "Published anew"));
        cache.warm(&post.target, &[]);
        cache.origin.rewrite(&post, "second");
        let new = eventually("the new text shows", || {
            let answer = cache.get(&post.target);
            answer.text().contains("the second text").then_some(answer)
        });
        assert_eq!(new.status, 200);
        assert!(!new.text().contains("the first text"));
    }
);

behind_both!(each_content_coding_is_stored_separately, |cache: &Cache| {
    let post = cache.origin.post(&title(cache, "Each coding"));
    let codings = [None, Some("br"), Some("zstd"), Some("gzip")];
    let ask = |coding: Option<&str>| {
        let headers: Vec<(&str, &str)> = coding
            .map(|coding| ("accept-encoding", coding))
            .into_iter()
            .collect();
        cache.warm(&post.target, &headers)
    };
    let first = codings.map(ask);
    let second = codings.map(ask);
    for ((coding, first), second) in codings.iter().zip(&first).zip(&second) {
        assert_eq!(first.header("content-encoding"), *coding);
        assert_eq!(second.header("content-encoding"), *coding);
        assert_eq!(first.body, second.body, "{coding:?}");
        assert_eq!(first.header("etag"), second.header("etag"));
    }
    let document: Value = serde_json::from_slice(&first[0].body).unwrap();
    assert_eq!(document["data"]["id"], post.id.as_str());
    let tags: std::collections::BTreeSet<_> =
        first.iter().map(|answer| answer.header("etag")).collect();
    assert_eq!(tags.len(), 4);
    let fetched = cache
        .tap
        .statuses(&post.slug)
        .iter()
        .filter(|status| **status == 200)
        .count();
    assert_eq!(fetched, 4);
});

behind_both!(
    a_head_request_is_answered_from_the_cache,
    |cache: &Cache| {
        let post = cache.origin.post(&title(cache, "Only the head"));
        let head = cache.ask("HEAD", &post.target, &[]);
        assert_eq!((head.status, head.body.len()), (200, 0));
        let whole = cache.warm(&post.target, &[]);
        assert!(whole.text().contains("the first text"));
        let head = cache.ask("HEAD", &post.target, &[]);
        assert_eq!(head.status, 200);
        assert_eq!(head.header("etag"), whole.header("etag"));
        assert_eq!(
            head.header("content-length"),
            Some(whole.body.len().to_string().as_str())
        );
        assert!(
            cache
                .tap
                .seen(&post.slug)
                .iter()
                .all(|one| one.method == "GET")
        );
    }
);

behind_both!(
    a_matching_etag_gets_a_304_from_the_cache,
    |cache: &Cache| {
        let post = cache.origin.post(&title(cache, "Not modified"));
        let kept = cache.warm(&post.target, &[]);
        let etag = kept.header("etag").unwrap();
        let same = cache.ask("GET", &post.target, &[("if-none-match", etag)]);
        assert_eq!((same.status, same.body.len()), (304, 0));
        assert_eq!(same.header("etag"), Some(etag));
        let other = cache.ask("GET", &post.target, &[("if-none-match", "\"another\"")]);
        assert_eq!((other.status, other.body), (200, kept.body));
        // None of these headers was passed on unchanged.
        let seen = cache.tap.seen(&post.slug);
        assert!(
            seen.iter()
                .all(|one| one.if_none_match.as_deref() != Some("\"another\""))
        );
    }
);

behind_both!(a_404_and_a_410_are_stored_only_briefly, |cache: &Cache| {
    let name = title(cache, "Not there");
    let target = format!("/v1/posts/{}", name.to_lowercase().replace(' ', "-"));
    assert_eq!(cache.get(&target).status, 404);
    let post = cache.origin.post(&name);
    assert_eq!(post.target, target);
    soon(cache, &target, 200);
    cache.origin.take_down(&post);
    eventually("the post is gone", || {
        (cache.get(&target).status == 410).then_some(())
    });
    cache.origin.publish(&post, &json!({}));
    soon(cache, &target, 200);
});

behind_both!(no_post_is_shown_after_its_end, |cache: &Cache| {
    let post = cache.origin.post(&title(cache, "Ends soon"));
    let end = SystemTime::now() + Duration::from_secs(4);
    let millis = end
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap()
        .as_millis();
    let at = tribuna::timestamp::Timestamp::from_millis(i64::try_from(millis).unwrap());
    cache
        .origin
        .publish(&post, &json!({ "unpublish_at": at.to_string() }));
    // nginx counts in whole seconds, and may serve an answer for up to one more.
    let end = end + Duration::from_millis(1100);
    let mut kept = 0;
    eventually("the post is gone", || {
        let asked = SystemTime::now();
        let answer = cache.get(&post.target);
        kept += u32::from(is_hit(&answer));
        assert!(
            answer.status == 410 || asked < end,
            "the post is shown after its end: {:?}",
            answer.headers
        );
        (answer.status == 410).then_some(())
    });
    assert!(kept > 0);
});

behind_both!(
    no_answer_to_a_request_with_a_token_is_stored,
    |cache: &Cache| {
        let post = cache.origin.post(&title(cache, "With a token"));
        let with_token = [("authorization", cache.origin.token())];
        let admin = format!("/v1/admin/posts/{}", post.id);
        for _ in 0..2 {
            assert_eq!(cache.ask("GET", &admin, &with_token).status, 200);
            assert_eq!(cache.get(&admin).status, 401);
        }
        assert_eq!(cache.tap.statuses(&admin), [200, 401, 200, 401]);
        // A request with a token does not fill the cache for others, even if the answer is public.
        for _ in 0..2 {
            assert_eq!(cache.ask("GET", &post.target, &with_token).status, 200);
        }
        let first = cache.get(&post.target);
        assert!(
            first.status == 200 && !is_hit(&first),
            "{:?}",
            first.headers
        );
    }
);

behind_both!(
    an_answer_with_a_very_long_head_is_stored,
    |cache: &Cache| {
        let target = "/v1/posts?limit=100";
        let straight = limit::http::ask(&cache.origin.address, "GET", target, &[], b"").unwrap();
        let head: usize = straight
            .headers
            .iter()
            .map(|(name, value)| name.len() + value.len() + 4)
            .sum();
        assert!(
            head > 4096,
            "a head of {head} bytes fits the default buffers"
        );
        assert!(cache.warm(target, &[]).body.len() > 4096);
    }
);

/// Checks the answer within the time for which a cache may store a `404`.
fn soon(cache: &Cache, target: &str, status: u16) {
    let begun = SystemTime::now();
    eventually("the address has the new status", || {
        (cache.get(target).status == status).then_some(())
    });
    assert!(begun.elapsed().unwrap() < Duration::from_secs(3));
}

/// A title that only this test uses with this cache.
pub fn title(cache: &Cache, words: &str) -> String {
    let port = cache.address.rsplit(':').next().unwrap();
    format!("{words} {port}")
}
