//! The scheduler and the calendar. The scheduler logs each transition once and in order, with several instances and
//! after an outage.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tribuna::jobs::worker::{Job, Stop, Workers};
use tribuna::operations::scheduler::{self, Scheduler};

use crate::support::breakage::Breakage;
use crate::support::client::Client;
use crate::support::content::{POSTS, publication, translation};
use crate::support::{Backend, TestApp};

/// The scheduler of another instance.
fn scheduler(app: &TestApp) -> Scheduler {
    Scheduler::new(app.state.db.clone(), app.clock.clone())
}

/// Creates a post that is public from one time until another. Returns its id.
async fn scheduled(ada: &Client, title: &str, from: &str, until: &str) -> String {
    let id = ada.writes("en", title).await;
    let times = json!({ "publish_at": from, "unpublish_at": until });
    ada.schedules(&id, "en", times).await;
    id
}

on_both!(an_outage_is_made_up_once_and_in_order, async |app| {
    let ada = app.editor("ada").await;
    let one = scheduled(&ada, "One", "2026-05-02T00:00:00Z", "2026-05-04T00:00:00Z").await;
    let two = scheduled(&ada, "Two", "2026-05-01T12:00:00Z", "2026-05-03T00:00:00Z").await;
    let three = ada.issues("en", "Three").await;
    ada.schedules(
        &three,
        "en",
        json!({ "publish_at": "2026-05-02T12:00:00Z" }),
    )
    .await;
    let before = app.publication_log().len();
    let tick = || scheduler::tick(&app.state.db, app.clock.now()).unwrap();
    assert_eq!(tick(), 0);
    app.set_time("2026-05-05T00:00:00Z");
    assert_eq!(tick(), 5);
    let entry = |id: &str, what: &str| (id.to_owned(), what.to_owned());
    let expected = [
        entry(&two, "publish at 2026-05-01T12:00:00.000Z"),
        entry(&one, "publish at 2026-05-02T00:00:00.000Z"),
        entry(&three, "publish at 2026-05-02T12:00:00.000Z"),
        entry(&two, "unpublish at 2026-05-03T00:00:00.000Z"),
        entry(&one, "unpublish at 2026-05-04T00:00:00.000Z"),
    ];
    assert_eq!(app.publication_log()[before..], expected);
    assert_eq!(tick(), 0);
    assert_eq!(app.publication_log().len(), before + 5);
    assert_eq!(
        app.count("publications"),
        3,
        "the replaced publication is gone"
    );
    assert_eq!(app.count("transitions"), 0);
    let by_clock = "changes WHERE actor = 'clock' AND actor_id IS NULL";
    assert_eq!(app.count(by_clock), 5);
});

on_both!(
    one_failing_transition_does_not_stop_the_others,
    async |app| {
        let ada = app.editor("ada").await;
        let bad = scheduled(&ada, "Bad", "2026-05-02T00:00:00Z", "2026-05-02T00:00:30Z").await;
        ada.translates(&bad, "fr", "Mal").await;
        let times = json!({ "publish_at": "2026-05-02T00:00:01Z" });
        ada.schedules(&bad, "fr", times).await;
        let good = scheduled(&ada, "Good", "2026-05-02T00:00:02Z", "2026-05-03T00:00:00Z").await;
        let before = app.publication_log().len();
        let entry = |id: &str, what: &str| (id.to_owned(), what.to_owned());
        let hex = bad.replace('-', "");
        let id = match app.backend() {
            Backend::Sqlite => format!("x'{hex}'"),
            Backend::Postgres => format!("'{hex}'"),
        };
        let of_bad = format!("NEW.actor = 'clock' AND NEW.entity_id = {id} AND NEW.lang = 'en'");
        let breakage = Breakage::new(&app, "INSERT ON changes", &of_bad, "broken");
        app.set_time("2026-05-02T00:00:10Z");
        let scheduler = scheduler(&app);
        let next = scheduler.turn(app.clock.now(), &Stop::new()).unwrap();
        let mut expected = vec![
            entry(&bad, "publish at 2026-05-02T00:00:01.000Z"),
            entry(&good, "publish at 2026-05-02T00:00:02.000Z"),
        ];
        assert_eq!(app.publication_log()[before..], expected);
        // Neither the failed transition nor the later ones are tried again within a minute.
        assert_eq!(next, Some("2026-05-02T00:01:10Z".parse().unwrap()));
        breakage.mend();
        app.set_time("2026-05-02T00:01:09Z");
        scheduler.turn(app.clock.now(), &Stop::new()).unwrap();
        assert_eq!(app.publication_log()[before..], expected);
        app.set_time("2026-05-02T00:01:10Z");
        let next = scheduler.turn(app.clock.now(), &Stop::new()).unwrap();
        expected.push(entry(&bad, "publish at 2026-05-02T00:00:00.000Z"));
        expected.push(entry(&bad, "unpublish at 2026-05-02T00:00:30.000Z"));
        assert_eq!(app.publication_log()[before..], expected);
        assert_eq!(next, Some("2026-05-03T00:00:00Z".parse().unwrap()));
    }
);

