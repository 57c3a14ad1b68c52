//! A save that changes nothing has no effect, whatever the resource: version, times, change log and `Last-Modified` stay.

use std::collections::BTreeSet;

use actix_web::http::Method;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::client::{Answer, Client};
use crate::support::content::{
    AUTHORS, CATEGORIES, ORGANIZATIONS, POSTS, TAGS, named, post_with, publication, text,
    translation,
};

const SITE: &str = "/v1/admin/site";
const USERS: &str = "/v1/admin/users";
const ME: &str = "/v1/auth/me";
const TAG: &str = "/v1/admin/posts/{id}/tags/{tag}";
const CATEGORY: &str = "/v1/admin/posts/{id}/categories/{category}";
const BYLINE: &str = "/v1/admin/posts/{id}/authors/{author}";
const TEXT: &str = "/v1/admin/posts/{id}/translations/{lang}";
const PUBLICATION: &str = "/v1/admin/posts/{id}/translations/{lang}/publication";
const DISCUSSION: &str = "/v1/admin/posts/{id}/discussion";
const DECISION: &str = "/v1/admin/comments/{id}/state";
const REPLACEMENT: &str = "/v1/admin/posts/{id}/translations/{lang}/publication/replacement";

/// The writes that are acts of their own each time: a step of the workflow is refused in the stage that it leads to, and a
/// password always gets a new hash.
const ACTS: [(&str, &str); 4] = [
    ("put", "/v1/admin/posts/{id}/translations/{lang}/archive"),
    ("put", "/v1/admin/posts/{id}/translations/{lang}/review"),
    ("put", "/v1/admin/posts/{id}/translations/{lang}/submission"),
    ("put", "/v1/auth/password"),
];

/// A write that leaves a resource as it is.
struct Save {
    method: Method,
    /// The path in the OpenAPI document.
    path: &'static str,
    address: String,
    body: Value,
    /// The address at which the resource is read.
    read: String,
}

impl Save {
    fn at(method: Method, path: &'static str, address: &str, body: Value) -> Self {
        Self {
            method,
            path,
            address: address.to_owned(),
            body,
            read: address.to_owned(),
        }
    }

    fn read_at(self, read: &str) -> Self {
        Self {
            read: read.to_owned(),
            ..self
        }
    }

    async fn sent_by(&self, boss: &Client) -> Answer {
        match self.method {
            Method::PUT => boss.put(&self.address, self.body.clone()).await,
            _ => boss.patch(&self.address, self.body.clone()).await,
        }
    }
}

/// Creates a resource of each kind. Returns the writes that leave them as they are.
async fn saves(boss: &Client) -> Vec<Save> {
    let mut saves = Vec::new();
    let organization = json!({ "name": "Lagos", "url": "https://lagos.example/", "country": "NG" });
    let lagos = boss.makes(ORGANIZATIONS, organization.clone()).await;
    let author = json!({
        "name": "Lin", "organization": lagos, "bio": { "fr": "Maire.", "en": "A mayor." },
        "links": [{ "rel": "website", "url": "https://lin.example/" }],
    });
    let names = json!({
        "fr": { "name": "Loyer", "description": "Ce qu'on paie." }, "en": { "name": "Rent", "slug": "the-rent" },
    });
    let tag = json!({ "translations": names });
    let top = boss.makes(CATEGORIES, named("en", "Top")).await;
    let category = json!({ "translations": names, "parent": top, "position": 3 });
    let user = json!({
        "email": "uma@example.org", "name": "Uma", "password": "correct horse battery", "role": "author",
        "languages": ["fr", "en"],
    });
    let key = json!({ "name": "Mirror", "scopes": ["delivery:read"] });
    let mut ids = Vec::new();
    for (path, list, body) in [
        ("/v1/admin/organizations/{id}", ORGANIZATIONS, organization),
        ("/v1/admin/authors/{id}", AUTHORS, author),
        ("/v1/admin/tags/{id}", TAGS, tag),
        ("/v1/admin/categories/{id}", CATEGORIES, category),
        ("/v1/admin/users/{id}", USERS, user),
        ("/v1/admin/keys/{id}", "/v1/admin/keys", key),
    ] {
        let mut body = body;
        let id = boss.makes(list, body.clone()).await;
        let address = format!("{list}/{id}");
        // The password is never the same, and a replacement without one keeps it.
        body.as_object_mut().unwrap().remove("password");
        saves.push(Save::at(Method::PATCH, path, &address, json!({})));
        saves.push(Save::at(Method::PATCH, path, &address, body.clone()));
        saves.push(Save::at(Method::PUT, path, &address, body));
        ids.push(id);
    }
    let [_, author, tag, category, _, _] = ids.try_into().unwrap();
    let webhooks = "/v1/admin/webhooks";
    let url = json!({ "url": "https://receiver.invalid/hook" });
    let webhook = boss.makes(webhooks, url.clone()).await;
    let address = format!("{webhooks}/{webhook}");
    for body in [json!({}), url] {
        let path = "/v1/admin/webhooks/{id}";
        saves.push(Save::at(Method::PATCH, path, &address, body));
    }
    saves.extend(posts(boss, &author, &tag, &category).await);
    let me = boss.get(ME).await.expect(200).at("/data/name").clone();
    saves.push(Save::at(Method::PATCH, ME, ME, json!({})));
    saves.push(Save::at(Method::PATCH, ME, ME, json!({ "name": me })));
    let site = json!({
        "translations": { "fr": { "name": "La Place" }, "en": { "name": "The Square" } },
        "home": "https://square.example/", "languages": [{ "code": "fr" }, { "code": "en" }],
        "licence": "CC-BY-4.0", "contact": "desk@square.example",
    });
    boss.put(SITE, site.clone()).await.expect(200);
    saves.push(Save::at(Method::PUT, SITE, SITE, site));
    saves
}

