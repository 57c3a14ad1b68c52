//! Previews: a link shows one revision exactly as it would be delivered, to anybody who has the link.

use std::sync::{Mutex, Once};

use actix_web::http::header::{IF_NONE_MATCH, ORIGIN};
use actix_web::http::{Method, header};
use serde_json::{Value, json};

use crate::support::client::{Answer, Client};
use crate::support::content::{
    AUTHORS, CATEGORIES, ORGANIZATIONS, POSTS, TAGS, named, post_with, translation,
};

fn links(post: &str, lang: &str) -> String {
    format!("{}/preview-links", translation(post, lang))
}

/// Creates a link and returns its address.
async fn link(by: &Client, post: &str, body: Value) -> String {
    let made = by.post(&links(post, "en"), body).await.expect(201);
    assert_eq!(
        made.text("/data/url"),
        format!("/v1/previews/{}", made.text("/data/token"))
    );
    made.text("/data/url").to_owned()
}

/// Creates a draft with relations of all kinds.
async fn rich(ada: &Client) -> String {
    let organization = ada.makes(ORGANIZATIONS, json!({ "name": "Lagos" })).await;
    let lin = json!({ "name": "Lin", "organization": organization });
    let lin = ada.makes(AUTHORS, lin).await;
    let bo = ada.makes(AUTHORS, json!({ "name": "Bo" })).await;
    let housing =
        json!({ "translations": { "fr": { "name": "Logement" }, "en": { "name": "Housing" } } });
    let housing = ada.makes(CATEGORIES, housing).await;
    let rent = ada.makes(TAGS, named("es", "Alquiler")).await;
    let authors = json!([{ "author": bo, "role": "Mayor" }, { "author": lin }]);
    let mut body = post_with(
        "en",
        "The right to the city",
        json!({ "authors": authors, "categories": [housing], "tags": [rent], "featured": true,
            "licence": "CC-BY-4.0", "canonical_url": "https://example.org/a" }),
    );
    body["translation"]["subtitle"] = "For all".into();
    body["translation"]["seo"] = json!({ "title": "City", "description": null });
    let source = "# One\n\nText with *stress* and <script>alert(1)</script>.\n\n## Two\n\nMore.";
    body["translation"]["body"]["source"] = source.into();
    let id = ada.makes(POSTS, body).await;
    ada.translates(&id, "fr", "Le droit").await;
    ada.publishes(&id, "fr").await;
    id
}

on_both!(a_preview_equals_the_delivered_post, async |app| {
    let (ada, anyone) = (app.editor("ada").await, app.anonymous());
    let id = rich(&ada).await;
    let preview = link(&ada, &id, json!({})).await;
    let before = anyone.get(&preview).await.expect(200);
    ada.publishes(&id, "en").await;
    let delivered = anyone.get(&format!("/v1/posts/{id}")).await.expect(200);
    assert_eq!(before.json["data"], delivered.json["data"]);
    let removed = json!([{ "element": "script", "count": 1 }]);
    assert_eq!(before.json["warnings"], removed);
    assert_eq!(before.header("content-language"), "en");
    assert!(before.header("link").contains("hreflang=\"fr\""));
    let after = anyone.get(&preview).await.expect(200);
    assert_eq!(after.header("link"), delivered.header("link"));
    app.set_time("2026-05-01T09:00:00Z");
    let later = anyone.get(&preview).await.expect(200);
    assert_eq!(later.json["data"], delivered.json["data"]);
    let fields = "fields=title,body.text,authors.name,translations.title";
    let some = anyone.get(&format!("{preview}?{fields}")).await.expect(200);
    let delivered = anyone.get(&format!("/v1/posts/{id}?{fields}")).await;
    assert_eq!(some.json["data"], delivered.expect(200).json["data"]);
});

