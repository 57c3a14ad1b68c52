//! What is kept, for how long, and in which forms.

use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use crate::behind_both;
use crate::cache::{Cache, is_hit};
use crate::house::eventually;

behind_both!(
    what_is_kept_is_what_tribuna_said_and_is_asked_about_again_by_its_etag,
    |cache: &Cache| {
        let post = cache.house.post(&title(cache, "Asked again"));
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
    what_was_published_anew_shows_when_the_old_is_no_longer_fresh,
    |cache: &Cache| {
        let post = cache.house.post(&title(cache, "Published anew"));
        cache.warm(&post.target, &[]);
        cache.house.rewrite(&post, "second");
        let new = eventually("the new text shows", || {
            let answer = cache.get(&post.target);
            answer.text().contains("the second text").then_some(answer)
        });
        assert_eq!(new.status, 200);
        assert!(!new.text().contains("the first text"));
    }
);

behind_both!(each_coding_is_kept_apart, |cache: &Cache| {
    let post = cache.house.post(&title(cache, "Each coding"));
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

behind_both!(a_head_is_answered_out_of_what_is_kept, |cache: &Cache| {
    let post = cache.house.post(&title(cache, "Only the head"));
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
});

behind_both!(who_has_it_is_told_so_by_the_cache, |cache: &Cache| {
    let post = cache.house.post(&title(cache, "Not modified"));
    let kept = cache.warm(&post.target, &[]);
    let etag = kept.header("etag").unwrap();
    let same = cache.ask("GET", &post.target, &[("if-none-match", etag)]);
    assert_eq!((same.status, same.body.len()), (304, 0));
    assert_eq!(same.header("etag"), Some(etag));
    let other = cache.ask("GET", &post.target, &[("if-none-match", "\"another\"")]);
    assert_eq!((other.status, other.body), (200, kept.body));
    // None of these went through as it was.
    let seen = cache.tap.seen(&post.slug);
    assert!(
        seen.iter()
            .all(|one| one.if_none_match.as_deref() != Some("\"another\""))
    );
});

behind_both!(what_is_not_there_is_not_kept, |cache: &Cache| {
    let name = title(cache, "Not there");
    let target = format!("/v1/posts/{}", name.to_lowercase().replace(' ', "-"));
    assert_eq!(cache.get(&target).status, 404);
    let post = cache.house.post(&name);
    assert_eq!(post.target, target);
    soon(cache, &target, 200);
    cache.house.take_down(&post);
    eventually("it is gone", || {
        (cache.get(&target).status == 410).then_some(())
    });
    cache.house.publish(&post, &json!({}));
    soon(cache, &target, 200);
});

behind_both!(nothing_is_shown_past_its_end, |cache: &Cache| {
    let post = cache.house.post(&title(cache, "Ends soon"));
    let end = SystemTime::now() + Duration::from_secs(4);
    let millis = end
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap()
        .as_millis();
    let at = tribuna::timestamp::Timestamp::from_millis(i64::try_from(millis).unwrap());
    cache
        .house
        .publish(&post, &json!({ "unpublish_at": at.to_string() }));
    // nginx counts in whole seconds, and keeps for up to one more.
    let end = end + Duration::from_millis(1100);
    let mut kept = 0;
    eventually("it is gone", || {
        let asked = SystemTime::now();
        let answer = cache.get(&post.target);
        kept += u32::from(is_hit(&answer));
        assert!(
            answer.status == 410 || asked < end,
            "shown after its end: {:?}",
            answer.headers
        );
        (answer.status == 410).then_some(())
    });
    assert!(kept > 0);
});

behind_both!(nothing_that_needs_a_token_is_kept, |cache: &Cache| {
    let post = cache.house.post(&title(cache, "With a token"));
    let with_token = [("authorization", cache.house.token())];
    let desk = format!("/v1/admin/posts/{}", post.id);
    for _ in 0..2 {
        assert_eq!(cache.ask("GET", &desk, &with_token).status, 200);
        assert_eq!(cache.get(&desk).status, 401);
    }
    assert_eq!(cache.tap.statuses(&desk), [200, 401, 200, 401]);
    // What is public is not kept for others either, if it was asked for with one.
    for _ in 0..2 {
        assert_eq!(cache.ask("GET", &post.target, &with_token).status, 200);
    }
    let first = cache.get(&post.target);
    assert!(
        first.status == 200 && !is_hit(&first),
        "{:?}",
        first.headers
    );
});

behind_both!(
    an_answer_that_names_very_much_passes_and_is_kept,
    |cache: &Cache| {
        let target = "/v1/posts?limit=100";
        let straight = limit::wire::ask(&cache.house.address, "GET", target, &[], b"").unwrap();
        let head: usize = straight
            .headers
            .iter()
            .map(|(name, value)| name.len() + value.len() + 4)
            .sum();
        assert!(head > 4096, "{head}: there is room for that by default");
        assert!(cache.warm(target, &[]).body.len() > 4096);
    }
);

/// Within what a cache may keep an answer that says nothing is there.
fn soon(cache: &Cache, target: &str, status: u16) {
    let begun = SystemTime::now();
    eventually("it is there", || {
        (cache.get(target).status == status).then_some(())
    });
    assert!(begun.elapsed().unwrap() < Duration::from_secs(3));
}

/// A title of this test and this cache alone.
pub fn title(cache: &Cache, words: &str) -> String {
    let port = cache.address.rsplit(':').next().unwrap();
    format!("{words} {port}")
}