/// Writes a post that is live with a planned replacement, and another one that is scheduled.
async fn posts(boss: &Client, author: &str, tag: &str, category: &str) -> Vec<Save> {
    let shared = json!({
        "authors": [{ "author": author, "organization": null, "role": "Mayor" }],
        "tags": [tag], "categories": [category], "featured": true, "licence": "CC-BY-4.0",
    });
    let post = post_with("en", "Housing", shared.clone());
    let live = boss.makes(POSTS, post.clone()).await;
    boss.publishes(&live, "en").await;
    let next = json!({ "publish_at": "2026-06-01T08:00", "time_zone": "Europe/Paris" });
    boss.schedules(&live, "en", next.clone()).await;
    let planned = boss.writes("en", "Planned").await;
    let times = json!({
        "publish_at": "2026-06-01T08:00:00Z", "unpublish_at": "2026-07-01T08:00:00Z", "time_zone": "Europe/Paris",
    });
    boss.schedules(&planned, "en", times.clone()).await;
    let shown = boss.writes("en", "Shown").await;
    boss.publishes(&shown, "en").await;
    let shown = publication(&shown, "en");
    let address = format!("{POSTS}/{live}");
    let (copy, plan) = (translation(&live, "en"), publication(&planned, "en"));
    let replacement = format!("{}/replacement", publication(&live, "en"));
    let shared_publication = format!("{address}/publication");
    let put = Method::PUT;
    let mut saves = vec![
        Save::at(put.clone(), "/v1/admin/posts/{id}", &address, post),
        Save::at(put.clone(), TEXT, &copy, text("Housing")),
        Save::at(
            put.clone(),
            "/v1/admin/posts/{id}/publication",
            &shared_publication,
            Value::Null,
        ),
        Save::at(
            put.clone(),
            PUBLICATION,
            &publication(&live, "en"),
            next.clone(),
        ),
        Save::at(put.clone(), PUBLICATION, &plan, times.clone()),
        Save::at(put.clone(), PUBLICATION, &shown, json!({})),
        Save::at(Method::PATCH, PUBLICATION, &plan, times),
        Save::at(Method::PATCH, PUBLICATION, &plan, json!({})),
        Save::at(Method::PATCH, REPLACEMENT, &replacement, next),
        Save::at(Method::PATCH, REPLACEMENT, &replacement, json!({})),
        Save::at(Method::PATCH, TEXT, &copy, json!({ "title": "Housing" })),
        Save::at(Method::PATCH, TEXT, &copy, json!({})),
        Save::at(Method::PATCH, "/v1/admin/posts/{id}", &address, shared),
        Save::at(Method::PATCH, "/v1/admin/posts/{id}", &address, json!({})),
    ];
    for (path, one) in [
        (TAG, format!("{address}/tags/{tag}")),
        (CATEGORY, format!("{address}/categories/{category}")),
    ] {
        saves.push(Save::at(put.clone(), path, &one, Value::Null));
    }
    let discussion = format!("{address}/discussion");
    let open = json!({ "comments": "open" });
    boss.put(&discussion, open.clone()).await.expect(200);
    saves.push(Save::at(put.clone(), DISCUSSION, &discussion, open));
    let comments = format!("/v1/posts/{live}/comments");
    let written = boss.post(&comments, json!({ "text": "So true." })).await;
    let comment = format!(
        "/v1/admin/comments/{}",
        written.expect(201).text("/data/id")
    );
    let decision = json!({ "state": "approved" });
    let decided = Save::at(put.clone(), DECISION, &format!("{comment}/state"), decision);
    saves.push(decided.read_at(&comment));
    let byline = format!("{address}/authors/{author}");
    saves.push(Save::at(put, BYLINE, &byline, json!({ "role": "Mayor" })));
    let read = |save: Save| match save.path {
        TAG | CATEGORY | BYLINE | "/v1/admin/posts/{id}/publication" => save.read_at(&address),
        REPLACEMENT => save.read_at(&publication(&live, "en")),
        _ => save,
    };
    saves.into_iter().map(read).collect()
}

