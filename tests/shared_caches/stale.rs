//! Stale answers: served while the cache revalidates and while Tribuna fails, each for the time that the answer allows.

use std::thread;
use std::time::{Duration, Instant};

use crate::behind_both;
use crate::cache::Cache;
use crate::origin::eventually;
use crate::storing::title;
use crate::tap::Fault;

/// Long enough for an answer with `max-age=1` to become stale. nginx counts in whole seconds.
const STALE: Duration = Duration::from_millis(2200);

behind_both!(
    a_stale_answer_is_shown_while_a_new_one_is_fetched,
    |cache: &Cache| {
        let post = cache.origin.post(&title(cache, "Meanwhile"));
        cache.warm(&post.target, &[]);
        cache.origin.rewrite(&post, "second");
        let before = cache.tap.seen(&post.slug).len();
        // From here on, requests to Tribuna wait.
        cache.tap.fail(&post.slug, Fault::Slow);
        thread::sleep(STALE);
        thread::scope(|scope| {
            // In nginx, the first client waits. In Varnish, nobody does.
            let first = scope.spawn(|| cache.get(&post.target));
            eventually("Tribuna is asked", || {
                (cache.tap.seen(&post.slug).len() > before).then_some(())
            });
            let begun = Instant::now();
            for _ in 0..3 {
                let answer = cache.get(&post.target);
                assert_eq!(answer.status, 200);
                assert!(answer.text().contains("the first text"));
            }
            assert!(begun.elapsed() < Duration::from_secs(5), "they waited");
            assert_eq!(cache.tap.seen(&post.slug).len(), before + 1);
            cache.tap.mend(&post.slug);
            assert_eq!(first.join().unwrap().status, 200);
        });
        eventually("the new text shows", || {
            cache
                .get(&post.target)
                .text()
                .contains("the second text")
                .then_some(())
        });
    }
);

behind_both!(
    a_stale_answer_is_shown_while_tribuna_fails,
    |cache: &Cache| {
        let tag = cache.origin.tag(&title(cache, "In case of an error"));
        let kept = cache.warm(&tag.target, &[]);
        for fault in [Fault::Gone, Fault::Unavailable] {
            cache.tap.fail(&tag.slug, fault);
            thread::sleep(STALE);
            for _ in 0..3 {
                let answer = cache.get(&tag.target);
                match (fault, cache.serves_stale_on_503) {
                    (Fault::Unavailable, false) => assert_eq!(answer.status, 503),
                    _ => assert!(
                        (answer.status, &answer.body) == (200, &kept.body),
                        "{fault:?}: {answer:?}"
                    ),
                }
            }
            cache.tap.mend(&tag.slug);
            let before = cache.tap.seen(&tag.slug).len();
            eventually("Tribuna is asked again", || {
                assert_eq!(cache.get(&tag.target).status, 200);
                (cache.tap.seen(&tag.slug).len() > before).then_some(())
            });
        }
    }
);

behind_both!(
    a_stale_answer_is_not_shown_longer_than_it_says,
    |cache: &Cache| {
        let organization = cache.origin.organization(&title(cache, "Not for ever"));
        cache.warm(&organization.target, &[]);
        cache.tap.fail(&organization.slug, Fault::Unavailable);
        thread::sleep(STALE + Duration::from_secs(1));
        let answer = cache.get(&organization.target);
        assert!(
            answer.status >= 500,
            "{} {:?}",
            answer.status,
            answer.headers
        );
        cache.tap.mend(&organization.slug);
        eventually("it shows again", || {
            (cache.get(&organization.target).status == 200).then_some(())
        });
    }
);
