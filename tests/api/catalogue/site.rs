//! The description of the site: the settings, what admins store, and both together as readers see them.

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::client::Answer;

const SITE: &str = "/v1/site";
const ADMIN: &str = "/v1/admin/site";

/// The site as an admin writes it.
fn square() -> Value {
    json!({
        "translations": {
            "en": { "name": " The Town Square ", "description": "News from nine towns.",
                    "home": "https://square.example/en" },
            "fr": { "name": "La Grand-Place" },
            "ar": { "name": "الساحة" },
        },
        "home": "https://square.example/",
        "languages": [{ "code": "en" }, { "code": "fr" }, { "code": "ar" },
                      { "code": "ku-Arab", "name": "کوردی", "direction": "rtl" }],
        "licence": "CC-BY-4.0",
        "contact": "desk@square.example",
    })
}

/// An instance on the same database with settings about the site.
async fn with_settings(app: &TestApp) -> TestApp {
    app.another(&[
        ("TRIBUNA_SITE_NAME", "Set Square"),
        ("TRIBUNA_SITE_DESCRIPTION", "As set."),
        ("TRIBUNA_SITE_HOME", "https://set.example/"),
        ("TRIBUNA_SITE_LANGUAGES", "fr,en"),
        ("TRIBUNA_SITE_LICENCE", "CC0-1.0"),
        ("TRIBUNA_SITE_CONTACT", "https://set.example/contact"),
    ])
    .await
}

/// The codes of the languages.
fn codes(site: &Answer) -> Vec<&str> {
    let languages = site.at("/data/languages").as_array().unwrap();
    let code = |language: &'_ Value| language["code"].as_str().unwrap().to_owned();
    let codes: Vec<String> = languages.iter().map(code).collect();
    codes.into_iter().map(|code| &*code.leak()).collect()
}

on_both!(
    a_site_of_which_nothing_is_said_has_the_languages_of_its_posts,
    async |app| {
        let ada = app.editor("ada").await;
        let reader = app.anonymous();
        let site = reader.get(SITE).await.expect(200);
        assert_eq!(site.at("/data/name"), &Value::Null);
        assert_eq!(site.at("/data/languages"), &json!([]));
        let post = ada.issues("fr", "Bonjour").await;
        ada.translates(&post, "ar", "مرحبا").await;
        ada.schedules(&post, "ar", json!({ "publish_at": "2026-05-02T08:00:00Z" }))
            .await;
        assert_eq!(codes(&reader.get(SITE).await.expect(200)), ["fr"]);
        app.set_time("2026-05-02T08:00:00.000Z");
        let site = reader.get(SITE).await.expect(200);
        assert_eq!(
            site.at("/data/languages"),
            &json!([
                { "code": "ar", "name": "العربية", "direction": "rtl" },
                { "code": "fr", "name": "Français", "direction": "ltr" },
            ])
        );
        let feeds = site.at("/data/feeds").as_array().unwrap();
        let urls: Vec<&str> = feeds
            .iter()
            .map(|feed| feed["url"].as_str().unwrap())
            .collect();
        let names = [
            "posts",
            "feeds/atom.xml",
            "feeds/rss.xml",
            "feeds/feed.json",
        ];
        let expected = ["", "?lang=ar", "?lang=fr"]
            .iter()
            .flat_map(|query| names.map(|name| format!("/v1/{name}{query}")));
        assert_eq!(urls, expected.collect::<Vec<_>>());
        for feed in feeds {
            let found = reader.get(feed["url"].as_str().unwrap()).await.expect(200);
            assert_eq!(found.header("content-type"), feed["media_type"], "{feed}");
        }
    }
);

on_both!(the_settings_say_what_the_site_is, async |app| {
    let set = with_settings(&app).await;
    let site = set.anonymous().get(SITE).await.expect(200);
    assert_eq!(site.text("/data/name"), "Set Square");
    assert_eq!(site.text("/data/description"), "As set.");
    assert_eq!(site.text("/data/home"), "https://set.example/");
    assert_eq!(site.text("/data/lang"), "fr");
    assert_eq!(site.header("content-language"), "fr");
    assert_eq!(codes(&site), ["fr", "en"]);
    assert_eq!(site.text("/data/licence"), "CC0-1.0");
    assert_eq!(site.text("/data/contact"), "https://set.example/contact");
    assert_eq!(site.at("/data/updated_at"), &Value::Null);
    let post = json!({ "kind": "post", "pattern": "/{lang}/{slug}" });
    assert_eq!(site.at("/data/paths/0"), &post);
    let admin = set.editor("ada").await.get(ADMIN).await.expect(200);
    assert_eq!(admin.text("/data/settings/name"), "Set Square");
    assert_eq!(admin.at("/data/translations"), &json!({}));
    assert_eq!(admin.header("etag"), "\"v1\"");
});