on_both!(
    postponed_or_cancelled_transitions_do_not_happen,
    async |app| {
        let ada = app.editor("ada").await;
        let off = scheduled(&ada, "Off", "2026-05-02T00:00:00Z", "2026-05-04T00:00:00Z").await;
        let down = scheduled(&ada, "Down", "2026-05-02T00:00:00Z", "2026-05-04T00:00:00Z").await;
        let later = json!({ "publish_at": "2026-05-03T00:00:00Z", "unpublish_at": null });
        ada.patch(&publication(&off, "en"), later).await.expect(200);
        ada.delete(&publication(&down, "en")).await.expect(204);
        app.set_time("2026-05-06T00:00:00Z");
        assert_eq!(scheduler::tick(&app.state.db, app.clock.now()).unwrap(), 1);
        let told = [
            "schedule",
            "schedule",
            "publish at 2026-05-03T00:00:00.000Z",
        ];
        assert_eq!(app.publication_log_of(&off), told);
        assert_eq!(app.publication_log_of(&down), ["schedule", "unpublish"]);
    }
);

on_both!(many_instances_log_each_transition_once, async |app| {
    let ada = app.editor("ada").await;
    for number in 0..150 {
        let begin = format!("2026-05-02T00:00:00.{number:03}Z");
        scheduled(&ada, &format!("N{number}"), &begin, "2026-06-01T00:00:00Z").await;
    }
    app.set_time("2026-05-03T00:00:00Z");
    let now = app.clock.now();
    let others = [app.another(&[]).await, app.another(&[]).await];
    std::thread::scope(|scope| {
        for instance in [&app, &others[0], &others[1]] {
            let scheduler = scheduler(instance);
            scope.spawn(move || scheduler.turn(now, &Stop::new()).unwrap());
        }
    });
    assert_eq!(app.count("changes WHERE actor = 'clock'"), 150);
    assert_eq!(app.count("leases"), 1);
    let told: Vec<String> = app.publication_log().into_iter().map(|one| one.1).collect();
    let by_clock: Vec<&String> = told.iter().filter(|one| one.contains(" at ")).collect();
    assert!(by_clock.is_sorted(), "{by_clock:?}");
});

on_both!(
    one_instance_works_and_another_takes_over_after_its_death,
    async |app| {
        let ada = app.editor("ada").await;
        for (title, begin) in [
            ("One", "2026-05-01T08:00:01Z"),
            ("Two", "2026-05-01T08:00:01.500Z"),
        ] {
            scheduled(&ada, title, begin, "2026-06-01T00:00:00Z").await;
        }
        let by_clock = || app.count("changes WHERE actor = 'clock'");
        let turns = [scheduler(&app), scheduler(&app)];
        let [first, second] = &turns;
        app.set_time("2026-05-01T08:00:01Z");
        first.turn(app.clock.now(), &Stop::new()).unwrap();
        assert_eq!(by_clock(), 1);
        // The first instance holds the lease and dies.
        app.set_time("2026-05-01T08:00:01.500Z");
        second.turn(app.clock.now(), &Stop::new()).unwrap();
        assert_eq!(by_clock(), 1);
        app.set_time("2026-05-01T08:00:02Z");
        second.turn(app.clock.now(), &Stop::new()).unwrap();
        assert_eq!(by_clock(), 2);
        // An instance that stops cleanly releases the lease at once.
        scheduled(
            &ada,
            "Three",
            "2026-05-01T08:00:12Z",
            "2026-06-01T00:00:00Z",
        )
        .await;
        second.lease().unwrap().release().unwrap();
        app.set_time("2026-05-01T08:00:12Z");
        first.turn(app.clock.now(), &Stop::new()).unwrap();
        assert_eq!(by_clock(), 3);
    }
);

