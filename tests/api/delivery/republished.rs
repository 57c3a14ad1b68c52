//! Addresses and translations after posts are published again, dated back, renamed and translated.

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::client::Client;
use crate::support::content::{TAGS, named, publication, translation};

fn pass_an_hour(app: &TestApp) {
    app.clock.set(app.clock.now().plus_seconds(3600));
}

/// True if the French translation is outdated according to the English one.
async fn is_outdated(anyone: &Client, post: &str) -> bool {
    let read = anyone.get(&format!("/v1/posts/{post}?lang=en")).await;
    let read = read.expect(200);
    assert_eq!(read.text("/data/translations/0/lang"), "fr");
    let list = anyone.get("/v1/posts?lang=en").await.expect(200);
    let item = list.items().iter().find(|item| item["id"] == post).unwrap();
    assert_eq!(
        &item["translations"],
        read.at("/data/translations"),
        "the list differs"
    );
    read.at("/data/translations/0/is_outdated") == true
}

/// Publishes a post in English and, an hour later, in French.
async fn publish_in_both(app: &TestApp, ada: &Client, title: &str) -> String {
    let post = ada.issues("en", title).await;
    pass_an_hour(app);
    ada.translates(&post, "fr", &format!("{title} fr")).await;
    ada.publishes(&post, "fr").await;
    pass_an_hour(app);
    post
}

on_both!(
    a_translation_is_outdated_whichever_way_the_original_was_published_again,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let again = publish_in_both(&app, &ada, "Again").await;
        assert!(!is_outdated(&anyone, &again).await);
        // Only a change makes the others outdated.
        ada.publishes(&again, "en").await;
        assert!(!is_outdated(&anyone, &again).await);
        ada.patch(&translation(&again, "en"), json!({ "title": "Anew" }))
            .await
            .expect(200);
        ada.publishes(&again, "en").await;
        assert!(is_outdated(&anyone, &again).await);
        // An outdated translation that needs no change is published again to say so.
        pass_an_hour(&app);
        ada.publishes(&again, "fr").await;
        assert!(!is_outdated(&anyone, &again).await);

        let down = publish_in_both(&app, &ada, "Down").await;
        ada.delete(&publication(&down, "en")).await.expect(204);
        ada.publishes(&down, "en").await;
        assert!(is_outdated(&anyone, &down).await, "after it was taken down");
        ada.publishes(&down, "fr").await;
        assert!(
            !is_outdated(&anyone, &down).await,
            "the French translation is up to date"
        );

        let later = publish_in_both(&app, &ada, "Later").await;
        ada.delete(&publication(&later, "en")).await.expect(204);
        let at = app.clock.now().plus_seconds(600);
        ada.schedules(&later, "en", json!({ "publish_at": at }))
            .await;
        app.clock.set(at);
        assert!(is_outdated(&anyone, &later).await, "at a time");

        let ended = ada.writes("en", "Ended").await;
        let end = app.clock.now().plus_seconds(600);
        ada.schedules(&ended, "en", json!({ "unpublish_at": end }))
            .await;
        ada.translates(&ended, "fr", "Ended fr").await;
        ada.publishes(&ended, "fr").await;
        pass_an_hour(&app);
        ada.publishes(&ended, "en").await;
        assert!(is_outdated(&anyone, &ended).await, "after it had ended");
    }
);

on_both!(
    a_translation_is_not_outdated_by_the_first_publication_of_its_original,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let post = ada.writes("en", "First").await;
        ada.translates(&post, "fr", "First fr").await;
        ada.publishes(&post, "fr").await;
        pass_an_hour(&app);
        let long_ago = json!({ "publish_at": "2020-01-01T00:00:00Z" });
        ada.schedules(&post, "en", long_ago).await;
        assert!(!is_outdated(&anyone, &post).await);
        // A scheduled publication that never began does not count.
        let post = ada.writes("en", "Second").await;
        ada.translates(&post, "fr", "Second fr").await;
        ada.publishes(&post, "fr").await;
        let tomorrow = app.clock.now().plus_seconds(86_400);
        ada.schedules(&post, "en", json!({ "publish_at": tomorrow }))
            .await;
        pass_an_hour(&app);
        ada.publishes(&post, "en").await;
        assert!(!is_outdated(&anyone, &post).await);
    }
);

