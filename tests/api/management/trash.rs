//! The trash: a post in it can be restored unchanged, and a purged post answers `410` for ever.

use serde_json::{Value, json};

use crate::support::content::{POSTS, post_with, translation};

on_both!(the_trash_is_emptied_by_the_clock, async |app| {
    let (ada, anyone) = (app.editor("ada").await, app.anonymous());
    let id = ada.issues("en", "Old").await;
    let never = ada.writes("en", "Never").await;
    ada.patch(&translation(&id, "en"), json!({ "slug": "new" }))
        .await
        .expect(200);
    ada.publishes(&id, "en").await;
    ada.translates(&id, "fr", "Ancien").await;
    ada.publishes(&id, "fr").await;
    for post in [&id, &never] {
        ada.delete(&format!("{POSTS}/{post}")).await.expect(204);
    }
    app.set_time("2026-05-20T08:00:00Z");
    let young = ada.issues("en", "Young").await;
    ada.delete(&format!("{POSTS}/{young}")).await.expect(204);
    let is_there = async |post: &str| ada.get(&format!("{POSTS}/{post}")).await.status == 200;
    app.set_time("2026-05-31T07:59:59.999Z");
    app.does_housekeeping(30, app.clock.now());
    assert!(is_there(&id).await, "not yet");
    app.set_time("2026-05-31T08:00:00Z");
    app.does_housekeeping(0, app.clock.now());
    assert!(is_there(&id).await, "never");
    app.does_housekeeping(30, app.clock.now());
    assert!(!is_there(&id).await);
    assert!(!is_there(&never).await);
    assert!(is_there(&young).await);
    let gone = async |path: &str| {
        let answer = anyone.get(path).await;
        answer.expect_problem(410, "gone");
    };
    for slug in ["old", "new", "ancien", &id] {
        gone(&format!("/v1/posts/{slug}")).await;
        gone(&format!("/v1/posts/{slug}/related")).await;
    }
    gone(&format!("/v1/posts/{id}?lang=fr")).await;
    gone("/v1/resolve?kind=post&slug=old&lang=en").await;
    for slug in ["never", &never] {
        let answer = anyone.get(&format!("/v1/posts/{slug}")).await;
        answer.expect_problem(404, "not_found");
    }
    let purges = "changes WHERE operation = 'purge' AND actor = 'clock'";
    assert_eq!(app.count(purges), 2);
    app.does_housekeeping(30, app.clock.now());
    assert_eq!(app.count(purges), 2);
});

on_both!(
    the_id_is_gone_for_ever_even_without_its_slugs,
    async |app| {
        let (ada, boss) = (app.editor("ada").await, app.admin("boss").await);
        let id = ada.issues("en", "Old").await;
        boss.delete(&format!("{POSTS}/{id}?permanent=true"))
            .await
            .expect(204);
        let statement = "DELETE FROM slugs WHERE slug = 'old'";
        app.state
            .db
            .write_now(|conn| Ok(conn.batch(statement)?))
            .unwrap();
        let answer = app.anonymous().get(&format!("/v1/posts/{id}")).await;
        answer.expect_problem(410, "gone");
    }
);

on_both!(a_restored_post_is_unchanged, async |app| {
    let ada = app.editor("ada").await;
    let tag = json!({ "translations": { "en": { "name": "Housing" } } });
    let tag = ada.makes("/v1/admin/tags", tag).await;
    let more = json!({ "tags": [tag], "featured": true, "licence": "CC0-1.0" });
    let id = ada.makes(POSTS, post_with("en", "Homes", more)).await;
    ada.translates(&id, "fr", "Logement").await;
    ada.publishes(&id, "en").await;
    ada.schedules(&id, "fr", json!({ "publish_at": "2026-06-01T00:00:00Z" }))
        .await;
    let address = format!("{POSTS}/{id}");
    let read = async || {
        let mut all = Vec::new();
        for path in [&address, &translation(&id, "en"), &translation(&id, "fr")] {
            let mut data = ada.get(path).await.expect(200).json["data"].clone();
            remove_changing_members(&mut data);
            all.push(data);
        }
        all
    };
    let before = read().await;
    ada.delete(&address).await.expect(204);
    app.set_time("2026-06-02T00:00:00Z");
    let taken = ada.post(POSTS, json!({ "translation": {
        "lang": "fr", "title": "X", "slug": "logement", "body": { "format": "markdown", "source": "." }
    } }));
    taken.await.expect_problem(409, "slug_taken");
    let restored = ada
        .post(&format!("{address}/restoration"), Value::Null)
        .await;
    let restored = restored.expect(200);
    assert_eq!(restored.text("/data/translation/status"), "draft");
    assert_eq!(read().await, before);
    let anyone = app.anonymous();
    anyone
        .get("/v1/posts/homes")
        .await
        .expect_problem(410, "gone");
    anyone
        .get("/v1/posts/logement")
        .await
        .expect_problem(404, "not_found");
});

/// Removes the members that restoring changes: those about the publication, and the growing numbers.
fn remove_changing_members(data: &mut Value) {
    let changing = [
        "version",
        "allowed_actions",
        "updated_at",
        "status",
        "publication",
        "published_revision",
        "has_unpublished_changes",
    ];
    match data {
        Value::Object(members) => {
            members.retain(|name, _| !changing.contains(&name.as_str()));
            members.values_mut().for_each(remove_changing_members);
        }
        Value::Array(items) => items.iter_mut().for_each(remove_changing_members),
        _ => {}
    }
}
