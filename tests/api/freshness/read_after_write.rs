//! Every write is visible in every answer: one operation after the other, at the instance that executed it and at
//! another.

use serde_json::{Value, json};

use super::same;
use crate::support::TestApp;
use crate::support::client::Client;
use crate::support::content::{
    AUTHORS, CATEGORIES, ORGANIZATIONS, POSTS, TAGS, named, post_with, publication, text,
    translation,
};

/// The writer, the two instances, and the addresses to read.
struct Watch {
    here: TestApp,
    there: TestApp,
    ada: Client,
    plain: Client,
    names: Vec<String>,
}

impl Watch {
    async fn open(app: &TestApp) -> Self {
        let (here, there) = (app.keeping().await, app.keeping().await);
        Self {
            ada: here.editor("ada").await,
            here,
            there,
            plain: app.anonymous(),
            names: Vec::new(),
        }
    }

    /// Adds the addresses of this id or slug.
    fn names(&mut self, name: &str) {
        self.names.push(name.to_owned());
    }

    fn addresses(&self) -> Vec<String> {
        let mut all: Vec<String> = [
            "/v1/posts",
            "/v1/posts?lang=en",
            "/v1/posts?lang=fr&fallback=original",
            "/v1/posts?lang=de&fallback=fr,en&sort=title&count=true",
            "/v1/posts?available_in=fr&fields=title",
            "/v1/posts/facets",
            "/v1/categories",
            "/v1/category-tree?lang=fr",
            "/v1/tags?sort=name",
            "/v1/authors",
            "/v1/organizations?fields=name,post_count",
        ]
        .map(str::to_owned)
        .into();
        for name in &self.names {
            for kind in ["posts", "categories", "tags", "authors", "organizations"] {
                all.push(format!("/v1/{kind}/{name}"));
                all.push(format!("/v1/{kind}/{name}?lang=fr"));
            }
            all.push(format!("/v1/posts/{name}/related"));
            for filter in ["category", "tag", "author", "exclude_category"] {
                all.push(format!("/v1/posts?{filter}={name}&fields=title"));
            }
            for kind in ["post", "category", "tag", "author"] {
                all.push(format!("/v1/resolve?kind={kind}&slug={name}"));
            }
        }
        all
    }

    /// Compares every answer with an instance without a cache, twice: right after the invalidation, and from memory.
    async fn compare_all(&self, step: &str) {
        self.there.catches_up().await;
        let clients = [self.here.anonymous(), self.there.anonymous()];
        for address in self.addresses() {
            for client in &clients {
                let kept = same(client, &self.plain, &address).await;
                let again = client.get(&address).await;
                assert!(
                    kept || again.header("cache-status").contains("hit") || again.status != 200,
                    "after {step}: {again}"
                );
            }
        }
    }
}

on_both!(
    a_write_to_the_catalogue_shows_in_the_next_read,
    async |app| {
        let mut watch = Watch::open(&app).await;
        let ada = watch.ada.clone();
        let organization = ada.makes(ORGANIZATIONS, json!({ "name": "Lagos" })).await;
        let author = json!({ "name": "Lin", "organization": organization });
        let author = ada.makes(AUTHORS, author).await;
        let top = ada.makes(CATEGORIES, named("en", "City")).await;
        let below = json!({ "translations": { "en": { "name": "Housing" } }, "parent": top });
        let below = ada.makes(CATEGORIES, below).await;
        let tag = ada.makes(TAGS, named("en", "Law")).await;
        let more =
            json!({ "authors": [{ "author": author }], "categories": [below], "tags": [tag] });
        let post = ada.issues_with("en", "One", more).await;
        for name in [
            "city", "housing", "law", "lin", "lagos", "one", "wohnen", &tag, &below, &post,
        ] {
            watch.names(name);
        }
        watch.compare_all("the beginning").await;

        let other = ada.makes(TAGS, named("en", "Rights")).await;
        watch.names("rights");
        watch.compare_all("a new tag").await;
        let same_slug = json!({ "translations": { "fr": { "name": "Droit", "slug": "law" } } });
        ada.patch(&format!("{TAGS}/{other}"), same_slug)
            .await
            .expect(200);
        watch
            .compare_all("a tag that has another's slug in another language")
            .await;
        let child = json!({ "translations": { "fr": { "name": "Wohnen", "slug": "housing" } }, "parent": below });
        let child = ada.makes(CATEGORIES, child).await;
        watch.compare_all("a new category below").await;
        let path = format!("{CATEGORIES}/{below}");
        ada.patch(&path, json!({ "parent": null }))
            .await
            .expect(200);
        watch.compare_all("a category that stands elsewhere").await;
        ada.patch(&path, json!({ "parent": top, "position": 3 }))
            .await
            .expect(200);
        watch.compare_all("a category that is back").await;
        let into = json!({ "into": top });
        ada.post(&format!("{CATEGORIES}/{child}/merge"), into.clone())
            .await
            .expect(200);
        watch.compare_all("a merged category").await;
        ada.post(&format!("{CATEGORIES}/{below}/merge"), into)
            .await
            .expect(200);
        watch
            .compare_all("a merged category that posts carry")
            .await;
        let into = json!({ "into": other });
        ada.post(&format!("{TAGS}/{tag}/merge"), into)
            .await
            .expect(200);
        watch.compare_all("a merged tag").await;
        let spare = ada.makes(TAGS, named("en", "Spare")).await;
        watch.names("spare");
        watch.compare_all("a spare tag").await;
        ada.delete(&format!("{TAGS}/{spare}")).await.expect(204);
        watch.compare_all("a deleted tag").await;

        let path = format!("{AUTHORS}/{author}");
        ada.patch(&path, json!({ "slug": "wei", "bio": { "fr": "Maire" } }))
            .await
            .expect(200);
        watch.names("wei");
        watch.compare_all("an author with another slug").await;
        let kano = ada.makes(ORGANIZATIONS, json!({ "name": "Kano" })).await;
        ada.patch(&path, json!({ "organization": kano }))
            .await
            .expect(200);
        watch.compare_all("an author who moves").await;
        ada.patch(&format!("{ORGANIZATIONS}/{kano}"), json!({ "slug": "kn" }))
            .await
            .expect(200);
        watch.compare_all("a renamed organization").await;
        let bo = ada.makes(AUTHORS, json!({ "name": "Bo" })).await;
        watch.names("bo");
        watch.compare_all("a new author").await;
        ada.delete(&format!("{AUTHORS}/{bo}")).await.expect(204);
        watch.compare_all("a deleted author").await;
    }
);

