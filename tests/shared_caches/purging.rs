//! Purging by surrogate key in Varnish.

use limit::http::Answer;

use crate::cache::Cache;
use crate::origin::eventually;
use crate::storing::title;

#[test]
fn purging_a_post_removes_exactly_the_answers_that_show_it() {
    let Some(cache) = Cache::varnish() else {
        return;
    };
    let post = cache.origin.post(&title(cache, "Purged"));
    let other = cache.origin.post(&title(cache, "Left alone"));
    let list = "/v1/posts?limit=97&fields=title".to_owned();
    for target in [&post.target, &other.target, &list] {
        cache.warm(target, &[]);
    }
    cache.origin.rewrite(&post, "second");
    // The answer is stale, but still allowed.
    assert!(cache.get(&post.target).text().contains("the first text"));
    assert_eq!(purge(cache, &format!("post:{}", post.id)).status, 200);
    let new = cache.get(&post.target);
    assert_eq!(new.header("x-cache"), Some("MISS"));
    assert!(new.text().contains("the second text"));
    let asked = cache.get(&list);
    assert_eq!(
        asked.header("x-cache"),
        Some("MISS"),
        "the list shows the post"
    );
    let asked = cache.get(&other.target);
    assert_eq!(
        asked.header("x-cache"),
        Some("HIT"),
        "the other post is not purged"
    );
}

#[test]
fn surrogate_keys_survive_a_304() {
    let Some(cache) = Cache::varnish() else {
        return;
    };
    let post = cache.origin.post(&title(cache, "Renewed"));
    cache.warm(&post.target, &[]);
    eventually("a 304 renews the answer", || {
        cache.get(&post.target);
        let seen = cache.tap.seen(&post.slug);
        seen.into_iter().find(|one| one.status == 304)
    });
    eventually("the renewed answer is stored", || {
        let answer = cache.get(&post.target);
        (answer.header("x-cache") == Some("HIT")).then_some(())
    });
    let asked = cache.tap.seen(&post.slug).len();
    assert_eq!(purge(cache, &format!("post:{}", post.id)).status, 200);
    cache.get(&post.target);
    let seen = cache.tap.seen(&post.slug);
    let last = &seen[asked..];
    assert!(
        last.iter().any(|one| one.if_none_match.is_none()),
        "a purged answer is fetched anew, not revalidated"
    );
}

#[test]
fn a_purge_takes_several_keys_and_refuses_patterns() {
    let Some(cache) = Cache::varnish() else {
        return;
    };
    let posts = ["One of two", "Two of two"].map(|name| cache.origin.post(&title(cache, name)));
    for post in &posts {
        cache.warm(&post.target, &[]);
    }
    for keys in ["", ".*", "post:.*", "post:a|posts", "post:a,posts"] {
        assert_eq!(purge(cache, keys).status, 400, "{keys}");
    }
    for post in &posts {
        assert_eq!(cache.get(&post.target).header("x-cache"), Some("HIT"));
    }
    assert_eq!(
        purge(cache, &format!("post:{} post:{}", posts[0].id, posts[1].id)).status,
        200
    );
    for post in &posts {
        assert_eq!(cache.get(&post.target).header("x-cache"), Some("MISS"));
    }
}

fn purge(cache: &Cache, keys: &str) -> Answer {
    cache.ask("PURGE", "/", &[("surrogate-key", keys)])
}
