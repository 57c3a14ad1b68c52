//! Nothing unpublished is ever delivered: hidden content must not change a single public answer.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::TestApp;
use crate::support::client::{Answer, Client};
use crate::support::content::{
    AUTHORS, CATEGORIES, ORGANIZATIONS, POSTS, TAGS, named, post_with, publication, translation,
};

/// A word in everything that is not public. Requests contain only its beginning.
const MARKER: &str = "zanzibarmarker";
const BEGINNING: &str = "zanzi";

on_both!(nothing_unpublished_is_delivered_anywhere, async |app| {
    let ada = app.editor("ada").await;
    let terms = Terms::make(&ada).await;
    let live = publish_something(&app, &ada, &terms).await;
    let keys = keys(&ada).await;
    let before = collect_answers(&app, &keys).await;
    let hidden = create_hidden_content(&app, &ada, &terms, &live).await;
    let after = collect_answers(&app, &keys).await;
    assert!(before.len() > 200, "only {} addresses", before.len());
    for (address, answer) in &before {
        assert_eq!(answer, &after[address], "{address}");
    }
    assert_eq!(before.len(), after.len());
    for address in hidden {
        let slug = address.trim_start_matches("/v1/posts/");
        for address in [
            address.clone(),
            format!("{address}?lang=en"),
            format!("{address}?lang=fr&fallback=original"),
            format!("/v1/resolve?kind=post&slug={slug}"),
            format!("/v1/resolve?path=/en/{slug}"),
            format!("/v1/resolve?path=/es/{slug}"),
        ] {
            let answer = app.anonymous().get(&address).await;
            assert!(matches!(answer.status, 404 | 410), "{answer}");
            check(&answer);
        }
    }
});

/// The public terms of the posts.
struct Terms {
    all: Value,
}

impl Terms {
    async fn make(ada: &Client) -> Self {
        let organization = ada.makes(ORGANIZATIONS, json!({ "name": "Lagos" })).await;
        let author = json!({ "name": "Lin", "organization": organization });
        let author = ada.makes(AUTHORS, author).await;
        let category = ada.makes(CATEGORIES, named("en", "Housing")).await;
        let tag = ada.makes(TAGS, named("en", "Rent")).await;
        let all =
            json!({ "authors": [{ "author": author }], "categories": [category], "tags": [tag] });
        Self { all }
    }
}

async fn publish_something(app: &TestApp, ada: &Client, terms: &Terms) -> Vec<String> {
    let boss = app.admin("boss").await;
    boss.opens_comments(json!({ "mode": "open" })).await;
    let mut live = Vec::new();
    for number in 1..=3 {
        let title = format!("Open {number}");
        let id = ada.issues_with("en", &title, terms.all.clone()).await;
        ada.translates(&id, "fr", &format!("Ouvert {number}")).await;
        ada.publishes(&id, "fr").await;
        live.push(id);
        app.pass(60);
    }
    live
}

/// Creates drafts, scheduled, expired, trashed, unpublished and deleted posts, and unpublished edits. Returns the
/// addresses that they would have.
async fn create_hidden_content(
    app: &TestApp,
    ada: &Client,
    terms: &Terms,
    live: &[String],
) -> Vec<String> {
    let mut addresses = Vec::new();
    for (kind, times) in [
        ("draft", None),
        (
            "scheduled",
            Some(json!({ "publish_at": "2099-01-01T00:00:00Z" })),
        ),
        (
            "expired",
            Some(
                json!({ "publish_at": "2026-01-01T00:00:00Z", "unpublish_at": "2026-05-01T09:00:00Z" }),
            ),
        ),
        ("trashed", Some(json!({}))),
        ("down", Some(json!({}))),
        ("deleted", Some(json!({}))),
    ] {
        let mut post = post_with("en", kind, terms.all.clone());
        let mut marked = with_marker(kind);
        marked["lang"] = "en".into();
        post["translation"] = marked;
        post["featured"] = true.into();
        post["licence"] = format!("LicenseRef-{MARKER}").into();
        post["canonical_url"] = format!("https://{MARKER}.example/").into();
        let id = ada.makes(POSTS, post).await;
        if let Some(times) = times {
            ada.schedules(&id, "en", times).await;
        }
        match kind {
            "trashed" => drop(ada.delete(&format!("{POSTS}/{id}")).await.expect(204)),
            "down" => drop(ada.delete(&publication(&id, "en")).await.expect(204)),
            "deleted" => {
                let boss = app.admin("boss").await;
                let address = format!("{POSTS}/{id}?permanent=true");
                boss.delete(&address).await.expect(204);
            }
            _ => {}
        }
        addresses.push(format!("/v1/posts/{id}"));
        addresses.push(format!("/v1/posts/{MARKER}-{kind}"));
    }
    app.set_time("2026-05-01T10:00:00Z");
    for id in live {
        let comment =
            json!({ "name": MARKER, "email": format!("{MARKER}@example.org"), "text": MARKER });
        let address = format!("/v1/posts/{id}/comments");
        let waits = app.anonymous().post(&address, comment).await.expect(202);
        let hidden = format!("/v1/comments/{}", waits.id());
        app.anonymous().get(&hidden).await.expect(404);
        let edit = with_marker(&format!("edit-{}", &id[24..]));
        ada.patch(&translation(id, "en"), edit).await.expect(200);
        ada.put(
            &translation(id, "es"),
            with_marker(&format!("es-{}", &id[24..])),
        )
        .await
        .expect(201);
        let licence = format!("LicenseRef-{MARKER}");
        let whole = json!({ "authors": [], "tags": [], "featured": true, "licence": licence });
        ada.patch(&format!("{POSTS}/{id}"), whole).await.expect(200);
        addresses.push(format!("/v1/posts/{MARKER}-edit-{}", &id[24..]));
        // Schedules a replacement in the distant future.
        ada.schedules(id, "en", json!({ "publish_at": "2099-01-01T00:00:00Z" }))
            .await;
        addresses.push(format!("/v1/posts/{MARKER}-es-{}", &id[24..]));
    }
    addresses
}