on_both!(publications, async |app| {
    let mut watch = Watch::open(&app).await;
    let ada = watch.ada.clone();
    let tag = ada.makes(TAGS, named("en", "Law")).await;
    let more = json!({ "tags": [tag] });
    let one = ada.issues_with("en", "One", more.clone()).await;
    let two = ada.makes(POSTS, post_with("en", "Two", more)).await;
    for name in ["one", "two", "zwei", "neu", "law", &one, &two] {
        watch.names(name);
    }
    watch.compare_all("the beginning").await;
    let publish = async |post: &str, lang: &str, times: Value| {
        ada.put(&publication(post, lang), times).await.expect(200);
    };

    publish(&two, "en", json!({})).await;
    watch.compare_all("a publication").await;
    ada.translates(&one, "fr", "Un").await;
    publish(&one, "fr", json!({})).await;
    watch.names("un");
    watch.compare_all("another language").await;
    // The French text of another post has the slug of an English one.
    let mut french = text("Deux");
    french["slug"] = "one".into();
    ada.put(&translation(&two, "fr"), french).await.expect(201);
    watch.compare_all("a draft with another's slug").await;
    publish(&two, "fr", json!({})).await;
    watch
        .compare_all("another's slug in another language")
        .await;
    ada.delete(&publication(&one, "en")).await.expect(204);
    watch.compare_all("who had the slug first is down").await;
    publish(&one, "en", json!({})).await;
    watch.compare_all("and there again").await;
    let edit = json!({ "title": "New", "slug": "neu" });
    ada.patch(&translation(&one, "en"), edit).await.expect(200);
    publish(&one, "en", json!({})).await;
    watch.compare_all("another slug").await;
    app.set_time("2026-05-01T08:10:00Z");
    watch.here.catches_up().await;
    publish(&one, "en", json!({})).await;
    watch
        .compare_all("published again, so that the French one is outdated")
        .await;

    publish(&two, "en", json!({ "publish_at": "2026-05-02T00:00:00Z" })).await;
    watch.compare_all("a replacement to come").await;
    ada.delete(&format!("{}/replacement", publication(&two, "en")))
        .await
        .expect(204);
    watch.compare_all("and not").await;
    let edit = json!({ "title": "Zwei" });
    ada.patch(&translation(&two, "en"), edit).await.expect(200);
    publish(&two, "en", json!({ "publish_at": "2026-05-02T00:00:00Z" })).await;
    watch.compare_all("a replacement to come after all").await;
    let path = publication(&two, "fr");
    ada.patch(&path, json!({ "unpublish_at": "2026-05-03T00:00:00Z" }))
        .await
        .expect(200);
    watch.compare_all("an end").await;
    for at in [
        "2026-05-01T23:59:59.999Z",
        "2026-05-02T00:00:00Z",
        "2026-05-03T00:00:00Z",
    ] {
        // A `404` is cached for a second.
        app.set_time(at);
        watch.here.catches_up().await;
        watch.compare_all(at).await;
        tribuna::operations::scheduler::tick(&app.state.db, app.clock.now()).unwrap();
        watch.here.catches_up().await;
        watch.compare_all("what the scheduler tells").await;
    }

    ada.delete(&format!("{POSTS}/{one}")).await.expect(204);
    watch.compare_all("the trash").await;
    ada.post(&format!("{POSTS}/{one}/restoration"), Value::Null)
        .await
        .expect(200);
    watch.compare_all("out of the trash").await;
    publish(&one, "en", json!({})).await;
    watch.compare_all("and published").await;
    let boss = watch.here.admin("boss").await;
    boss.delete(&format!("{POSTS}/{one}?permanent=true"))
        .await
        .expect(204);
    watch.compare_all("gone for good").await;
    ada.delete(&translation(&two, "fr")).await.expect(204);
    watch.compare_all("a language deleted").await;
});

on_both!(batches, async |app| {
    let mut watch = Watch::open(&app).await;
    let ada = watch.ada.clone();
    let (one, two) = (ada.writes("en", "One").await, ada.issues("en", "Two").await);
    for name in ["one", "two"] {
        watch.names(name);
    }
    watch.compare_all("the beginning").await;
    for (atomic, dry_run) in [(true, true), (true, false), (false, false)] {
        let operations = json!([
            { "method": "PUT", "path": publication(&one, "en"), "body": {} },
            { "method": "DELETE", "path": publication(&two, "en") },
            { "method": "POST", "path": TAGS, "body": named("en", "Law") },
        ]);
        let batch = json!({ "operations": operations, "atomic": atomic, "dry_run": dry_run });
        ada.post("/v1/admin/batch", batch).await.expect(200);
        watch
            .compare_all(&format!("a batch, atomic {atomic}, dry run {dry_run}"))
            .await;
        ada.publishes(&two, "en").await;
    }
});