on_both!(
    a_preview_shows_its_revision_despite_later_edits,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let id = ada.issues("en", "Housing").await;
        let first = link(&ada, &id, json!({})).await;
        let edit = json!({ "title": "Homes", "slug": "homes" });
        ada.patch(&translation(&id, "en"), edit).await.expect(200);
        ada.patch(&format!("{POSTS}/{id}"), json!({ "featured": true }))
            .await
            .expect(200);
        let title = |answer: &Answer| answer.text("/data/title").to_owned();
        let read = anyone.get(&first).await.expect(200);
        assert_eq!(title(&read), "Housing");
        assert_eq!(read.at("/data/featured"), false);
        let second = link(&ada, &id, json!({ "revision": 2 })).await;
        let read = anyone.get(&second).await.expect(200);
        assert_eq!(
            (title(&read), read.text("/data/slug")),
            ("Homes".into(), "homes")
        );
        // The publication is unchanged.
        let public = anyone.get(&format!("/v1/posts/{id}")).await.expect(200);
        assert_eq!(title(&public), "Housing");
        let refused = ada.post(&links(&id, "en"), json!({ "revision": 9 })).await;
        let refused = refused.expect_problem(422, "invalid_body");
        assert_eq!(refused.faults(), [("/revision", "unknown_reference")]);
        for ttl in [59, 2_592_001] {
            let refused = ada.post(&links(&id, "en"), json!({ "ttl": ttl })).await;
            refused.expect_problem(422, "invalid_body");
        }
    }
);

on_both!(a_preview_is_never_cached, async |app| {
    let (ada, anyone) = (app.editor("ada").await, app.anonymous());
    let id = ada.writes("en", "Housing").await;
    let preview = link(&ada, &id, json!({})).await;
    let request = anyone.request(Method::GET, &preview);
    let request = request
        .insert_header((ORIGIN, "https://front.example.org"))
        .insert_header((IF_NONE_MATCH, "*"));
    let read = anyone.send(request).await.expect(200);
    assert_eq!(read.header("cache-control"), "private, no-store");
    assert_eq!(read.header("x-robots-tag"), "noindex");
    assert_eq!(read.header("access-control-allow-origin"), "*");
    assert!(!read.headers.contains_key(header::ETAG));
    // Error answers are never cached either.
    for (path, status) in [
        (format!("/v1/previews/{}", "A".repeat(43)), 404),
        (format!("{preview}?nonsense=1"), 400),
    ] {
        let refused = anyone.get(&path).await.expect(status);
        assert_eq!(refused.header("cache-control"), "private, no-store");
        assert_eq!(refused.header("x-robots-tag"), "noindex");
    }
    let head = anyone.request(Method::HEAD, &preview);
    anyone.send(head).await.expect(200);
    let posted = anyone.post(&preview, json!({})).await;
    posted.expect_problem(405, "method_not_allowed");
});

on_both!(a_link_is_not_found_once_it_is_over, async |app| {
    let (ada, anyone) = (app.editor("ada").await, app.anonymous());
    let id = ada.writes("en", "Housing").await;
    let short = link(&ada, &id, json!({ "ttl": 60 })).await;
    let long = link(&ada, &id, json!({ "ttl": 2_592_000 })).await;
    let gone = async |address: &str| {
        let read = anyone.get(address).await;
        read.expect_problem(404, "not_found");
    };
    app.set_time("2026-05-01T08:00:59.999Z");
    anyone.get(&short).await.expect(200);
    app.set_time("2026-05-01T08:01:00Z");
    gone(&short).await;
    anyone.get(&long).await.expect(200);
    let list = ada.get(&links(&id, "en")).await.expect(200);
    assert_eq!(list.items().len(), 1);
    assert_eq!(app.count("preview_links"), 2);
    app.does_housekeeping(0, app.clock.now());
    assert_eq!(app.count("preview_links"), 1);
    // The preview is unavailable while the post is in the trash.
    ada.delete(&format!("{POSTS}/{id}")).await.expect(204);
    gone(&long).await;
    let refused = ada.post(&links(&id, "en"), json!({})).await;
    refused.expect_problem(409, "post_in_trash");
    ada.post(&format!("{POSTS}/{id}/restoration"), Value::Null)
        .await
        .expect(200);
    anyone.get(&long).await.expect(200);
    let own = format!(
        "{}/{}",
        links(&id, "en"),
        list.items()[0]["id"].as_str().unwrap()
    );
    assert_eq!(
        ada.get(&own).await.expect(200).at("/data"),
        &list.items()[0]
    );
    ada.delete(&own).await.expect(204);
    gone(&long).await;
    ada.delete(&own).await.expect_problem(404, "not_found");
    ada.get(&own).await.expect_problem(404, "not_found");
    gone(&format!("/v1/previews/{}", "A".repeat(43))).await;
    gone("/v1/previews/x").await;
});