on_both!(
    a_running_scheduler_logs_within_two_seconds_and_stops_cleanly,
    async |app| {
        let ada = app.editor("ada").await;
        let running = Workers::new().start(scheduler(&app)).unwrap();
        for (turn, at) in ["2026-05-02T00:00:00Z", "2026-05-03T00:00:00Z"]
            .into_iter()
            .enumerate()
        {
            scheduled(&ada, &format!("N{turn}"), at, "2026-06-01T00:00:00Z").await;
            app.set_time(at);
            let begun = Instant::now();
            while app.count("changes WHERE actor = 'clock'") <= turn as i64 {
                assert!(begun.elapsed() < Duration::from_secs(2), "{at}");
                std::thread::sleep(Duration::from_millis(10));
            }
        }
        drop(running);
        assert_eq!(app.count("leases"), 0);
        app.set_time("2026-06-01T00:00:00Z");
        assert_eq!(scheduler::tick(&app.state.db, app.clock.now()).unwrap(), 2);
    }
);

on_both!(an_immediate_publication_plans_nothing, async |app| {
    let ada = app.editor("ada").await;
    ada.issues("en", "Now").await;
    assert_eq!(app.count("transitions"), 0);
    ada.schedules(
        &ada.writes("en", "Past").await,
        "en",
        json!({ "publish_at": "2020-01-01T00:00:00Z" }),
    )
    .await;
    assert_eq!(app.count("transitions"), 0);
});

/// The time, the event, the title and the status of each entry.
fn entries(calendar: &[Value]) -> Vec<String> {
    let entry = |one: &Value| {
        let part = |name: &str| one[name].as_str().unwrap_or_default().to_owned();
        [part("at"), part("event"), part("title"), part("status")].join(" ")
    };
    calendar.iter().map(entry).collect()
}

on_both!(the_calendar_shows_the_past_and_the_future, async |app| {
    let ada = app.editor("ada").await;
    let one = scheduled(&ada, "One", "2026-05-10T00:00:00Z", "2026-05-12T00:00:00Z").await;
    let two = ada.issues("en", "Two").await;
    ada.translates(&two, "fr", "Deux").await;
    let times = json!({ "publish_at": "2026-05-11T00:00:00Z", "time_zone": "Europe/Paris" });
    ada.schedules(&two, "fr", times).await;
    let end = json!({ "unpublish_at": "2026-05-20T00:00:00Z" });
    ada.patch(&publication(&two, "en"), end).await.expect(200);
    let edit = json!({ "title": "Two again" });
    ada.patch(&translation(&two, "en"), edit).await.expect(200);
    ada.schedules(&two, "en", json!({ "publish_at": "2026-05-11T00:00:00Z" }))
        .await;
    let month = "/v1/admin/calendar?from=2026-05-01&to=2026-06-01";
    let expected = [
        "2026-05-01T08:00:00.000Z publish Two done",
        "2026-05-10T00:00:00.000Z publish One due",
        "2026-05-11T00:00:00.000Z publish Deux due",
        "2026-05-11T00:00:00.000Z replace Two again due",
        "2026-05-12T00:00:00.000Z unpublish One due",
    ];
    let calendar = ada.get(&format!("{month}&count=true")).await.expect(200);
    assert_eq!(entries(calendar.items()), expected);
    assert_eq!(calendar.at("/page/total"), 5);
    assert_eq!(calendar.items()[2]["time_zone"], "Europe/Paris");
    assert_eq!(calendar.items()[2]["lang"], "fr");
    assert_eq!(calendar.items()[1]["post"], one);
    // In pages, forwards and backwards.
    let mut met = Vec::new();
    let mut next = Some(format!("{month}&limit=2"));
    let mut last = None;
    while let Some(path) = next {
        let page = ada.get(&path).await.expect(200);
        met.extend(entries(page.items()));
        next = page.at("/page/next").as_str().map(str::to_owned);
        last = page.at("/page/prev").as_str().map(str::to_owned);
    }
    assert_eq!(met, expected);
    let back = ada.get(&last.unwrap()).await.expect(200);
    assert_eq!(entries(back.items()), expected[2..4]);
    let second = ada
        .get(&format!("{month}&limit=2&page=2"))
        .await
        .expect(200);
    assert_eq!(entries(second.items()), expected[2..4]);
    let french = ada.get(&format!("{month}&lang=fr")).await.expect(200);
    assert_eq!(entries(french.items()), expected[2..3]);
    let part = "/v1/admin/calendar?from=2026-05-10T00:00:00Z&to=2026-05-11T00:00:00Z";
    let part = ada.get(part).await.expect(200);
    assert_eq!(entries(part.items()), expected[1..2]);
    // Past entries are the same, whether they are logged or not.
    app.set_time("2026-05-15T00:00:00Z");
    for _ in 0..2 {
        let calendar = ada.get(month).await.expect(200);
        let done = expected.map(|entry| entry.replace(" due", " done"));
        assert_eq!(entries(calendar.items())[1..], done[1..]);
        scheduler::tick(&app.state.db, app.clock.now()).unwrap();
    }
});

