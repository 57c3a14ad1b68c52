//! Only editors change `featured`. A preview has the time of its revision.

use serde_json::{Value, json};

use crate::support::content::{POSTS, post, post_with, translation};

on_both!(only_editors_change_what_is_featured, async |app| {
    let ada = app.editor("ada").await;
    let (bob, cleo) = (app.author("bob").await, app.contributor("cleo").await);
    for writer in [&bob, &cleo] {
        let refused = writer
            .post(POSTS, post_with("en", "Mine", json!({ "featured": true })))
            .await;
        let refused = refused.expect_problem(403, "forbidden");
        assert!(refused.text("/detail").contains("`featured`"), "{refused}");
        let id = writer.writes("en", "Mine").await;
        let address = format!("{POSTS}/{id}");
        let featured = || json!({ "featured": true });
        for refused in [
            writer.patch(&address, featured()).await,
            writer
                .put(&address, post_with("en", "Mine", featured()))
                .await,
        ] {
            let refused = refused.expect_problem(403, "forbidden");
            assert!(refused.text("/detail").contains("`featured`"), "{refused}");
        }
        ada.patch(&address, featured()).await.expect(200);
        // A writer may send the present value.
        writer.patch(&address, featured()).await.expect(200);
        let more = json!({ "featured": true, "licence": "CC0-1.0" });
        writer
            .put(&address, post_with("en", "Mine", more))
            .await
            .expect(200);
        // Without the member, it stays as it is for those who may not change it, and is cleared for those who may.
        let kept = writer.put(&address, post("en", "Mine")).await.expect(200);
        assert_eq!(kept.at("/data/featured"), true);
        assert_eq!(kept.at("/data/licence"), &Value::Null);
        let plain = json!({ "featured": false });
        let refused = writer.put(&address, post_with("en", "Mine", plain)).await;
        refused.expect_problem(403, "forbidden");
        let cleared = ada.put(&address, post("en", "Mine")).await.expect(200);
        assert_eq!(cleared.at("/data/featured"), false);
    }
});

on_both!(
    a_preview_was_updated_when_its_revision_was_saved,
    async |app| {
        let ada = app.editor("ada").await;
        let id = ada.issues("en", "Housing").await;
        app.set_time("2026-05-01T09:00:00Z");
        ada.patch(&translation(&id, "en"), json!({ "title": "Homes" }))
            .await
            .expect(200);
        app.set_time("2026-05-01T10:00:00Z");
        let links = format!("{}/preview-links", translation(&id, "en"));
        for (revision, saved) in [(1, "08"), (2, "09")] {
            let made = ada.post(&links, json!({ "revision": revision })).await;
            let address = made.expect(201).text("/data/url").to_owned();
            for _ in 0..2 {
                let preview = app.anonymous().get(&address).await.expect(200);
                let saved = format!("2026-05-01T{saved}:00:00.000Z");
                assert_eq!(preview.text("/data/updated_at"), saved);
                app.pass(60);
            }
        }
    }
);