on_both!(
    a_new_slug_does_not_precede_one_that_was_public_earlier,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let old = ada.writes("en", "Old").await;
        let long_ago = json!({ "publish_at": "2020-01-01T00:00:00Z" });
        ada.schedules(&old, "en", long_ago).await;
        pass_an_hour(&app);
        let french = ada.issues("fr", "Shared").await;
        pass_an_hour(&app);
        // The old post takes a slug that another post has in another language.
        ada.patch(&translation(&old, "en"), json!({ "slug": "shared" }))
            .await
            .expect(200);
        ada.publishes(&old, "en").await;
        let read = anyone.get("/v1/posts/shared").await.expect(200);
        assert_eq!(read.text("/data/id"), french);
        let read = anyone.get("/v1/posts/shared?lang=en").await.expect(200);
        assert_eq!(read.text("/data/id"), old);
    }
);

on_both!(
    a_post_is_found_under_a_slug_that_another_language_had_before,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let post = ada.issues("en", "Foo").await;
        ada.patch(&translation(&post, "en"), json!({ "slug": "foo2" }))
            .await
            .expect(200);
        ada.publishes(&post, "en").await;
        ada.translates(&post, "fr", "Foo").await;
        ada.publishes(&post, "fr").await;
        for query in ["?lang=de&fallback=fr", "?lang=fr", ""] {
            let read = anyone.get(&format!("/v1/posts/foo{query}")).await;
            let read = read.expect(200);
            assert_eq!(read.text("/data/lang"), "fr", "{query}");
        }
        let moved = anyone.get("/v1/posts/foo?lang=en").await.expect(308);
        assert_eq!(moved.header("location"), "/v1/posts/foo2?lang=en");
    }
);

on_both!(
    a_former_slug_of_a_term_leads_to_it_and_to_no_other,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        // `ville` is the slug of this tag, and becomes the French slug of another.
        let ville = ada.makes(TAGS, named("en", "Ville")).await;
        let city =
            json!({ "translations": { "en": { "name": "City" }, "fr": { "name": "Cité" } } });
        let city = ada.makes(TAGS, city).await;
        let renamed = json!({ "translations": { "fr": { "slug": "ville" } } });
        ada.patch(&format!("{TAGS}/{city}"), renamed)
            .await
            .expect(200);
        let moved = anyone.get("/v1/tags/cite?fields=id").await.expect(308);
        let location = moved.header("location");
        assert_eq!(location, "/v1/tags/ville?lang=fr&fields=id");
        let read = anyone.get(location).await.expect(200);
        assert_eq!(read.text("/data/id"), city);
        let own = anyone.get("/v1/tags/ville").await.expect(200);
        assert_eq!(own.text("/data/id"), ville);
    }
);

on_both!(terms_have_one_name_in_all_answers, async |app| {
    let (ada, anyone) = (app.editor("ada").await, app.anonymous());
    let law = json!({ "translations": { "en": { "name": "Law" }, "es": { "name": "Derecho" } } });
    let law = ada.makes(TAGS, law).await;
    let bare = ada.makes(TAGS, named("en", "Bare")).await;
    let post = ada
        .issues_with("es-MX", "La ciudad", json!({ "tags": [law, bare] }))
        .await;
    let names = |tags: &Value| -> Vec<String> {
        let tags = tags.as_array().unwrap().iter();
        let mut names: Vec<String> = tags
            .map(|tag| tag["name"].as_str().unwrap().to_owned())
            .collect();
        names.sort();
        names
    };
    for (query, expected) in [
        ("lang=es-MX&fallback=es", ["Bare", "Derecho"]),
        ("lang=es-MX", ["Bare", "Derecho"]),
        ("lang=fr&fallback=es-MX", ["Bare", "Derecho"]),
    ] {
        let list = anyone.get(&format!("/v1/posts?{query}")).await.expect(200);
        assert_eq!(names(list.at("/data/0/tags")), expected, "{query}");
        let one = anyone.get(&format!("/v1/posts/{post}?{query}")).await;
        assert_eq!(names(one.expect(200).at("/data/tags")), expected, "{query}");
        let facets = anyone.get(&format!("/v1/posts/facets?{query}")).await;
        let facets = facets.expect(200);
        assert_eq!(names(facets.at("/data/tags")), expected, "{query}");
        let tags = anyone.get(&format!("/v1/tags?{query}")).await.expect(200);
        assert_eq!(names(tags.at("/data")), expected, "{query}");
    }
});

