//! The demo content is what the documents say it is.

use tribuna::demo;
use tribuna::import::load::{Loader, Outcome};

use crate::support::TestApp;
use crate::support::content::POSTS;

/// The documents that promise numbers.
const DOCUMENTS: [&str; 2] = [
    include_str!("../../../README.md"),
    include_str!("../../../src/demo/README.md"),
];

/// Loads the demo content, after all that it publishes and before the post that it schedules.
fn load(app: &TestApp) {
    app.set_time("2026-11-30T12:00:00.000Z");
    let links = app.state.config.site.external_links;
    let loader = Loader::new(demo::SOURCE.into(), links, app.clock.clone()).unwrap();
    for record in demo::records().unwrap() {
        let outcome = loader.load(&app.state.db, &record).unwrap();
        assert_eq!(outcome, Outcome::Imported, "{record:?}");
    }
}

/// The word before `what` in a document.
fn promised(document: &str, what: &str) -> String {
    let words = document.split_whitespace().collect::<Vec<_>>().join(" ");
    let (before, _) = words.split_once(&format!(" {what}")).expect(what);
    before.rsplit(' ').next().unwrap().to_owned()
}

on_both!(the_demo_has_as_many_posts_as_promised, async |app| {
    load(&app);
    let (reader, admin) = (app.anonymous(), app.admin("ada").await);
    let posts = reader.get("/v1/posts?count=true").await.expect(200);
    let total = posts.at("/page/total").to_string();
    for document in DOCUMENTS {
        assert_eq!(promised(document, "published posts"), total);
    }
    let pages = "/v1/posts?type=page&sort=position&count=true";
    let pages = reader.get(pages).await.expect(200);
    let total = pages.at("/page/total").to_string();
    for document in DOCUMENTS {
        assert_eq!(promised(document, "published pages"), total);
    }
    let imprint = reader.get("/v1/posts/mentions-legales").await.expect(200);
    assert_eq!(imprint.text("/data/type"), "page");
    assert_eq!(imprint.text("/data/parent/slug"), "a-propos");
    for (status, expected) in [("draft", 1), ("scheduled", 1)] {
        let list = format!("{POSTS}?lang=en&status={status}");
        let list = admin.get(&list).await.expect(200);
        assert_eq!(list.items().len(), expected, "{status}");
    }
    let facets = reader.get("/v1/posts/facets").await.expect(200);
    let langs = facets.at("/data/languages").as_array().unwrap().len();
    assert_eq!(langs, 5, "five languages: {facets}");
    let walk = "/v1/posts/seventy-thermometers-and-a-walk?lang=en";
    let post = reader.get(walk).await.expect(200);
    let html = post.text("/data/body/html");
    assert!(html.contains("<img src=\"/media/") && html.contains(" alt=\"A hand-drawn"));
    let bus = "/v1/posts/the-340-bus-belongs-to-the-fish-sellers?lang=en";
    let post = reader.get(bus).await.expect(200);
    let html = post.text("/data/body/html");
    assert!(
        html.contains(">Three minutes by the ice house</a>"),
        "{html}"
    );
    demo::write_site(&app.state.config, &app.state.db, &app.clock).unwrap();
    let site = reader.get("/v1/site?lang=pt").await.expect(200);
    assert_eq!(site.text("/data/name"), "Chão comum");
    let languages = site.at("/data/languages").as_array().unwrap();
    assert_eq!(languages.len(), langs);
});

on_both!(the_settings_of_the_site_win_over_the_demo, async |app| {
    let mut config = app.state.config.clone();
    config.site.name = Some("The Town Square".to_owned());
    config.site.licence = Some("CC0-1.0".to_owned());
    demo::write_site(&config, &app.state.db, &app.clock).unwrap();
    let stored = app.admin("ada").await.get("/v1/admin/site").await;
    let stored = stored.expect(200);
    assert_eq!(stored.at("/data/translations"), &serde_json::json!({}));
    assert!(stored.at("/data/licence").is_null());
    assert_eq!(stored.text("/data/contact"), "desk@example.org");
});