/// A text with the marker in every member.
fn with_marker(kind: &str) -> Value {
    json!({
        "title": format!("{MARKER} {kind}"), "slug": format!("{MARKER}-{kind}"), "subtitle": MARKER, "excerpt": MARKER,
        "body": { "format": "markdown", "source": format!("# {MARKER}\n\n{MARKER}") },
        "seo": { "title": MARKER, "description": MARKER }
    })
}

/// The ids and slugs of everything that is public.
async fn keys(ada: &Client) -> BTreeSet<String> {
    let mut keys = BTreeSet::from([BEGINNING.to_owned()]);
    for list in [
        "posts",
        "posts?lang=fr",
        "categories",
        "tags",
        "authors",
        "organizations",
    ] {
        for item in ada.get(&format!("/v1/{list}")).await.expect(200).items() {
            keys.extend(["id", "slug"].map(|name| item[name].as_str().unwrap().to_owned()));
        }
    }
    keys
}

/// Collects the answers of every delivery operation: each parameter, each pair of parameters, every page.
async fn collect_answers(
    app: &TestApp,
    keys: &BTreeSet<String>,
) -> BTreeMap<String, (u16, String)> {
    let with_sitemap = app
        .another(&[("TRIBUNA_SITE_URL", "https://news.example")])
        .await;
    let anyone = with_sitemap.anonymous();
    let document = anyone.get("/openapi/delivery.json").await.expect(200).json;
    let mut answers = BTreeMap::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        // A form has a random token, and asks for the more work the more is written.
        if !path.starts_with("/v1/") || path.starts_with("/v1/forms/") {
            continue;
        }
        let paths: Vec<String> = if path.contains('{') {
            // A preview is addressed only by its token.
            keys.iter()
                .map(|key| {
                    path.replace("{id_or_slug}", key)
                        .replace("{id}", key)
                        .replace("{token}", key)
                        .replace("{part}", "posts-1.xml")
                })
                .collect()
        } else {
            vec![path.clone()]
        };
        let mut queries = queries(&item["get"], keys);
        if path.starts_with("/v1/feeds/") {
            // They are lists of posts in other formats, so no pairs are needed.
            queries.retain(|query| !query.contains('&'));
        }
        for path in &paths {
            assert!(
                !path.contains('{'),
                "{path}: no value for a variable of this path"
            );
            for query in &queries {
                follow(&anyone, format!("{path}?{query}"), &mut answers).await;
            }
        }
    }
    answers
}