/// The `Last-Modified` and the number of log entries.
async fn traces(app: &TestApp, keeping: &TestApp) -> (String, i64) {
    // The value never names the present second, in which another change could follow.
    keeping.catches_up().await;
    app.pass(10);
    keeping.catches_up().await;
    let address = format!("/v1/posts?published_before={}", app.clock.now());
    let read = keeping.anonymous().get(&address).await.expect(200);
    let modified = read.header("last-modified").to_owned();
    (modified, app.count("changes"))
}

on_both!(a_save_that_changes_nothing_has_no_effect, async |app| {
    let boss = app.admin("boss").await;
    let keeping = app.keeping().await;
    let saves = saves(&boss).await;
    app.pass(60);
    let before = traces(&app, &keeping).await;
    for save in &saves {
        let what = format!("{} {} {}", save.method, save.address, save.body);
        let first = boss.get(&save.read).await.expect(200);
        app.pass(60);
        let answer = match save.body {
            Value::Null => {
                boss.send(boss.request(save.method.clone(), &save.address))
                    .await
            }
            _ => save.sent_by(&boss).await,
        };
        let answer = answer.expect(200);
        let now = boss.get(&save.read).await.expect(200);
        assert_eq!(now.json, first.json, "{what}");
        if save.path != ME {
            assert_eq!(now.header("etag"), first.header("etag"), "{what}");
        }
        if save.read == save.address {
            assert_eq!(answer.json["data"], first.json["data"], "{what}");
        }
        assert_eq!(traces(&app, &keeping).await, before, "{what}");
    }
    let named = saves
        .iter()
        .map(|save| (save.method.as_str().to_lowercase(), save.path.to_owned()));
    let acts = ACTS.map(|(method, path)| (method.to_owned(), path.to_owned()));
    assert_eq!(offered(), named.chain(acts).collect());
});

/// Every operation that changes or replaces a resource.
fn offered() -> BTreeSet<(String, String)> {
    let text = include_str!("../../../openapi/management.json");
    let document: Value = serde_json::from_str(text).unwrap();
    let mut offered = BTreeSet::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for method in ["put", "patch"] {
            if operations.get(method).is_some() {
                offered.insert((method.to_owned(), path.clone()));
            }
        }
    }
    offered
}

on_both!(the_order_of_languages_is_a_change, async |app| {
    let boss = app.admin("boss").await;
    let names = |first: &str, second: &str| {
        let mut names = json!({});
        names[first] = json!({ "name": "One", "slug": "one" });
        names[second] = json!({ "name": "One", "slug": "one" });
        json!({ "translations": names })
    };
    let id = boss.makes(TAGS, names("en", "fr")).await;
    let address = format!("{TAGS}/{id}");
    let changed = boss.put(&address, names("fr", "en")).await.expect(200);
    assert_eq!(changed.header("etag"), "\"v2\"");
    let shown = app.anonymous().get(&format!("/v1/tags/{id}")).await;
    assert_eq!(shown.expect(200).text("/data/lang"), "fr");
});

on_both!(a_site_of_which_nothing_is_stored_may_stay_so, async |app| {
    let boss = app.admin("boss").await;
    app.pass(60);
    let first = boss.get(SITE).await.expect(200);
    for nothing in [
        json!({}),
        json!({ "languages": null, "translations": null, "home": null, "licence": null, "contact": null }),
        json!({ "languages": [], "translations": {}, "home": "", "licence": "", "contact": "" }),
    ] {
        let same = boss.put(SITE, nothing).await.expect(200);
        assert_eq!(same.json, first.json);
    }
    assert_eq!(app.count("changes WHERE kind = 'site'"), 0);
    // A member that is empty is left to the settings, whatever else is stored.
    let some = json!({ "home": "", "contact": "desk@square.example",
                       "translations": { "en": { "name": "Square", "home": "" } } });
    let stored = boss.put(SITE, some).await.expect(200);
    assert_eq!(stored.at("/data/home"), &Value::Null);
    assert_eq!(stored.at("/data/translations/en/home"), &Value::Null);
    boss.put(SITE, json!({})).await.expect(200);
    let emptied = boss.get(SITE).await.expect(200);
    assert_eq!(emptied.at("/data/contact"), &Value::Null);
});
