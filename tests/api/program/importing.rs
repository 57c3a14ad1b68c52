//! Imports: records follow the rules of the API and are written once; a dry run writes nothing.

use serde_json::{Value, json};
use tribuna::content::ExternalLinks;
use tribuna::import::load::{Loader, Outcome, has_source};
use tribuna::import::record::Record;

use crate::support::TestApp;
use crate::support::client::Client;
use crate::support::content::{AUTHORS, CATEGORIES, ORGANIZATIONS, POSTS, TAGS};

fn loader(app: &TestApp) -> Loader {
    let links = ExternalLinks::NoFollow;
    Loader::new("paper".into(), links, app.clock.clone()).unwrap()
}

fn record(json: Value) -> Record {
    serde_json::from_value(json).unwrap()
}

/// One record of each type, each with all its members.
fn records() -> Vec<Record> {
    let organization = json!({ "type": "organization", "key": "council", "name": "River Council",
        "lang": "en", "names": { "es": " Consejo " }, "url": "https://river.example/", "country": "ES" });
    let author = json!({ "type": "author", "key": "ada", "name": "Ada Ibarra", "organization": "council",
        "bio": { "en": "Writes about housing." },
        "links": [{ "rel": "website", "url": "https://ada.example/" }] });
    let category = json!({ "type": "category", "key": "homes", "position": 2,
        "translations": { "en": { "name": "Homes", "description": "Rents and land." } } });
    let tag = json!({ "type": "tag", "key": "cap", "translations": {
        "en": { "name": "Rent cap" }, "fr": { "name": "Plafond", "slug": "Plafond loyers!" } } });
    vec![
        record(organization),
        record(author),
        record(category),
        record(tag),
        record(post("A cap on rents")),
    ]
}

fn post(title: &str) -> Value {
    json!({ "type": "post", "key": "p1", "original_lang": "en",
        "authors": [{ "author": "ada", "role": "reporter", "roles": { "es": "reportera" } }],
        "categories": ["homes"], "tags": ["cap"], "featured": true, "licence": "CC-BY-4.0",
        "canonical_url": "https://river.example/cap",
        "translations": {
            "en": { "title": title, "subtitle": "In May", "excerpt": "Rents are capped.",
                "body": { "format": "markdown", "source": "The council **caps** rents." },
                "seo": { "title": "Rent cap", "description": "The cap." },
                "publication": { "publish_at": "2024-05-01T08:00:00Z" } },
            "es": { "title": "Un tope", "body": { "format": "html", "source": "<p>Borrador.</p>" }, "translators": ["ada"] },
        } })
}

/// Loads the records and returns the outcomes in order.
fn load_all(app: &TestApp, records: &[Record]) -> Vec<Outcome> {
    let loader = loader(app);
    let load = |record| loader.load(&app.state.db, record).unwrap();
    records.iter().map(load).collect()
}

fn load(app: &TestApp, json: Value) -> Outcome {
    loader(app).load(&app.state.db, &record(json)).unwrap()
}

async fn id_of_the_post(editor: &Client) -> String {
    let posts = editor.get(POSTS).await.expect(200);
    assert_eq!(posts.items().len(), 1);
    posts.text("/data/0/id").to_owned()
}

on_both!(every_member_of_a_record_is_imported, async |app| {
    let ada = app.editor("ada").await;
    let outcomes = load_all(&app, &records());
    assert_eq!(outcomes, vec![Outcome::Imported; 5]);
    let council = ada.get(ORGANIZATIONS).await.expect(200);
    assert_eq!(council.text("/data/0/slug"), "river-council");
    assert_eq!(council.text("/data/0/country"), "ES");
    assert_eq!(council.text("/data/0/lang"), "en");
    assert_eq!(council.at("/data/0/names"), &json!({ "es": "Consejo" }));
    let author = ada.get(AUTHORS).await.expect(200);
    assert_eq!(
        author.at("/data/0/organization"),
        council.at("/data/0/id"),
        "the key is that of the imported record"
    );
    assert_eq!(author.text("/data/0/bio/en"), "Writes about housing.");
    assert_eq!(author.text("/data/0/links/0/url"), "https://ada.example/");
    let category = ada.get(CATEGORIES).await.expect(200);
    assert_eq!(category.at("/data/0/position"), 2);
    let tag = ada.get(TAGS).await.expect(200);
    let french = tag.text("/data/0/translations/fr/slug");
    assert_eq!(french, "plafond-loyers", "the nearest valid slug");
    let post = id_of_the_post(&ada).await;
    let public = app.anonymous().get(&format!("/v1/posts/{post}")).await;
    let public = public.expect(200);
    assert_eq!(public.text("/data/title"), "A cap on rents");
    assert_eq!(public.text("/data/subtitle"), "In May");
    assert_eq!(public.text("/data/excerpt"), "Rents are capped.");
    assert_eq!(public.text("/data/licence"), "CC-BY-4.0");
    assert_eq!(public.at("/data/featured"), true);
    assert_eq!(
        public.text("/data/published_at"),
        "2024-05-01T08:00:00.000Z"
    );
    let byline = public.at("/data/authors/0").clone();
    assert_eq!(byline["name"], "Ada Ibarra");
    assert_eq!(byline["role"], "reporter");
    assert_eq!(byline["organization"]["name"], "River Council");
    let path = format!("{POSTS}/{post}/translations/es");
    let spanish = ada.get(&path).await.expect(200);
    assert_eq!(spanish.text("/data/status"), "draft");
    let ada_id = author.at("/data/0/id");
    assert_eq!(spanish.at("/data/translators"), &json!([ada_id]));
    let whole = ada.get(&format!("{POSTS}/{post}")).await.expect(200);
    let roles = json!({ "es": "reportera" });
    assert_eq!(whole.at("/data/authors/0/roles"), &roles);
    assert_eq!(spanish.text("/data/body/format"), "html");
});