on_both!(
    the_calendar_of_a_writer_has_the_writers_posts,
    async |app| {
        let (ada, bo) = (app.editor("ada").await, app.contributor("bo").await);
        ada.issues("en", "Hers").await;
        let own = bo.writes("en", "Own").await;
        ada.schedules(&own, "en", json!({ "publish_at": "2026-05-10T00:00:00Z" }))
            .await;
        let month = "/v1/admin/calendar?from=2026-05-01&to=2026-06-01";
        let calendar = bo.get(month).await.expect(200);
        assert_eq!(calendar.column("title"), ["Own"]);
        assert_eq!(ada.get(month).await.expect(200).items().len(), 2);
    }
);

on_both!(an_invalid_time_span_is_refused, async |app| {
    let ada = app.editor("ada").await;
    for (query, fault) in [
        ("from=2026-05-01", ("to", "required")),
        ("to=2026-05-01", ("from", "required")),
        ("from=2026-05-01&to=2026-05-01", ("to", "too_early")),
        ("from=2026-05-01&to=2027-05-03", ("to", "too_late")),
        ("from=2026-05-01&to=soon", ("to", "wrong_format")),
    ] {
        let refused = ada.get(&format!("/v1/admin/calendar?{query}")).await;
        assert_eq!(refused.status, 400, "{query}: {refused}");
        assert_eq!(refused.faults(), [fault], "{query}");
    }
    let year = "/v1/admin/calendar?from=2026-05-01&to=2027-05-02";
    ada.get(year).await.expect(200);
});

on_both!(a_list_shows_a_future_state, async |app| {
    let ada = app.editor("ada").await;
    scheduled(&ada, "One", "2026-05-10T00:00:00Z", "2026-05-12T00:00:00Z").await;
    let two = ada.issues("en", "Two").await;
    ada.patch(&translation(&two, "en"), json!({ "title": "Two again" }))
        .await
        .expect(200);
    let times =
        json!({ "publish_at": "2026-05-11T00:00:00Z", "unpublish_at": "2026-05-20T00:00:00Z" });
    ada.schedules(&two, "en", times).await;
    ada.writes("en", "Three").await;
    // The status of the posts One, Two and Three, and the public revision of Two.
    for (at, statuses, revision) in [
        (
            "2026-05-01T08:00:00Z",
            ["scheduled", "published", "draft"],
            1,
        ),
        ("2026-05-10", ["published", "published", "draft"], 1),
        ("2026-05-11", ["published", "published", "draft"], 2),
        ("2026-05-12T00:00:00Z", ["expired", "published", "draft"], 2),
        ("2026-05-20", ["expired", "expired", "draft"], 2),
    ] {
        let list = ada.get(&format!("{POSTS}?at={at}")).await.expect(200);
        let shown = |place: usize| &list.items()[2 - place]["translations"][0];
        let found = [0, 1, 2].map(|place| shown(place)["status"].as_str().unwrap());
        assert_eq!(found, statuses, "{at}");
        assert_eq!(shown(1)["published_revision"], revision, "{at}");
        for status in ["draft", "scheduled", "published", "expired"] {
            let list = ada
                .get(&format!("{POSTS}?at={at}&status={status}"))
                .await
                .expect(200);
            let expected = statuses.iter().filter(|one| **one == status).count();
            assert_eq!(list.items().len(), expected, "{status} at {at}");
        }
    }
    let now = ada
        .get(&format!("{POSTS}?status=scheduled"))
        .await
        .expect(200);
    assert_eq!(now.items().len(), 1);
});
