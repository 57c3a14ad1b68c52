//! Comments from other systems.

use serde_json::{Value, json};
use tribuna::community::people::PeopleKey;
use tribuna::content::ExternalLinks;
use tribuna::import::load::{Loader, Outcome};
use tribuna::import::record::Record;

use crate::support::TestApp;

fn record(json: Value) -> Record {
    serde_json::from_value(json).unwrap()
}

fn load(app: &TestApp, json: Value) -> Outcome {
    let key = PeopleKey::ensure(&app.state.db).unwrap();
    let loader = Loader::new("paper".into(), ExternalLinks::Plain, app.clock.clone()).unwrap();
    let loader = loader.with_people(key);
    loader.load(&app.state.db, &record(json)).unwrap()
}

/// A comment written on this day of May 2024.
fn comment(day: u8, parent: Option<&str>, status: &str) -> Value {
    let mut comment = json!({ "type": "comment", "key": format!("c{day}"), "post": "p", "lang": "en", "name": "Amara",
        "email": "amara@example.org", "html": format!("<h2>Day</h2> <b onclick=x>{day}</b>"), "status": status,
        "created_at": format!("2024-05-{day:02}T09:00:00Z") });
    if let Some(parent) = parent {
        comment["parent"] = parent.into();
    }
    comment
}

on_both!(
    imported_comments_keep_threads_times_and_trust,
    async |app| {
        let post = json!({ "type": "post", "key": "p", "original_lang": "en", "translations": { "en": { "title": "Housing",
        "body": { "format": "markdown", "source": "Text." }, "publication": { "publish_at": "2024-05-01T08:00:00Z" } } } });
        assert_eq!(load(&app, post), Outcome::Imported);
        for (day, parent, status) in [
            (3, None, "approved"),
            (2, None, "approved"),
            (4, Some("c2"), "approved"),
            (5, None, "spam"),
        ] {
            let new = comment(day, parent, status);
            assert_eq!(load(&app, new.clone()), Outcome::Imported);
            assert_eq!(load(&app, new), Outcome::Unchanged);
        }
        let lost = load(&app, comment(6, Some("c9"), "approved"));
        assert!(matches!(lost, Outcome::Skipped(_)), "{lost:?}");
        let anyone = app.anonymous();
        let path = "/v1/posts/housing/comments";
        let list = anyone.get(path).await.expect(200);
        let times = list.column("created_at");
        let days: Vec<&str> = times.iter().map(|time| &time[8..10]).collect();
        assert_eq!(days, ["02", "04", "03"]);
        assert_eq!(list.at("/data/0/html"), "Day <b>2</b>");
        let shown = anyone.get("/v1/posts/housing").await.expect(200);
        assert_eq!(shown.at("/data/comment_count"), 3);
        let mut changed = comment(3, None, "approved");
        changed["html"] = "<p>Otherwise.</p>".into();
        assert_eq!(load(&app, changed), Outcome::Updated);
        let list = anyone.get(path).await.expect(200);
        assert_eq!(list.at("/data/2/html"), "<p>Otherwise.</p>");
        // Who was approved there is trusted here.
        let open = json!({ "mode": "open" });
        app.admin("boss").await.opens_comments(open).await;
        let new = json!({ "name": "Amara", "email": "amara@example.org", "text": "Me again." });
        anyone.post(path, new).await.expect(201);
    }
);
