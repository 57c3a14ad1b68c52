//! The reasons of deletions, and what is not told at all.

use actix_web::http::Method;
use serde_json::json;
use tribuna::operations::scheduler;

use super::{all_told, begun, drained};
use crate::support::TestApp;
use crate::support::client::{Answer, Client};
use crate::support::content::{CATEGORIES, POSTS, TAGS, named, publication, text, translation};

/// What happened since, and the address at which the copy continues.
async fn news(client: &Client, next: &mut String) -> Vec<String> {
    let (items, after) = drained(client, next).await;
    *next = after;
    all_told(&items)
}

fn tick(app: &TestApp) {
    scheduler::tick(&app.state.db, app.clock.now()).unwrap();
}

on_both!(each_deletion_has_its_reason, async |app| {
    let (ada, anyone) = (app.editor("ada").await, app.anonymous());
    let post = ada.issues("en", "Housing").await;
    ada.translates(&post, "fr", "Logement").await;
    ada.publishes(&post, "fr").await;
    let mut next = begun(&anyone, "").await;

    ada.delete(&publication(&post, "fr")).await.expect(204);
    let told = news(&anyone, &mut next).await;
    assert_eq!(told, ["upsert en Housing", "delete fr language_withdrawn"]);

    ada.delete(&publication(&post, "en")).await.expect(204);
    assert_eq!(news(&anyone, &mut next).await, ["delete en unpublished"]);

    let times = json!({ "unpublish_at": "2026-05-01T10:00:00Z" });
    ada.schedules(&post, "en", times).await;
    assert_eq!(news(&anyone, &mut next).await, ["upsert en Housing"]);
    app.set_time("2026-05-01T10:00:00Z");
    assert_eq!(news(&anyone, &mut next).await, Vec::<String>::new());
    tick(&app);
    assert_eq!(news(&anyone, &mut next).await, ["delete en expired"]);

    ada.publishes(&post, "en").await;
    news(&anyone, &mut next).await;
    ada.delete(&format!("{POSTS}/{post}")).await.expect(204);
    assert_eq!(news(&anyone, &mut next).await, ["delete en deleted"]);
    assert_eq!(news(&anyone, &mut next).await, Vec::<String>::new());
});

/// Deletes something and says why.
async fn because(client: &Client, path: &str, reason: &str) -> Answer {
    let request = client.request(Method::DELETE, path);
    client
        .send(request.set_json(json!({ "reason": reason })))
        .await
}

on_both!(
    a_reason_may_be_given_later_and_with_the_trash,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let post = ada.issues("en", "Housing").await;
        ada.translates(&post, "fr", "Logement").await;
        let french = publication(&post, "fr");
        let mut next = begun(&anyone, "").await;
        // What was only planned is told to nobody.
        let soon = json!({ "publish_at": "2026-05-01T12:00:00Z" });
        ada.schedules(&post, "fr", soon).await;
        ada.delete(&french).await.expect(204);
        because(&ada, &french, "legal")
            .await
            .expect_problem(404, "not_found");
        assert_eq!(news(&anyone, &mut next).await, Vec::<String>::new());

        ada.publishes(&post, "fr").await;
        ada.delete(&french).await.expect(204);
        let told = news(&anyone, &mut next).await;
        assert_eq!(told, ["upsert en Housing", "delete fr language_withdrawn"]);
        because(&ada, &french, "consent").await.expect(204);
        let told = news(&anyone, &mut next).await;
        assert!(told.contains(&"delete fr consent".to_owned()), "{told:?}");
        // The same again is not told again, and without a reason there is nothing to take down.
        because(&ada, &french, "consent").await.expect(204);
        assert_eq!(news(&anyone, &mut next).await, Vec::<String>::new());
        ada.delete(&french).await.expect_problem(404, "not_found");
        because(&ada, &french, "legal").await.expect(204);
        let told = news(&anyone, &mut next).await;
        assert!(told.contains(&"delete fr legal".to_owned()), "{told:?}");
        let takedowns = format!("{POSTS}/{post}/takedowns");
        let reasons = ada.get(&takedowns).await.expect(200);
        let expected = ["legal", "consent", "unpublished", "unpublished"];
        assert_eq!(reasons.column("reason"), expected);

        let path = format!("{POSTS}/{post}");
        let whim = ada.delete(&format!("{path}?reason=whim")).await;
        whim.expect_problem(400, "invalid_parameter");
        let trashed = ada.delete(&format!("{path}?reason=error")).await;
        trashed.expect(204);
        assert_eq!(news(&anyone, &mut next).await, ["delete en error"]);
        because(&ada, &french, "consent")
            .await
            .expect_problem(409, "post_in_trash");
    }
);

