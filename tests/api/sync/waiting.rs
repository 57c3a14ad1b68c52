//! Requests that wait for a change.

use std::time::{Duration, Instant};

use tribuna::jobs::worker::Workers;

use super::{all_told, begun};
use crate::support::TestApp;

/// An instance that uses the system clock and follows the log, as under `serve`.
async fn following(app: &TestApp) -> (TestApp, Workers) {
    let other = app.another_of_today(&[]).await;
    other.catches_up().await;
    let running = other.follows();
    (other, running)
}

on_both!(
    a_request_that_waits_is_answered_when_something_changes,
    async |app| {
        let (other, _running) = following(&app).await;
        let (ada, anyone) = (app.editor("ada").await, other.anonymous());
        let next = begun(&anyone, "").await;
        let address = format!("{next}&wait=20");
        let publishing = async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            // Drafts wake nobody.
            ada.writes("en", "A draft").await;
            ada.issues("en", "Housing").await;
        };
        let begun_at = Instant::now();
        let (answer, ()) = tokio::join!(anyone.get(&address), publishing);
        assert_eq!(all_told(answer.expect(200).items()), ["upsert en Housing"]);
        assert!(begun_at.elapsed() < Duration::from_secs(10));
    }
);

on_both!(a_request_waits_no_longer_than_it_wants_to, async |app| {
    let (other, _running) = following(&app).await;
    let anyone = other.anonymous();
    let next = begun(&anyone, "").await;
    let begun_at = Instant::now();
    let answer = anyone.get(&format!("{next}&wait=1")).await.expect(200);
    assert!(answer.items().is_empty());
    assert!(begun_at.elapsed() >= Duration::from_secs(1));
});

on_both!(the_end_of_the_instance_ends_waiting, async |app| {
    let (other, _running) = following(&app).await;
    let anyone = other.anonymous();
    let next = begun(&anyone, "").await;
    let address = format!("{next}&wait=30");
    let ending = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        other.instance.shutdown.request();
    };
    let begun_at = Instant::now();
    let (answer, ()) = tokio::join!(anyone.get(&address), ending);
    answer.expect(200);
    assert!(begun_at.elapsed() < Duration::from_secs(10));
});

on_both!(too_many_do_not_wait, async |app| {
    let other = app.another(&[("TRIBUNA_MAX_LISTENERS", "0")]).await;
    let anyone = other.anonymous();
    let next = begun(&anyone, "").await;
    let begun_at = Instant::now();
    anyone.get(&format!("{next}&wait=30")).await.expect(200);
    assert!(begun_at.elapsed() < Duration::from_secs(10));
});
