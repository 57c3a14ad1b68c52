//! Planned times on the clocks of a time zone, which skip times in spring and repeat times in autumn.

use serde_json::{Value, json};

use crate::support::client::{Answer, Client};
use crate::support::content::{POSTS, publication, translation};

/// The fault of a response that has only one: its place, its code and its text.
fn fault(refused: Answer) -> (String, String, String) {
    let refused = refused.expect_problem(422, "invalid_body");
    let faults = refused.faults();
    assert_eq!(faults.len(), 1, "{refused}");
    let (place, code) = (faults[0].0.to_owned(), faults[0].1.to_owned());
    (place, code, refused.text("/errors/0/detail").to_owned())
}

/// A live publication with a replacement that is planned in Paris.
async fn replaced(ada: &Client) -> String {
    let id = ada.issues("en", "Before").await;
    let times = json!({ "publish_at": "2027-07-01T09:00", "time_zone": "Europe/Paris" });
    ada.schedules(&id, "en", times).await;
    id
}

on_both!(a_local_time_is_planned_in_its_time_zone, async |app| {
    let ada = app.editor("ada").await;
    let id = ada.writes("en", "Housing").await;
    let address = publication(&id, "en");
    for (zone, typed, instant, local) in [
        (
            "Europe/Paris",
            "2027-07-01T09:00",
            "2027-07-01T07:00:00.000Z",
            "2027-07-01T09:00:00.000+02:00",
        ),
        (
            "America/New_York",
            "2027-11-07T01:30:00-05:00",
            "2027-11-07T06:30:00.000Z",
            "2027-11-07T01:30:00.000-05:00",
        ),
        (
            "australia/lord_howe",
            "2027-10-03T02:30:00",
            "2027-10-02T15:30:00.000Z",
            "2027-10-03T02:30:00.000+11:00",
        ),
        (
            "Asia/Kolkata",
            "2027-01-01T00:00:00Z",
            "2027-01-01T00:00:00.000Z",
            "2027-01-01T05:30:00.000+05:30",
        ),
    ] {
        let times =
            json!({ "publish_at": typed, "unpublish_at": "2030-01-01T00:00", "time_zone": zone });
        let planned = ada.put(&address, times).await.expect(200);
        assert_eq!(planned.text("/data/publish_at"), instant);
        assert_eq!(planned.text("/data/publish_at_local"), local);
        let end = planned.text("/data/unpublish_at_local");
        assert!(end.starts_with("2030-01-01T00:00:00.000"), "{end}");
        assert!(planned.text("/data/time_zone").eq_ignore_ascii_case(zone));
        // What a response shows can be sent back.
        for again in [instant, local] {
            let times = json!({ "publish_at": again, "unpublish_at": end, "time_zone": zone });
            let same = ada.put(&address, times).await.expect(200);
            for member in ["publish_at", "publish_at_local", "unpublish_at"] {
                assert_eq!(same.json["data"][member], planned.json["data"][member]);
            }
        }
        let shown = ada.get(&translation(&id, "en")).await.expect(200);
        assert_eq!(shown.text("/data/publication/publish_at_local"), local);
    }
    // Offsets once had seconds, which no offset of today can express.
    let long_ago = json!({ "publish_at": "1899-12-31T23:50:39Z", "time_zone": "Europe/Paris" });
    let other = ada.writes("en", "Long ago").await;
    let dated = ada
        .put(&publication(&other, "en"), long_ago)
        .await
        .expect(200);
    assert_eq!(dated.text("/data/publish_at"), "1899-12-31T23:50:39.000Z");
    assert_eq!(dated.at("/data/publish_at_local"), &Value::Null);
    for (typed, instant) in [
        ("2027-10-31T02:30+02:00", "2027-10-31T00:30:00.000Z"),
        ("2027-10-31 02:30-00:00", "2027-10-31T02:30:00.000Z"),
        ("2027-10-31t02:30z", "2027-10-31T02:30:00.000Z"),
    ] {
        let times = json!({ "publish_at": typed, "time_zone": "Europe/Paris" });
        let planned = ada.put(&address, times).await.expect(200);
        assert_eq!(planned.text("/data/publish_at"), instant, "{typed}");
    }
    for typed in ["2027-07-01T09:00:60", "2027-06-30T23:59:60Z"] {
        let times = json!({ "publish_at": typed, "time_zone": "Europe/Paris" });
        let (place, _, _) = fault(ada.put(&address, times).await);
        assert_eq!(place, "/publish_at", "{typed}");
    }
    let times = json!({ "publish_at": "2027-07-01T09:00:00+05:00" });
    let planned = ada.put(&address, times).await.expect(200);
    assert_eq!(planned.text("/data/publish_at"), "2027-07-01T04:00:00.000Z");
    for none in ["publish_at_local", "unpublish_at_local", "time_zone"] {
        assert_eq!(planned.json["data"][none], Value::Null);
    }
});