on_both!(
    what_leaves_the_filter_is_deleted_and_comes_back,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let housing = ada.makes(CATEGORIES, named("en", "Housing")).await;
        let cities = ada.makes(CATEGORIES, named("en", "Cities")).await;
        let with = json!({ "categories": [housing] });
        let post = ada.issues_with("en", "Rents", with).await;
        let mut next = begun(&anyone, "&category=cities").await;

        // Never in this copy, so nothing is to be deleted from it.
        ada.issues("en", "Something else").await;
        assert_eq!(news(&anyone, &mut next).await, Vec::<String>::new());

        let category = format!("{CATEGORIES}/{housing}");
        ada.patch(&category, json!({ "parent": cities }))
            .await
            .expect(200);
        assert_eq!(news(&anyone, &mut next).await, ["upsert en Rents"]);
        ada.patch(&category, json!({ "parent": null }))
            .await
            .expect(200);
        assert_eq!(news(&anyone, &mut next).await, ["delete en left_filter"]);
        let into = json!({ "into": cities });
        ada.post(&format!("{category}/merge"), into)
            .await
            .expect(200);
        assert_eq!(news(&anyone, &mut next).await, ["upsert en Rents"]);
        let patch = json!({ "categories": [] });
        let path = format!("{POSTS}/{post}?publish=shared");
        ada.patch(&path, patch).await.expect(200);
        assert_eq!(news(&anyone, &mut next).await, ["delete en left_filter"]);
    }
);

on_both!(a_renamed_term_reaches_its_posts_in_steps, async |app| {
    let (ada, anyone) = (app.editor("ada").await, app.anonymous());
    let tag = ada.makes(TAGS, named("en", "Rent")).await;
    for number in 0..7 {
        let with = json!({ "tags": [tag] });
        ada.issues_with("en", &format!("Post {number}"), with).await;
    }
    ada.issues("en", "Without it").await;
    let mut next = begun(&anyone, "&limit=3").await;
    let renamed = json!({ "translations": { "en": { "name": "Rents" } } });
    ada.patch(&format!("{TAGS}/{tag}"), renamed)
        .await
        .expect(200);
    let mut pages = 0;
    let mut titles = Vec::new();
    loop {
        let page = anyone.get(&next).await.expect(200);
        assert!(page.items().len() <= 3, "{page}");
        for item in page.items() {
            assert_eq!(item["post"]["tags"][0]["name"], "Rents");
            titles.push(item["post"]["title"].as_str().unwrap().to_owned());
        }
        pages += 1;
        page.text("/page/next").clone_into(&mut next);
        if page.at("/page/more") == false {
            break;
        }
    }
    titles.sort();
    let expected: Vec<String> = (0..7).map(|number| format!("Post {number}")).collect();
    assert_eq!(titles, expected);
    assert!(pages >= 3);
    // What only the tag itself shows concerns no post.
    let described = json!({ "translations": { "en": { "name": "Rents" } } });
    ada.patch(&format!("{TAGS}/{tag}"), described)
        .await
        .expect(200);
    assert_eq!(news(&anyone, &mut next).await, Vec::<String>::new());
});