on_both!(a_link_is_revoked_by_its_maker_or_an_editor, async |app| {
    let (ada, mina) = (app.editor("ada").await, app.author("mina").await);
    let id = mina.writes("en", "Housing").await;
    for maker in [&ada, &mina] {
        link(maker, &id, json!({})).await;
    }
    let list = mina.get(&links(&id, "en")).await.expect(200);
    let [minas, adas] = [0, 1].map(|place: usize| {
        let id_of = list.items()[place]["id"].as_str().unwrap();
        format!("{}/{id_of}", links(&id, "en"))
    });
    mina.delete(&adas).await.expect_problem(403, "forbidden");
    mina.delete(&minas).await.expect(204);
    ada.delete(&adas).await.expect(204);
    // An author cannot preview the texts of others.
    let other = app.author("olu").await;
    let refused = other.post(&links(&id, "en"), json!({})).await;
    refused.expect_problem(404, "not_found");
});

/// All log output of this process.
static LOGGED: Mutex<String> = Mutex::new(String::new());

struct Log;

impl log::Log for Log {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        struct Values(String);
        impl<'a> log::kv::VisitSource<'a> for Values {
            fn visit_pair(
                &mut self,
                key: log::kv::Key<'a>,
                value: log::kv::Value<'a>,
            ) -> Result<(), log::kv::Error> {
                self.0.push_str(&format!(" {key}={value}"));
                Ok(())
            }
        }
        let mut values = Values(String::new());
        record.key_values().visit(&mut values).unwrap();
        let line = format!("{}{}\n", record.args(), values.0);
        LOGGED.lock().unwrap().push_str(&line);
    }

    fn flush(&self) {}
}

on_both!(no_log_has_the_token, async |app| {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        log::set_boxed_logger(Box::new(Log)).unwrap();
        log::set_max_level(log::LevelFilter::Trace);
    });
    let (ada, anyone) = (app.editor("ada").await, app.anonymous());
    let id = ada.writes("en", "Housing").await;
    let preview = link(&ada, &id, json!({ "ttl": 60 })).await;
    anyone.get(&preview).await.expect(200);
    anyone
        .get(&format!("{preview}?nonsense=1"))
        .await
        .expect(400);
    app.set_time("2026-05-02T08:00:00Z");
    anyone.get(&preview).await.expect(404);
    let token = preview.rsplit('/').next().unwrap();
    let logged = LOGGED.lock().unwrap();
    assert!(
        logged.contains("/v1/previews/{token}"),
        "nothing was logged"
    );
    let line = logged.lines().find(|line| line.contains(token));
    assert_eq!(line, None);
});

on_both!(a_preview_follows_what_a_term_was_merged_into, async |app| {
    let (ada, anyone) = (app.editor("ada").await, app.anonymous());
    let rent = ada.makes(TAGS, named("en", "Rent")).await;
    let rents = ada.makes(TAGS, named("en", "Rents")).await;
    let tagged = post_with("en", "Housing", json!({ "tags": [rent] }));
    let id = ada.makes(POSTS, tagged).await;
    let preview = link(&ada, &id, json!({})).await;
    let seen = ada
        .get(&format!("{POSTS}/{id}"))
        .await
        .header("etag")
        .to_owned();
    let merge = format!("{TAGS}/{rent}/merge");
    ada.post(&merge, json!({ "into": rents })).await.expect(200);
    let shown = anyone.get(&preview).await.expect(200);
    assert_eq!(shown.at("/data/tags/0/id"), &Value::from(rents));
    // The `ETag` of the post covers this change.
    let now = ada.get(&format!("{POSTS}/{id}")).await;
    assert_ne!(now.header("etag"), seen);
});

on_both!(a_stale_revocation_names_the_last_writer, async |app| {
    let ada = app.editor("ada").await;
    let id = ada.writes("en", "Housing").await;
    let made = ada.post(&links(&id, "en"), json!({})).await.expect(201);
    let address = format!("{}/{}", links(&id, "en"), made.text("/data/id"));
    let stale = ada.request(Method::DELETE, &address);
    let stale = stale.insert_header((header::IF_MATCH, "\"v9\""));
    let refused = ada
        .send(stale)
        .await
        .expect_problem(412, "precondition_failed");
    assert_eq!(
        refused.text("/changed_by/id"),
        ada.user.unwrap().to_string()
    );
});