on_both!(
    what_the_clocks_do_not_show_is_refused_with_what_they_show,
    async |app| {
        let ada = app.editor("ada").await;
        let id = ada.writes("en", "Housing").await;
        let address = publication(&id, "en");
        let before = app.stored();
        for (zone, typed, code, right) in [
            (
                "Europe/Paris",
                "2027-07-01T09:00:00+01:00",
                "wrong_offset",
                "2027-07-01T09:00:00+02:00",
            ),
            (
                "Europe/Paris",
                "2027-03-28T02:30",
                "no_such_time",
                "2027-03-28T03:00:00+02:00",
            ),
            (
                "Europe/Paris",
                "2027-10-31T02:30",
                "ambiguous_time",
                "2027-10-31T02:30:00+01:00",
            ),
            (
                "America/New_York",
                "2027-03-14T02:30:00-05:00",
                "no_such_time",
                "2027-03-14T01:59:59-05:00",
            ),
            (
                "America/New_York",
                "2027-11-07T01:30:00",
                "ambiguous_time",
                "2027-11-07T01:30:00-04:00",
            ),
            (
                "Australia/Lord_Howe",
                "2027-10-03T02:15",
                "no_such_time",
                "2027-10-03T02:30:00+11:00",
            ),
            (
                "Australia/Lord_Howe",
                "2027-04-04T01:45",
                "ambiguous_time",
                "2027-04-04T01:45:00+10:30",
            ),
            (
                "Europe/Paris",
                "1900-01-01T00:00",
                "inexact_offset",
                "1899-12-31T23:50:39.000Z",
            ),
            (
                "Europe/Paris",
                "1900-01-01T00:00:00+00:09",
                "inexact_offset",
                "1899-12-31T23:50:39.000Z",
            ),
        ] {
            for member in ["publish_at", "unpublish_at"] {
                let times = json!({ member: typed, "time_zone": zone });
                let (place, found, detail) = fault(ada.put(&address, times).await);
                assert_eq!((place, &*found), (format!("/{member}"), code));
                assert!(detail.contains(zone) && detail.contains(right), "{detail}");
            }
        }
        let local = json!({ "publish_at": "2027-07-01T09:00:00" });
        let (place, code, detail) = fault(ada.put(&address, local).await);
        assert_eq!((&*place, &*code), ("/publish_at", "needs_time_zone"));
        assert!(detail.contains("time_zone"), "{detail}");
        let both = json!({ "publish_at": "2027-03-28T02:30", "unpublish_at": "2027-10-31T02:30", "time_zone": "Europe/Paris" });
        let refused = ada.put(&address, both).await;
        let refused = refused.expect_problem(422, "invalid_body");
        let expected = [
            ("/publish_at", "no_such_time"),
            ("/unpublish_at", "ambiguous_time"),
        ];
        assert_eq!(refused.faults(), expected);
        assert_eq!(app.stored(), before);
    }
);

on_both!(a_time_that_does_not_exist_is_told_as_such, async |app| {
    let ada = app.editor("ada").await;
    let id = ada.writes("en", "Housing").await;
    let address = publication(&id, "en");
    for (typed, part) in [
        ("2031-02-29T09:00", "28 days"),
        ("2031-04-31T09:00:00", "30 days"),
        ("2031-13-01T09:00", "months are 01 to 12"),
        ("2031-05-15T24:00", "midnight is 00:00"),
        ("12031-05-15T09:00", "last one is 9999"),
        ("tomorrow", "RFC 3339"),
    ] {
        for member in ["publish_at", "unpublish_at"] {
            let times = json!({ member: typed, "time_zone": "Europe/Paris" });
            let (place, code, detail) = fault(ada.put(&address, times).await);
            assert_eq!(place, format!("/{member}"));
            assert!(["wrong_format", "invalid"].contains(&&*code), "{code}");
            assert!(detail.contains(part), "{typed}: {detail}");
            assert!(!detail.contains("2031-"), "{detail}");
        }
    }
});

on_both!(
    a_local_time_is_told_the_zone_that_a_put_drops,
    async |app| {
        let ada = app.editor("ada").await;
        let id = ada.writes("en", "Housing").await;
        let address = publication(&id, "en");
        let times = json!({ "publish_at": "2030-01-01T09:00", "time_zone": "Asia/Tokyo" });
        ada.put(&address, times).await.expect(200);
        for member in ["publish_at", "unpublish_at"] {
            let times = json!({ member: "2031-01-01T09:00" });
            let (place, code, detail) = fault(ada.put(&address, times).await);
            assert_eq!((place, &*code), (format!("/{member}"), "needs_time_zone"));
            assert!(detail.contains("Asia/Tokyo"), "{detail}");
            assert!(detail.contains("needs it again"), "{detail}");
        }
        let planned = replaced(&ada).await;
        let times = json!({ "publish_at": "2031-01-01T09:00" });
        let refused = ada.put(&publication(&planned, "en"), times).await;
        assert!(fault(refused).2.contains("Europe/Paris"));
    }
);