on_both!(a_record_is_written_again_only_if_it_changed, async |app| {
    let ada = app.editor("ada").await;
    load_all(&app, &records());
    let before = app.stored();
    assert_eq!(load_all(&app, &records()), vec![Outcome::Unchanged; 5]);
    assert_eq!(app.stored(), before);
    assert_eq!(load(&app, post("The cap on rents")), Outcome::Updated);
    let post = id_of_the_post(&ada).await;
    let public = app.anonymous().get(&format!("/v1/posts/{post}")).await;
    let public = public.expect(200);
    assert_eq!(public.text("/data/title"), "The cap on rents");
    let again = json!({ "type": "organization", "key": "council", "name": "The River Council" });
    assert_eq!(load(&app, again), Outcome::Updated);
    let council = ada.get(ORGANIZATIONS).await.expect(200);
    assert_eq!(council.column("name"), ["The River Council"]);
    assert_eq!(council.at("/data/0/url"), &Value::Null);
});

on_both!(what_was_deleted_stays_deleted, async |app| {
    let ada = app.editor("ada").await;
    load_all(&app, &records());
    let post_path = format!("{POSTS}/{}", id_of_the_post(&ada).await);
    ada.delete(&post_path).await.expect(204);
    let outcome = load(&app, post("Another title"));
    let reason = "it was deleted here since it was imported";
    assert_eq!(outcome, Outcome::Skipped(reason.into()));
});

on_both!(an_unknown_key_is_named, async |app| {
    let category = json!({ "type": "category", "key": "rents", "parent": "homes",
        "translations": { "en": { "name": "Rents" } } });
    let reason = "/parent: no category with the key \"homes\" came before";
    assert_eq!(load(&app, category), Outcome::Skipped(reason.into()));
    let outcome = load(&app, post("Nobody is known"));
    let reason = "/authors/0/author: no author with the key \"ada\" came before";
    assert_eq!(outcome, Outcome::Skipped(reason.into()));
});

on_both!(
    a_value_that_is_out_of_range_is_told_the_range,
    async |app| {
        for (position, limit) in [
            (99_999_999_999_i64, "at most 1000000"),
            (-99_999_999_999, "at least 0"),
        ] {
            let category = json!({ "type": "category", "key": "homes", "position": position,
            "translations": { "en": { "name": "Homes" } } });
            let told = format!("/position: must be {limit}");
            assert_eq!(load(&app, category), Outcome::Skipped(told));
        }
        load_all(&app, &records()[..4]);
        let mut ends_early = post("Ends early");
        ends_early["translations"]["en"]["publication"]["unpublish_at"] =
            "2024-04-01T08:00:00Z".into();
        let told = "/translations/en/publication/unpublish_at: must be later than publish_at";
        assert_eq!(load(&app, ends_early), Outcome::Skipped(told.into()));
    }
);

on_both!(
    a_dry_run_reports_the_outcomes_and_writes_nothing,
    async |app| {
        let before = app.stored();
        let mut records = records();
        records.push(record(
            json!({ "type": "tag", "key": "none", "translations": {} }),
        ));
        records.push(record(
            json!({ "type": "tag", "key": "land", "translations":
        { "en": { "name": "Land" } } }),
        ));
        let mut outcomes = Vec::new();
        let rehearsed = loader(&app).rehearse(&app.state.db, &records, |_, outcome| {
            outcomes.push(outcome);
            Ok(())
        });
        rehearsed.unwrap();
        let skipped = "/translations: must have at least 1 member";
        let mut expected = vec![Outcome::Imported; 5];
        expected.extend([Outcome::Skipped(skipped.into()), Outcome::Imported]);
        assert_eq!(outcomes, expected);
        assert_eq!(app.stored(), before);
        let known = app.state.db.read_now(|conn| has_source(conn, "paper"));
        assert!(!known.unwrap());
        assert_eq!(load_all(&app, &records), expected);
    }
);