on_both!(
    what_is_stored_takes_precedence_member_by_member,
    async |app| {
        let set = with_settings(&app).await;
        let admin = set.admin("ada").await;
        let stored = json!({ "translations": { "fr": { "name": "La Place" } }, "licence": "MIT" });
        admin.put(ADMIN, stored).await.expect(200);
        let site = set.anonymous().get(SITE).await.expect(200);
        assert_eq!(site.text("/data/name"), "La Place");
        assert_eq!(site.text("/data/description"), "As set.");
        assert_eq!(site.text("/data/licence"), "MIT");
        assert_eq!(site.text("/data/home"), "https://set.example/");
        assert_eq!(codes(&site), ["fr", "en"]);
        // Nothing stored: the settings apply again.
        admin.put(ADMIN, json!({})).await.expect(200);
        let site = set.anonymous().get(SITE).await.expect(200);
        assert_eq!(site.text("/data/name"), "Set Square");
        assert_eq!(site.text("/data/licence"), "CC0-1.0");
    }
);

on_both!(
    the_site_is_shown_in_the_language_that_suits_the_reader,
    async |app| {
        let admin = app.admin("ada").await;
        admin.put(ADMIN, square()).await.expect(200);
        let reader = app.anonymous();
        for (query, lang, name, home, is_fallback) in [
            (
                "",
                "en",
                "The Town Square",
                "https://square.example/en",
                false,
            ),
            (
                "?lang=fr",
                "fr",
                "La Grand-Place",
                "https://square.example/",
                false,
            ),
            (
                "?lang=es",
                "en",
                "The Town Square",
                "https://square.example/en",
                true,
            ),
            (
                "?lang=es&fallback=ar,fr",
                "ar",
                "الساحة",
                "https://square.example/",
                true,
            ),
            (
                "?lang=fr-CA&fallback=original",
                "fr",
                "La Grand-Place",
                "https://square.example/",
                true,
            ),
        ] {
            let site = reader.get(&format!("{SITE}{query}")).await.expect(200);
            assert_eq!(site.text("/data/lang"), lang, "{query}");
            assert_eq!(site.text("/data/name"), name, "{query}");
            assert_eq!(site.text("/data/home"), home, "{query}");
            assert_eq!(site.at("/data/is_fallback"), is_fallback, "{query}");
            assert_eq!(site.header("content-language"), lang);
        }
        let site = reader.get(SITE).await.expect(200);
        assert_eq!(
            site.at("/data/translations/1"),
            &json!({ "lang": "fr", "name": "La Grand-Place", "home": "https://square.example/" })
        );
        assert_eq!(
            site.at("/data/languages/2"),
            &json!({ "code": "ar", "name": "العربية", "direction": "rtl" })
        );
        assert_eq!(site.at("/data/languages/3/name"), "کوردی");
        assert_eq!(site.at("/data/languages/3/direction"), "rtl");
        let some = reader.get("/v1/site?fields=name,languages.code").await;
        let some = some.expect(200);
        assert_eq!(some.at("/data").as_object().unwrap().len(), 2);
        reader.get("/v1/site?language=fr").await.expect(400);
    }
);

on_both!(
    a_change_of_the_site_is_seen_at_once_and_by_it_alone,
    async |app| {
        let keeping = app.keeping().await;
        let (admin, reader) = (keeping.admin("ada").await, keeping.anonymous());
        let before = reader.get(SITE).await.expect(200);
        admin.put(ADMIN, square()).await.expect(200);
        let after = reader.get(SITE).await.expect(200);
        assert_ne!(before.header("etag"), after.header("etag"));
        assert_eq!(after.text("/data/name"), "The Town Square");
        app.pass(3);
        keeping.catches_up().await;
        let after = reader.get(SITE).await.expect(200);
        // Settings say a part of the site, and nothing dates a setting.
        assert!(!after.headers.contains_key("last-modified"), "{after}");
        assert_eq!(after.header("access-control-allow-origin"), "*");
        let again = reader.get(SITE).await.expect(200);
        assert!(again.header("cache-status").contains("hit"), "{again}");
        // The languages are stored, so a publication changes nothing here.
        let ada = keeping.editor("eve").await;
        ada.issues("pt", "Olá").await;
        let again = reader.get(SITE).await.expect(200);
        assert!(again.header("cache-status").contains("hit"), "{again}");
    }
);

