//! Tests of the throttle.

use super::*;

#[test]
fn a_key_is_held_back_after_its_failures_until_the_window_ends() {
    let throttle = Throttle::new(2, 60);
    let start = Timestamp::from_millis(0);
    assert!(throttle.attempt("ada", start).is_ok());
    assert!(throttle.attempt("ada", start).is_ok());
    assert!(matches!(
        throttle.attempt("ada", start),
        Err(Error::Throttled(60))
    ));
    assert!(throttle.attempt("bob", start).is_ok());
    assert!(throttle.attempt("ada", start.plus_seconds(60)).is_ok());
}

#[actix_web::test]
async fn a_success_clears_all_failures_and_an_attempt_without_outcome_none() {
    let throttle = Throttle::new(2, 60);
    let clock = Clock::manual(Timestamp::from_millis(0));
    let begin = || throttle.begin("ada", &clock);
    assert!(begin().await.is_ok());
    throttle.failed("ada", clock.now());
    assert!(begin().await.is_ok());
    throttle.undecided("ada");
    assert!(begin().await.is_ok());
    throttle.succeeded("ada");
    for _ in 0..2 {
        assert!(begin().await.is_ok());
        throttle.failed("ada", clock.now());
    }
    assert!(matches!(begin().await, Err(Error::Throttled(60))));
    assert!(throttle.failures().undecided.is_empty());
}

#[actix_web::test]
async fn attempts_beyond_the_limit_wait_for_the_outcome_of_the_others() {
    let clock = Clock::manual(Timestamp::from_millis(0));
    for succeeds in [true, false] {
        let throttle = Throttle::new(2, 60);
        let one = || async {
            throttle.begin("ada", &clock).await?;
            tokio::task::yield_now().await;
            match succeeds {
                true => throttle.succeeded("ada"),
                false => throttle.failed("ada", clock.now()),
            }
            Ok::<_, Error>(())
        };
        let all = futures_util::future::join_all((0..5).map(|_| one())).await;
        let let_in = all.iter().filter(|one| one.is_ok()).count();
        assert_eq!(let_in, if succeeds { 5 } else { 2 });
    }
}

#[test]
fn a_flood_of_fresh_keys_clears_no_key_with_several_failures_and_is_bounded() {
    let throttle = Throttle::new(10, 60);
    let start = Timestamp::from_millis(0);
    for _ in 0..10 {
        assert!(throttle.attempt("blocked", start).is_ok());
    }
    for _ in 0..2 {
        assert!(throttle.attempt("twice", start).is_ok());
    }
    for flood in 0..3 * MOST_KEYS {
        assert!(throttle.attempt(&flood.to_string(), start).is_ok());
    }
    assert!(throttle.attempt("blocked", start).is_err());
    for _ in 2..10 {
        assert!(throttle.attempt("twice", start).is_ok());
    }
    assert!(throttle.attempt("twice", start).is_err());
    let failures = throttle.failures();
    assert!(failures.single.len() <= MOST_KEYS);
    assert_eq!(failures.repeated.len(), 2);
}

#[test]
fn a_flood_of_keys_that_fail_twice_does_not_clear_a_blocked_key() {
    let throttle = Throttle::new(10, 60);
    let start = Timestamp::from_millis(0);
    for _ in 0..10 {
        assert!(throttle.attempt("blocked", start).is_ok());
    }
    for flood in 0..2 * MOST_KEYS {
        let key = flood.to_string();
        assert!(throttle.attempt(&key, start).is_ok());
        assert!(throttle.attempt(&key, start).is_ok());
    }
    assert!(throttle.attempt("blocked", start).is_err());
    assert!(throttle.failures().repeated.len() <= MOST_KEYS);
}

#[test]
fn a_key_is_news_once_in_its_window() {
    let throttle = Throttle::new(1, 60);
    let start = Timestamp::from_millis(0);
    assert!(!throttle.is_news("ada", start));
    assert!(throttle.attempt("ada", start).is_ok());
    assert!(throttle.is_news("ada", start));
    assert!(!throttle.is_news("ada", start));
    let later = start.plus_seconds(60);
    assert!(!throttle.is_news("ada", later));
    assert!(throttle.attempt("ada", later).is_ok());
    assert!(throttle.is_news("ada", later));
}