/// Invalid resources: the path of the API, the type of the record, and the members. They have no references to other
/// resources.
fn broken() -> Vec<(&'static str, &'static str, Value)> {
    let long = |length: usize| "x".repeat(length);
    let term = json!({ "translations": {
        "en": { "name": long(201), "description": long(5001) }, "fr": { "name": "" } } });
    let mut category = term.clone();
    category["position"] = 1_000_001.into();
    let links =
        json!([{ "rel": long(51), "url": "https://x.example/" }, { "rel": "a", "url": "b" }]);
    vec![
        (ORGANIZATIONS, "organization", json!({ "name": "" })),
        (
            ORGANIZATIONS,
            "organization",
            json!({ "name": long(201), "url": "nowhere", "country": "Spain" }),
        ),
        (
            ORGANIZATIONS,
            "organization",
            json!({ "name": "River", "url": "ftp://river.example/" }),
        ),
        (
            AUTHORS,
            "author",
            json!({ "name": "", "bio": { "en": "", "fr": long(5001) }, "links": links }),
        ),
        (
            AUTHORS,
            "author",
            json!({ "name": "Ada", "links": vec![json!({ "rel": "a", "url": "https://x.example/" }); 21] }),
        ),
        (CATEGORIES, "category", category),
        (TAGS, "tag", term),
        (TAGS, "tag", json!({ "translations": {} })),
    ]
}

/// `pointer: detail` of each error in an answer of the API.
fn faults(errors: &Value) -> Vec<String> {
    let text = |error: &Value, name: &str| error[name].as_str().unwrap().to_owned();
    let errors = errors.as_array().unwrap().iter();
    let faults =
        errors.map(|error| format!("{}: {}", text(error, "pointer"), text(error, "detail")));
    sorted(faults.collect())
}

fn sorted(mut list: Vec<String>) -> Vec<String> {
    list.sort();
    list
}

/// `pointer: detail` of each error for which a record was skipped.
fn reasons(outcome: Outcome) -> Vec<String> {
    match outcome {
        Outcome::Skipped(reason) => sorted(reason.split("; ").map(str::to_owned).collect()),
        other => panic!("{other:?}"),
    }
}

on_both!(an_import_has_the_limits_of_the_api, async |app| {
    let ada = app.editor("ada").await;
    for (path, kind, body) in broken() {
        let refused = ada.post(path, body.clone()).await;
        let refused = refused.expect_problem(422, "invalid_body");
        let mut record = body.clone();
        record["type"] = kind.into();
        record["key"] = "k".into();
        let reasons = reasons(load(&app, record));
        assert_eq!(reasons, faults(refused.at("/errors")), "{kind}: {body}");
    }
});

on_both!(an_imported_post_has_the_limits_of_the_api, async |app| {
    let ada = app.editor("ada").await;
    let text = json!({ "title": "x".repeat(501), "subtitle": "", "excerpt": "x".repeat(301),
        "body": { "format": "html", "source": "" },
        "seo": { "title": "", "description": "x".repeat(501) } });
    let mut translation = text.clone();
    translation["lang"] = "en".into();
    let body =
        json!({ "translation": translation, "licence": "no licence", "canonical_url": "here" });
    let refused = ada
        .post(POSTS, body)
        .await
        .expect_problem(422, "invalid_body");
    let post = |en: &Value, more: Value| {
        let mut post = json!({ "type": "post", "key": "p", "original_lang": "en",
            "translations": { "en": en } });
        for (name, value) in more.as_object().unwrap() {
            post[name] = value.clone();
        }
        post
    };
    let more = json!({ "licence": "no licence", "canonical_url": "here" });
    let skipped = load(&app, post(&text, more));
    assert_eq!(reasons(skipped), faults(refused.at("/errors")));
    let good = json!({ "title": "A", "body": { "format": "html", "source": "" } });
    let two = json!({ "translations": { "en": good, "fr": text } });
    let id = ada.writes("en", "A").await;
    let path = format!("{POSTS}/{id}/translations/fr");
    let refused = ada.put(&path, text.clone()).await;
    let refused = refused.expect_problem(422, "invalid_body");
    let skipped = load(&app, post(&good, two));
    assert_eq!(reasons(skipped), faults(refused.at("/errors")));
    assert_eq!(
        ada.get(POSTS).await.expect(200).items().len(),
        1,
        "whole or not at all"
    );
});