/// Returns the empty query, each value of each parameter, and each pair of values of different parameters.
fn queries(operation: &Value, keys: &BTreeSet<String>) -> BTreeSet<String> {
    let parameters = operation["parameters"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let named = parameters.iter().filter(|one| one["in"] == "query");
    let values: Vec<(String, Vec<String>)> = named
        // Cursors and tokens are covered by the page links, and nothing happens while a request waits.
        .filter(|one| {
            !["cursor", "token", "resume", "wait"]
                .map(Value::from)
                .contains(&one["name"])
        })
        .map(|one| (one["name"].as_str().unwrap().to_owned(), values(one, keys)))
        .collect();
    let mut queries = BTreeSet::from([String::new()]);
    for (index, (name, list)) in values.iter().enumerate() {
        for value in list {
            queries.insert(format!("{name}={value}"));
            for (other, others) in &values[index + 1..] {
                // In pairs, one value of the other parameter is enough.
                queries.insert(format!("{name}={value}&{other}={}", others[0]));
            }
        }
    }
    queries
}

fn values(parameter: &Value, keys: &BTreeSet<String>) -> Vec<String> {
    let name = parameter["name"].as_str().unwrap();
    let fixed: &[&str] = match name {
        "sort" => return words(&parameter["schema"]),
        "fields" => {
            let all = words(&parameter["schema"]["items"]);
            return vec![all.join(","), all[0].clone()];
        }
        "limit" => &["2", "1", "100"],
        "count" | "featured" | "initial" => &["true"],
        "kinds" => &["category,tag,author,organization,comment,post"],
        "page" => &["1", "2"],
        "type" => &["page", "post,page"],
        "parent" => return keys.iter().rev().take(10).cloned().collect(),
        "available_in" => &["en", "en,fr"],
        "published_after" | "updated_after" => &["2020-01-01"],
        "published_before" | "updated_before" => &["2100-01-01"],
        "include" => &["body,seo,translations.title"],
        "lang" => &["en", "fr", "es", "de"],
        "fallback" => &["original", "es,fr,en"],
        "q" => &["o", BEGINNING],
        "category" | "tag" | "author" | "organization" | "exclude_category" | "exclude_tag" => {
            return keys.iter().rev().take(40).cloned().collect();
        }
        "exclude" => {
            let ids = keys.iter().filter(|key| Uuid::parse_str(key).is_ok());
            return ids.rev().take(3).cloned().collect();
        }
        "post" => {
            let ids = keys.iter().filter(|key| Uuid::parse_str(key).is_ok());
            return ids.take(5).cloned().collect();
        }
        "kind" => &["post", "category", "tag", "author", "organization"],
        "slug" => return keys.iter().cloned().collect(),
        "format" => &["json", "xml"],
        "maxwidth" | "maxheight" => &["300"],
        "dnt" => &["1"],
        "url" => {
            let of = |key: &String| format!("https://api.example.org/v1/posts/{key}");
            return keys.iter().rev().take(20).map(of).collect();
        }
        "path" => {
            let paths = ["/en/", "/fr/", "/es/", "/en/tag/", "/en/author/"];
            let of = |key: &String| paths.map(|path| format!("{path}{key}"));
            return keys.iter().flat_map(of).collect();
        }
        _ => panic!("no values for the parameter {name}: add them here"),
    };
    fixed.iter().map(|value| (*value).to_owned()).collect()
}

/// The words that a schema allows.
fn words(schema: &Value) -> Vec<String> {
    let words = schema["enum"].as_array().expect("words");
    let words = words.iter().map(|word| word.as_str().unwrap().to_owned());
    words.collect()
}

/// Collects an answer and all pages after it.
async fn follow(anyone: &Client, address: String, answers: &mut BTreeMap<String, (u16, String)>) {
    let mut next = Some(address.clone());
    if ["sync", "snapshot", "events"]
        .iter()
        .any(|name| address[4..].starts_with(name))
    {
        next = None;
        follow_copy(anyone, address, answers).await;
    }
    while let Some(address) = next {
        let answer = anyone.get(&address).await;
        check(&answer);
        next = answer.json["page"]["next"].as_str().map(str::to_owned);
        // A problem contains the id of its request, which differs each time.
        let body = if answer.status < 400 {
            String::from_utf8(answer.body.to_vec()).unwrap()
        } else {
            answer.json["code"].to_string()
        };
        answers.insert(address, (answer.status, body));
    }
}

/// Collects the items of all pages of a copy. Tokens and ids of events differ whenever something public has happened.
async fn follow_copy(
    anyone: &Client,
    address: String,
    answers: &mut BTreeMap<String, (u16, String)>,
) {
    let (mut next, mut items, mut status) = (Some(address.clone()), Vec::new(), 0);
    while let Some(address) = next {
        let answer = anyone.get(&address).await;
        check(&answer);
        status = answer.status;
        let text = String::from_utf8_lossy(&answer.body);
        let lines = text.lines().filter(|line| line.starts_with("{\"op\""));
        items.extend(lines.map(str::to_owned));
        items.extend(
            answer.json["data"]
                .as_array()
                .into_iter()
                .flatten()
                .map(Value::to_string),
        );
        let more = answer.json["page"]["more"] == true;
        next = answer.json["page"]["next"]
            .as_str()
            .filter(|_| more)
            .map(str::to_owned);
    }
    answers.insert(address, (status, items.join("\n")));
}

#[track_caller]
fn check(answer: &Answer) {
    let shown = answer.to_string();
    let (request, shown) = shown.split_once('\n').unwrap();
    let body = String::from_utf8_lossy(&answer.body);
    assert!(
        !shown.contains(MARKER) && !body.contains(MARKER),
        "{request} leaks:\n{shown}"
    );
}