on_both!(the_site_is_written_by_admins_one_at_a_time, async |app| {
    let (admin, editor) = (app.admin("ada").await, app.editor("eve").await);
    app.anonymous().get(ADMIN).await.expect(401);
    editor.put(ADMIN, square()).await.expect(403);
    let seen = editor.get(ADMIN).await.expect(200);
    let put = |tag: &str| {
        let request = admin.request(actix_web::http::Method::PUT, ADMIN);
        let request = request.insert_header(("If-Match", tag.to_owned()));
        admin.send(request.set_json(square()))
    };
    let first = put(seen.header("etag")).await.expect(200);
    assert_eq!(first.header("etag"), "\"v2\"");
    let stale = put(seen.header("etag")).await.expect(412);
    assert_eq!(
        stale.text("/changed_by/id"),
        admin.user.unwrap().to_string()
    );
    let entries = admin.get("/v1/admin/audit?kind=site").await.expect(200);
    assert_eq!(entries.items().len(), 1);
    assert_eq!(entries.text("/data/0/operation"), "update");
    let name = entries.text("/data/0/after/translations/en/name");
    assert_eq!(name, "The Town Square");
    assert_eq!(editor.get(ADMIN).await.expect(200).header("etag"), "\"v2\"");
});

on_both!(what_is_said_of_the_site_must_be_valid, async |app| {
    let admin = app.admin("ada").await;
    for (member, value, pointer, code) in [
        ("home", json!("/"), "/home", "wrong_format"),
        (
            "home",
            json!("ftp://square.example/"),
            "/home",
            "wrong_format",
        ),
        ("contact", json!("the desk"), "/contact", "wrong_format"),
        (
            "licence",
            json!("all rights reserved"),
            "/licence",
            "wrong_format",
        ),
        ("licence", json!("CC-BY-4"), "/licence", "not_allowed"),
        (
            "languages",
            json!([{ "code": "english!" }]),
            "/languages/0/code",
            "wrong_format",
        ),
        (
            "languages",
            json!([{ "code": "en" }, { "code": "EN" }]),
            "/languages/1/code",
            "duplicate",
        ),
        (
            "languages",
            json!([{ "code": "en", "direction": "up" }]),
            "/languages/0/direction",
            "not_allowed",
        ),
        (
            "translations",
            json!({ "en": { "name": " " } }),
            "/translations/en/name",
            "blank",
        ),
        (
            "translations",
            json!({ "en": { "name": "A", "home": "x" } }),
            "/translations/en/home",
            "wrong_format",
        ),
        ("feeds", json!([]), "/feeds", "unknown_field"),
    ] {
        let refused = admin.put(ADMIN, json!({ member: value })).await;
        let refused = refused.expect(422);
        assert_eq!(refused.faults(), [(pointer, code)], "{refused}");
    }
    for contact in ["desk@square.example", "https://square.example/contact"] {
        let kept = admin.put(ADMIN, json!({ "contact": contact })).await;
        assert_eq!(kept.expect(200).text("/data/contact"), contact);
    }
});

on_both!(languages_of_a_site_have_names_of_their_own, async |app| {
    let admin = app.admin("ada").await;
    let tags = ["es", "es-MX", "zh-TW", "zh-HK", "pa-PK"];
    let languages: Vec<Value> = tags.iter().map(|tag| json!({ "code": tag })).collect();
    admin
        .put(ADMIN, json!({ "languages": languages }))
        .await
        .expect(200);
    let site = app.anonymous().get(SITE).await.expect(200);
    let shown = site.at("/data/languages").as_array().unwrap();
    let names: Vec<&str> = shown
        .iter()
        .filter_map(|one| one["name"].as_str())
        .collect();
    assert_eq!(
        names,
        [
            "Español",
            "Español (México)",
            "繁體中文 (台灣)",
            "繁體中文 (香港)",
            "پنجابی"
        ]
    );
    assert_eq!(site.text("/data/languages/4/direction"), "rtl");
});

on_both!(
    a_site_is_not_cleared_by_a_request_without_a_body,
    async |app| {
        let admin = app.admin("ada").await;
        admin.put(ADMIN, square()).await.expect(200);
        let put = || admin.request(actix_web::http::Method::PUT, ADMIN);
        admin.send(put()).await.expect(415);
        let empty = put().insert_header(("Content-Type", "application/json"));
        admin
            .send(empty)
            .await
            .expect_problem(400, "malformed_body");
        let operation = json!({ "method": "PUT", "path": ADMIN });
        let batch = json!({ "operations": [operation] });
        let batch = admin.post("/v1/admin/batch", batch).await.expect(200);
        assert_eq!(batch.at("/data/results/0/status"), 415, "{batch}");
        let kept = admin.get(ADMIN).await.expect(200);
        assert_eq!(kept.text("/data/licence"), "CC-BY-4.0");
        admin.put(ADMIN, json!({})).await.expect(200);
        let cleared = admin.get(ADMIN).await.expect(200);
        assert_eq!(cleared.at("/data/licence"), &Value::Null);
    }
);

on_both!(
    a_text_is_looked_up_by_the_parts_of_its_language,
    async |app| {
        let admin = app.admin("ada").await;
        admin.put(ADMIN, square()).await.expect(200);
        let site = app.anonymous().get("/v1/site?lang=fr-CA").await;
        let site = site.expect(200);
        assert_eq!(site.text("/data/name"), "La Grand-Place");
        assert_eq!(site.at("/data/is_fallback"), true);
    }
);