on_both!(
    what_a_record_says_of_languages_follows_the_rules,
    async |app| {
        load_all(&app, &records());
        let mut unknown = post("A cap");
        unknown["translations"]["es"]["translators"] = json!(["ada", "zoe"]);
        let Outcome::Skipped(reason) = load(&app, unknown) else {
            panic!("a translator whom no record names");
        };
        assert!(
            reason.contains("/translations/es/translators/1"),
            "{reason}"
        );
        let mut twice = post("A cap");
        twice["authors"][0]["roles"] = json!({ "en": "reporter" });
        let Outcome::Skipped(reason) = load(&app, twice) else {
            panic!("a role twice in one language");
        };
        assert!(reason.contains("/authors/0/roles/en"), "{reason}");
        let council = json!({ "type": "organization", "key": "two", "name": "Two", "lang": "en", "names": { "en": "2" } });
        let Outcome::Skipped(reason) = load(&app, council) else {
            panic!("a name twice in one language");
        };
        assert!(reason.contains("/names/en"), "{reason}");
    }
);

on_both!(
    a_name_without_a_language_is_in_that_of_the_site,
    async |app| {
        let ada = app.editor("ada").await;
        let languages = vec!["ca".parse().unwrap(), "es".parse().unwrap()];
        let loader = loader(&app).with_site_languages(languages);
        let load = |name: &str, lang: Value| {
            let mut council = json!({ "type": "organization", "key": "c", "name": name });
            if lang.is_string() {
                council["lang"] = lang;
            }
            loader.load(&app.state.db, &record(council)).unwrap()
        };
        let lang = async || {
            ada.get(ORGANIZATIONS)
                .await
                .expect(200)
                .text("/data/0/lang")
                .to_owned()
        };
        assert_eq!(load("One", Value::Null), Outcome::Imported);
        assert_eq!(lang().await, "ca");
        assert_eq!(load("Two", json!("en")), Outcome::Updated);
        assert_eq!(load("Three", Value::Null), Outcome::Updated);
        assert_eq!(lang().await, "en", "what was said before stays");
    }
);

on_both!(times_may_be_those_of_a_time_zone, async |app| {
    let ada = app.editor("ada").await;
    load_all(&app, &records());
    let published = |publication: Value| {
        let mut post = post("A cap on rents");
        post["translations"]["en"]["publication"] = publication;
        post
    };
    let local = json!({ "publish_at": "2024-05-01T08:00", "unpublish_at": "2034-01-01T08:00:00",
        "updated_at": "2024-05-02T09:30:00", "time_zone": "europe/madrid" });
    assert_eq!(load(&app, published(local)), Outcome::Updated);
    let id = id_of_the_post(&ada).await;
    let publication = format!("{POSTS}/{id}/translations/en/publication");
    let stored = ada.get(&publication).await.expect(200);
    for (member, expected) in [
        ("publish_at", "2024-05-01T06:00:00.000Z"),
        ("publish_at_local", "2024-05-01T08:00:00.000+02:00"),
        ("unpublish_at", "2034-01-01T07:00:00.000Z"),
        ("updated_at", "2024-05-02T07:30:00.000Z"),
        ("time_zone", "Europe/Madrid"),
    ] {
        assert_eq!(stored.text(&format!("/data/{member}")), expected);
    }
    let at = "/translations/en/publication/";
    for (publication, told) in [
        (
            json!({ "publish_at": "2024-05-01T08:00" }),
            "publish_at: must have an offset",
        ),
        (
            json!({ "publish_at": "2024-03-31T02:30", "time_zone": "Europe/Madrid" }),
            "publish_at: does not exist in Europe/Madrid",
        ),
        (
            json!({ "publish_at": "2023-10-29T02:30", "time_zone": "Europe/Madrid" }),
            "publish_at: exists twice in Europe/Madrid",
        ),
        (
            json!({ "publish_at": "2024-05-01T08:00:00+01:00", "time_zone": "Europe/Madrid" }),
            "publish_at: must have the offset of Europe/Madrid",
        ),
        (
            json!({ "publish_at": "2024-05-01T08:00:00Z", "time_zone": "Europe/Nowhere" }),
            "time_zone: must be an IANA time zone",
        ),
        (
            json!({ "publish_at": "2024-05-01T08:00", "updated_at": "soon", "time_zone": "Europe/Madrid" }),
            "updated_at: must be a time",
        ),
    ] {
        let outcome = load(&app, published(publication));
        let Outcome::Skipped(reason) = outcome else {
            panic!("{told}: {outcome:?}");
        };
        assert!(reason.contains(&format!("{at}{told}")), "{reason}");
    }
});
