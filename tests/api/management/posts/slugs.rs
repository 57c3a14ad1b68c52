//! Slugs of posts: derived, claimed, given up, and found by readers.

use serde_json::json;
use tribuna::id::Id;

use crate::support::content::{POSTS, post, publication, translation};

on_both!(
    slugs_are_derived_numbered_and_never_shared_in_a_language,
    async |app| {
        let ada = app.editor("ada").await;
        let mut slugs = Vec::new();
        for title in ["Größe", "Grosse", "GRÖSSE!", "東京", "القاهرة", "???"] {
            let made = ada.post(POSTS, post("de", title)).await.expect(201);
            slugs.push(made.text("/data/translation/slug").to_owned());
        }
        assert_eq!(slugs[..3], ["grosse", "grosse-2", "grosse-3"]);
        assert!(slugs.iter().all(|slug| !slug.is_empty()), "{slugs:?}");
        let elsewhere = ada.post(POSTS, post("fr", "Grosse")).await.expect(201);
        assert_eq!(elsewhere.text("/data/translation/slug"), "grosse");
        let mut taken = post("de", "Other");
        taken["translation"]["slug"] = "grosse".into();
        let taken = ada.post(POSTS, taken).await;
        let taken = taken.expect_problem(409, "slug_taken");
        assert_eq!(taken.faults(), [("/translation/slug", "slug_taken")]);
    }
);

on_both!(
    an_old_slug_of_a_live_post_redirects_once_the_new_is_public,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let id = ada.issues("en", "Housing").await;
        let renamed = json!({ "slug": "homes" });
        ada.patch(&translation(&id, "en"), renamed)
            .await
            .expect(200);
        anyone.get("/v1/posts/housing").await.expect(200);
        anyone
            .get("/v1/posts/homes")
            .await
            .expect_problem(404, "not_found");
        ada.publishes(&id, "en").await;
        let old = anyone.get("/v1/posts/housing").await.expect(308);
        assert_eq!(old.header("location"), "/v1/posts/homes?lang=en");
        let old = anyone
            .get("/v1/posts/housing?lang=fr&fallback=en")
            .await
            .expect(308);
        assert_eq!(
            old.header("location"),
            "/v1/posts/homes?lang=fr&fallback=en"
        );
        let new = anyone.get("/v1/posts/homes").await.expect(200);
        assert_eq!(new.text("/data/id"), id);
        let mut other = post("en", "A band");
        other["translation"]["slug"] = "housing".into();
        ada.post(POSTS, other)
            .await
            .expect_problem(409, "slug_taken");
        ada.patch(&translation(&id, "en"), json!({ "slug": "housing" }))
            .await
            .expect(200);
        ada.publishes(&id, "en").await;
        let turned = anyone.get("/v1/posts/homes").await.expect(308);
        assert_eq!(turned.header("location"), "/v1/posts/housing?lang=en");
    }
);

on_both!(a_slug_that_was_never_public_is_free, async |app| {
    let ada = app.editor("ada").await;
    let take = async |slug: &str, status: u16| {
        let mut other = post("en", "Other");
        other["translation"]["slug"] = slug.into();
        ada.post(POSTS, other).await.expect(status);
    };
    // A draft gives its slug up.
    let id = ada.writes("en", "Draft").await;
    take("draft", 409).await;
    ada.patch(&translation(&id, "en"), json!({ "slug": "renamed" }))
        .await
        .expect(200);
    take("draft", 201).await;
    // A publication that never began gives its slug up.
    let id = ada.writes("en", "Planned").await;
    let later = json!({ "publish_at": "2026-06-01T08:00:00Z" });
    ada.schedules(&id, "en", later).await;
    ada.patch(&translation(&id, "en"), json!({ "slug": "replanned" }))
        .await
        .expect(200);
    take("planned", 409).await;
    ada.delete(&publication(&id, "en")).await.expect(204);
    take("planned", 201).await;
    // In the trash, a publication that never began gives its slug up; the working copy keeps its slug.
    let id = ada.writes("en", "Wish").await;
    let later = json!({ "publish_at": "2026-06-01T08:00:00Z" });
    ada.schedules(&id, "en", later).await;
    ada.patch(&translation(&id, "en"), json!({ "slug": "hope" }))
        .await
        .expect(200);
    ada.delete(&format!("{POSTS}/{id}")).await.expect(204);
    take("wish", 201).await;
    take("hope", 409).await;
});

on_both!(
    a_410_is_for_what_was_public_and_a_404_for_what_never_was,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let live = ada.issues("en", "Live").await;
        ada.delete(&publication(&live, "en")).await.expect(204);
        let planned = ada.writes("en", "Planned").await;
        let later = json!({ "publish_at": "2026-06-01T08:00:00Z" });
        ada.schedules(&planned, "en", later).await;
        let expect = async |id: &str, slug: &str, status: u16| {
            for address in [
                format!("/v1/posts/{slug}"),
                format!("/v1/posts/{id}"),
                format!("/v1/posts/{id}?lang=en"),
                format!("/v1/posts/{slug}?lang=fr&fallback=en"),
            ] {
                let answer = anyone.get(&address).await;
                assert_eq!(answer.status, status, "{answer}");
            }
        };
        expect(&live, "live", 410).await;
        expect(&planned, "planned", 404).await;
        ada.delete(&publication(&planned, "en")).await.expect(204);
        app.set_time("2026-07-01T08:00:00Z");
        expect(&planned, "planned", 404).await;
        let unknown = Id::new().to_string();
        for nothing in [&*unknown, "nothing", "%00", "..%2f"] {
            let answer = anyone.get(&format!("/v1/posts/{nothing}")).await;
            answer.expect_problem(404, "not_found");
        }
    }
);

on_both!(
    a_slug_that_one_post_lost_and_another_has_in_its_language_reads_the_other,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let first = ada.issues("en", "Radio").await;
        ada.delete(&publication(&first, "en")).await.expect(204);
        let second = ada.issues("fr", "Radio").await;
        let read = anyone.get("/v1/posts/radio").await.expect(200);
        assert_eq!(read.text("/data/id"), second);
        let read = anyone.get("/v1/posts/radio?lang=en").await;
        read.expect_problem(410, "gone");
    }
);

on_both!(
    a_slug_that_one_post_has_and_another_had_reads_the_one_that_has_it,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let first = ada.issues("en", "Sun").await;
        let second = ada.issues("fr", "Moon").await;
        for (id, lang, slug) in [(&first, "en", "moon"), (&second, "fr", "sun")] {
            let renamed = json!({ "slug": slug });
            ada.patch(&translation(id, lang), renamed).await.expect(200);
            ada.publishes(id, lang).await;
        }
        for (slug, id) in [("moon", &first), ("sun", &second)] {
            let read = anyone.get(&format!("/v1/posts/{slug}")).await.expect(200);
            assert_eq!(read.text("/data/id"), *id, "{slug}");
        }
        let led = anyone.get("/v1/posts/sun?lang=en").await.expect(308);
        assert_eq!(led.header("location"), "/v1/posts/moon?lang=en");
    }
);