on_both!(drafts_and_schedules_are_not_told, async |app| {
    let (ada, anyone) = (app.editor("ada").await, app.anonymous());
    let post = ada.issues("en", "Housing").await;
    let mut next = begun(&anyone, "").await;
    let before = next.clone();
    ada.translates(&post, "fr", "Logement").await;
    let soon = json!({ "publish_at": "2026-05-01T12:00:00Z" });
    ada.schedules(&post, "fr", soon).await;
    ada.put(&translation(&post, "en"), text("Rents"))
        .await
        .expect(200);
    assert_eq!(news(&anyone, &mut next).await, Vec::<String>::new());
    assert_eq!(next, before, "nothing public happened");
    // Publishing one language does not tell that another one is planned.
    ada.publishes(&post, "en").await;
    assert_eq!(news(&anyone, &mut next).await, ["upsert en Rents"]);
    ada.delete(&publication(&post, "fr")).await.expect(204);
    assert_eq!(news(&anyone, &mut next).await, Vec::<String>::new());
});

on_both!(a_publication_appears_when_the_clock_says_so, async |app| {
    let (ada, anyone) = (app.editor("ada").await, app.anonymous());
    let post = ada.writes("en", "Housing").await;
    let soon = json!({ "publish_at": "2026-05-01T12:00:00Z" });
    ada.schedules(&post, "en", soon).await;
    let mut next = begun(&anyone, "").await;
    app.set_time("2026-05-01T12:00:00Z");
    tick(&app);
    assert_eq!(news(&anyone, &mut next).await, ["upsert en Housing"]);
});

on_both!(other_kinds_are_told_and_deleted_too, async |app| {
    let (ada, anyone) = (app.editor("ada").await, app.anonymous());
    let kinds = "&kinds=category,tag,author,organization";
    let tag = ada.makes(TAGS, named("en", "Rent")).await;
    let (first, mut next) = drained(&anyone, &format!("/v1/sync?initial=true{kinds}")).await;
    assert_eq!(all_told(&first), ["upsert Rent"]);
    assert!(first[0]["tag"].get("post_count").is_none());
    let cities = ada.makes(CATEGORIES, named("en", "Cities")).await;
    let mut housing = named("en", "Housing");
    housing["parent"] = json!(cities);
    ada.makes(CATEGORIES, housing).await;
    let told = news(&anyone, &mut next).await;
    assert_eq!(told, ["upsert Housing", "upsert Cities"]);
    ada.delete(&format!("{TAGS}/{tag}")).await.expect(204);
    assert_eq!(news(&anyone, &mut next).await, ["delete deleted"]);
});

on_both!(the_reason_of_a_takedown_reaches_every_copy, async |app| {
    let (ada, anyone) = (app.editor("ada").await, app.anonymous());
    let mut posts = Vec::new();
    for title in ["One", "Two", "Three", "Four"] {
        posts.push(ada.issues("en", title).await);
    }
    let mut next = begun(&anyone, "").await;
    for (post, reason) in posts.iter().zip(["error", "consent", "legal"]) {
        let request = ada.request(Method::DELETE, &publication(post, "en"));
        let request = request.set_json(json!({ "reason": reason }));
        ada.send(request).await.expect(204);
    }
    // Whoever was told of the reason must not be told less later.
    ada.delete(&format!("{POSTS}/{}", posts[1]))
        .await
        .expect(204);
    let told = news(&anyone, &mut next).await;
    assert_eq!(
        told,
        ["delete en error", "delete en consent", "delete en legal"]
    );
    for bad in [
        json!({ "reason": "mood" }),
        json!({ "why": "error" }),
        json!([]),
    ] {
        let request = ada.request(Method::DELETE, &publication(&posts[3], "en"));
        ada.send(request.set_json(bad)).await.expect(422);
    }
    let admin = app.admin("root").await;
    let audit = "/v1/admin/audit?kind=publication&operation=unpublish";
    let audit = admin.get(audit).await.expect(200);
    let reasons: Vec<_> = audit
        .items()
        .iter()
        .map(|one| &one["after"]["reason"])
        .collect();
    assert_eq!(reasons, ["legal", "consent", "error"]);
});