on_both!(facets_and_the_tree_say_their_languages, async |app| {
    let (ada, anyone) = (app.editor("ada").await, app.anonymous());
    for path in ["/v1/posts/facets", "/v1/category-tree"] {
        let none = anyone.get(path).await.expect(200);
        assert!(!none.headers.contains_key("content-language"), "{path}");
    }
    let top = json!({ "translations": { "en": { "name": "Top" }, "fr": { "name": "Haut" } } });
    let top = ada.makes("/v1/admin/categories", top).await;
    let mut below = named("es", "Abajo");
    below["parent"] = json!(top);
    let below = ada.makes("/v1/admin/categories", below).await;
    ada.issues_with("fr", "Ville", json!({ "categories": [below] }))
        .await;
    for path in ["/v1/posts/facets?lang=fr", "/v1/category-tree?lang=fr"] {
        let there = anyone.get(path).await.expect(200);
        let said = there.header("content-language");
        let mut said: Vec<&str> = said.split(", ").collect();
        said.sort_unstable();
        assert_eq!(said, ["es", "fr"], "{path}");
    }
});

on_both!(
    time_bounds_may_have_any_precision_and_be_as_late_as_possible,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        app.set_time("2026-05-02T08:00:00.123Z");
        ada.issues("en", "Now").await;
        for (query, there) in [
            ("published_before=2026-05-02T08:00:00.1235Z", 1),
            ("published_before=2026-05-02T08:00:00.123Z", 0),
            ("published_after=2026-05-02T08:00:00.1231Z", 0),
            ("published_after=2026-05-02T08:00:00.123Z", 1),
            ("published_after=2026-05-02T08:00:00.123000000000Z", 1),
            ("published_after=2026-05-02T08:00:00.1230000000001Z", 0),
            ("published_before=9999-12-31", 1),
            ("published_before=9999-12-31T23:59:59.999Z", 1),
            ("published_after=9999-12-31T23:59:59Z", 0),
        ] {
            let list = anyone.get(&format!("/v1/posts?{query}")).await.expect(200);
            assert_eq!(list.items().len(), there, "{query}");
        }
        let refused = anyone.get("/v1/posts?published_before=10000-01-01").await;
        refused.expect_problem(400, "invalid_parameter");
    }
);

on_both!(old_names_of_languages_are_read_as_new_ones, async |app| {
    let (ada, anyone) = (app.editor("ada").await, app.anonymous());
    ada.issues("iw", "Ivrit").await;
    for lang in ["iw", "he", "HE"] {
        let list = anyone.get(&format!("/v1/posts?lang={lang}")).await;
        assert_eq!(list.expect(200).text("/data/0/lang"), "he");
    }
});

on_both!(
    searches_in_names_ignore_upper_case_and_lower_case,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        for name in ["École", "100% İstanbul_x"] {
            ada.makes(TAGS, named("fr", name)).await;
        }
        for (text, there) in [
            ("%C3%89cole", 1),
            ("%C3%89COLE", 1),
            ("%C4%B0stanbul", 1),
            ("0%25", 1),
            ("l_x", 1),
            ("e_o", 0),
        ] {
            let found = anyone.get(&format!("/v1/tags?q={text}")).await.expect(200);
            assert_eq!(found.items().len(), there, "{text}");
        }
    }
);