on_both!(a_change_of_times_is_held_by_the_stored_zone, async |app| {
    let ada = app.editor("ada").await;
    let id = replaced(&ada).await;
    let address = format!("{}/replacement", publication(&id, "en"));
    let later = json!({ "publish_at": "2027-08-01T09:00" });
    let moved = ada.patch(&address, later).await.expect(200);
    let next = moved.at("/data/replacement");
    assert_eq!(next["publish_at"], "2027-08-01T07:00:00.000Z");
    assert_eq!(next["publish_at_local"], "2027-08-01T09:00:00.000+02:00");
    let wrong = json!({ "unpublish_at": "2027-09-01T09:00:00-04:00" });
    let (place, code, _) = fault(ada.patch(&address, wrong.clone()).await);
    assert_eq!((&*place, &*code), ("/unpublish_at", "wrong_offset"));
    let mut there = wrong;
    there["time_zone"] = json!("America/New_York");
    let moved = ada.patch(&address, there).await.expect(200);
    let next = moved.at("/data/replacement");
    assert_eq!(next["publish_at_local"], "2027-08-01T03:00:00.000-04:00");
    assert_eq!(next["unpublish_at_local"], "2027-09-01T09:00:00.000-04:00");
    let nowhere = json!({ "publish_at": "2027-08-01T09:00", "time_zone": null });
    let (place, code, _) = fault(ada.patch(&address, nowhere).await);
    assert_eq!((&*place, &*code), ("/publish_at", "needs_time_zone"));

    let id = ada.writes("en", "Rents").await;
    let address = publication(&id, "en");
    let times = json!({ "publish_at": "2027-07-01T09:00", "time_zone": "Europe/Paris" });
    ada.put(&address, times).await.expect(200);
    let skipped = json!({ "publish_at": "2027-03-28T02:30" });
    let (place, code, _) = fault(ada.patch(&address, skipped).await);
    assert_eq!((&*place, &*code), ("/publish_at", "no_such_time"));
    let end = json!({ "unpublish_at": "2027-07-02T09:00" });
    let moved = ada.patch(&address, end).await.expect(200);
    assert_eq!(
        moved.text("/data/unpublish_at_local"),
        "2027-07-02T09:00:00.000+02:00"
    );
    let none = json!({ "unpublish_at": null });
    let moved = ada.patch(&address, none).await.expect(200);
    assert_eq!(moved.json["data"]["unpublish_at_local"], Value::Null);
});

on_both!(a_date_that_is_kept_keeps_its_time_zone, async |app| {
    let ada = app.editor("ada").await;
    let id = ada.writes("en", "Housing").await;
    let address = publication(&id, "en");
    let times = json!({ "publish_at": "2026-04-01T09:00", "time_zone": "Europe/Paris" });
    ada.put(&address, times).await.expect(200);
    let again = ada.put(&address, json!({})).await.expect(200);
    assert_eq!(
        again.text("/data/publish_at_local"),
        "2026-04-01T09:00:00.000+02:00"
    );
    let dated = json!({ "publish_at": "2026-04-02T09:00:00Z" });
    let dated = ada.put(&address, dated).await.expect(200);
    assert_eq!(dated.json["data"]["time_zone"], Value::Null);
});

on_both!(the_calendar_and_batches_know_the_local_times, async |app| {
    let ada = app.editor("ada").await;
    let id = replaced(&ada).await;
    let span = "from=2027-06-01&to=2027-12-01";
    let calendar = ada.get(&format!("/v1/admin/calendar?{span}")).await;
    let calendar = calendar.expect(200);
    let entry = &calendar.items()[0];
    assert_eq!(entry["at"], "2027-07-01T07:00:00.000Z");
    assert_eq!(entry["at_local"], "2027-07-01T09:00:00.000+02:00");
    assert_eq!(entry["time_zone"], "Europe/Paris");
    let address = format!("{}/replacement", publication(&id, "en"));
    let batch = json!({ "operations": [
            { "method": "PATCH", "path": address, "body": { "publish_at": "2027-07-02T09:00" } },
            { "method": "PATCH", "path": address, "body": { "publish_at": "2027-10-31T02:30" } },
        ] });
    let done = ada.post("/v1/admin/batch", batch).await.expect(200);
    let local = "/data/results/0/body/data/replacement/publish_at_local";
    assert_eq!(done.text(local), "2027-07-02T09:00:00.000+02:00");
    let refused = "/data/results/1/body/errors/0";
    assert_eq!(done.at(refused)["code"], "ambiguous_time");
    let whole = ada.get(&format!("{POSTS}/{id}")).await.expect(200);
    let next = whole.at("/data/translation/publication/replacement");
    assert_eq!(next["publish_at_local"], "2027-07-02T09:00:00.000+02:00");
});
