//! A change invalidates only the answers that it concerns.

use serde_json::json;

use super::{Watched, is_cached, same};
use crate::support::TestApp;
use crate::support::client::Client;
use crate::support::content::{
    AUTHORS, CATEGORIES, ORGANIZATIONS, POSTS, TAGS, named, post_with, publication, translation,
};

/// Two posts in English, one of them also in French, and one post only in French.
struct Fixture {
    ada: Client,
    housing: String,
    rent: String,
    water: String,
    category: String,
    tag: String,
    author: String,
    organization: String,
    keeping: TestApp,
}

impl Fixture {
    async fn open(app: &TestApp) -> Self {
        let keeping = app.keeping().await;
        let ada = keeping.editor("ada").await;
        let organization = ada.makes(ORGANIZATIONS, json!({ "name": "Lagos" })).await;
        let author = json!({ "name": "Lin", "organization": organization });
        let author = ada.makes(AUTHORS, author).await;
        ada.makes(AUTHORS, json!({ "name": "Bo" })).await;
        let category = ada.makes(CATEGORIES, named("en", "City")).await;
        ada.makes(TAGS, named("en", "Other")).await;
        let tag = ada.makes(TAGS, named("en", "Law")).await;
        let more =
            json!({ "authors": [{ "author": author }], "categories": [category], "tags": [tag] });
        let housing = ada.issues_with("en", "Housing", more).await;
        ada.translates(&housing, "fr", "Logement").await;
        ada.publishes(&housing, "fr").await;
        let rent = ada.issues("en", "Rent").await;
        let water = ada.issues("fr", "Eau").await;
        Self {
            ada,
            housing,
            rent,
            water,
            category,
            tag,
            author,
            organization,
            keeping,
        }
    }

    /// Watches the addresses, all of them cached.
    async fn watch(&self, plain: &TestApp) -> Watched {
        let watched = Watched::new(&self.keeping, plain, &ADDRESSES);
        watched.warm().await;
        watched
    }
}

const EN: &str = "/v1/posts?lang=en";
const EN_OR_ES: &str = "/v1/posts?lang=en&fallback=es";
const FR: &str = "/v1/posts?lang=fr";
const OWN: &str = "/v1/posts";
const EN_IN_FR: &str = "/v1/posts?lang=en&available_in=fr";
const TITLES: &str = "/v1/posts?lang=en&fields=title";
const OF_CATEGORY: &str = "/v1/posts?lang=en&category=city&fields=title";
const OF_TAG: &str = "/v1/posts?lang=en&tag=law&fields=title";
const OF_AUTHOR: &str = "/v1/posts?lang=en&author=lin&fields=title";
const HOUSING: &str = "/v1/posts/housing";
const RENT: &str = "/v1/posts/rent";
const EAU: &str = "/v1/posts/eau";
const FACETS: &str = "/v1/posts/facets?lang=en";
const RELATED: &str = "/v1/posts/housing/related";
const TREE: &str = "/v1/category-tree?lang=en";
const TAG: &str = "/v1/tags/law?lang=en";
const OTHER_TAG: &str = "/v1/tags/other?fields=name";
const LIN: &str = "/v1/authors/lin?lang=en";
const BO: &str = "/v1/authors/bo?fields=name";
const LAGOS: &str = "/v1/organizations/lagos?fields=name";
const RESOLVED: &str = "/v1/resolve?kind=post&slug=rent";

const ADDRESSES: [&str; 21] = [
    EN,
    EN_OR_ES,
    FR,
    OWN,
    EN_IN_FR,
    TITLES,
    OF_CATEGORY,
    OF_TAG,
    OF_AUTHOR,
    HOUSING,
    RENT,
    EAU,
    FACETS,
    RELATED,
    TREE,
    TAG,
    OTHER_TAG,
    LIN,
    BO,
    LAGOS,
    RESOLVED,
];

on_both!(drafts_invalidate_nothing, async |app| {
    let fixture = Fixture::open(&app).await;
    let watched = fixture.watch(&app).await;
    let (ada, id) = (&fixture.ada, &fixture.housing);
    let edit = json!({ "title": "Another", "body": { "source": "Quite another." } });
    ada.patch(&translation(id, "en"), edit).await.expect(200);
    ada.patch(&format!("{POSTS}/{id}"), json!({ "featured": true }))
        .await
        .expect(200);
    let draft = json!({ "categories": [fixture.category] });
    let draft = ada.makes(POSTS, post_with("en", "Draft", draft)).await;
    ada.translates(&draft, "fr", "Brouillon").await;
    let submission = format!("{}/submission", translation(&draft, "fr"));
    ada.put(&submission, json!({})).await.expect(200);
    let boss = fixture.keeping.admin("boss").await;
    let bin = ada.writes("en", "Bin").await;
    ada.delete(&format!("{POSTS}/{bin}")).await.expect(204);
    boss.delete(&format!("{POSTS}/{bin}?permanent=true"))
        .await
        .expect(204);
    assert_eq!(watched.invalidated().await, [""; 0]);
});

on_both!(
    a_french_post_leaves_english_lists_and_other_posts,
    async |app| {
        let fixture = Fixture::open(&app).await;
        let watched = fixture.watch(&app).await;
        let new = fixture.ada.issues("fr", "Neuf").await;
        // Without `lang`, an answer may show any language.
        let concerned = [FR, OWN, EN_IN_FR, RELATED];
        assert_eq!(watched.invalidated().await, concerned);
        fixture
            .ada
            .delete(&publication(&new, "fr"))
            .await
            .expect(204);
        assert_eq!(watched.invalidated().await, concerned);
        // The same holds on an instance that only follows the log.
        let other = app.keeping().await;
        let there = Watched::new(&other, &app, &ADDRESSES);
        there.warm().await;
        let text = translation(&fixture.water, "fr");
        let edit = fixture.ada.patch(&text, json!({ "subtitle": "Rare" }));
        edit.await.expect(200);
        fixture.ada.publishes(&fixture.water, "fr").await;
        other.catches_up().await;
        let concerned = [FR, OWN, EN_IN_FR, EAU, RELATED];
        assert_eq!(there.invalidated().await, concerned);
        assert_eq!(watched.invalidated().await, concerned);
    }
);

on_both!(a_translation_affects_what_shows_its_post, async |app| {
    let fixture = Fixture::open(&app).await;
    fixture
        .ada
        .translates(&fixture.housing, "es", "Vivienda")
        .await;
    let watched = fixture.watch(&app).await;
    fixture.ada.publishes(&fixture.housing, "es").await;
    // English lists name it among the other languages. Answers without that list, and counts, stay the same.
    let invalidated = [
        EN,
        EN_OR_ES,
        FR,
        OWN,
        EN_IN_FR,
        TITLES,
        OF_CATEGORY,
        OF_TAG,
        OF_AUTHOR,
        HOUSING,
        RELATED,
    ];
    assert_eq!(watched.invalidated().await, invalidated);
});

on_both!(
    an_english_post_invalidates_counts_of_english_posts,
    async |app| {
        let fixture = Fixture::open(&app).await;
        let watched = fixture.watch(&app).await;
        fixture.ada.issues("en", "News").await;
        let spared = [FR, HOUSING, RENT, EAU, OTHER_TAG, BO, LAGOS, RESOLVED];
        let invalidated: Vec<&str> = ADDRESSES
            .into_iter()
            .filter(|one| !spared.contains(one))
            .collect();
        assert_eq!(watched.invalidated().await, invalidated);
    }
);

on_both!(a_rename_invalidates_what_shows_it, async |app| {
    let fixture = Fixture::open(&app).await;
    let watched = fixture.watch(&app).await;
    let ada = &fixture.ada;
    let rename = json!({ "translations": { "en": { "name": "Cities" } } });
    let path = format!("{CATEGORIES}/{}", fixture.category);
    ada.patch(&path, rename).await.expect(200);
    let shows = [
        EN,
        EN_OR_ES,
        FR,
        OWN,
        EN_IN_FR,
        OF_CATEGORY,
        HOUSING,
        FACETS,
        RELATED,
        TREE,
    ];
    assert_eq!(watched.invalidated().await, shows);
    let rename = json!({ "translations": { "en": { "name": "Laws" } } });
    ada.patch(&format!("{TAGS}/{}", fixture.tag), rename)
        .await
        .expect(200);
    let shows = [
        EN, EN_OR_ES, FR, OWN, EN_IN_FR, OF_TAG, HOUSING, FACETS, RELATED, TAG,
    ];
    assert_eq!(watched.invalidated().await, shows);
    let path = format!("{AUTHORS}/{}", fixture.author);
    ada.patch(&path, json!({ "name": "Lin Wei" }))
        .await
        .expect(200);
    let shows = [
        EN, EN_OR_ES, FR, OWN, EN_IN_FR, OF_AUTHOR, HOUSING, FACETS, LIN,
    ];
    assert_eq!(watched.invalidated().await, shows);
    let path = format!("{ORGANIZATIONS}/{}", fixture.organization);
    ada.patch(&path, json!({ "name": "Lagos City" }))
        .await
        .expect(200);
    let shows = [EN, EN_OR_ES, FR, OWN, EN_IN_FR, HOUSING, FACETS, LIN, LAGOS];
    assert_eq!(watched.invalidated().await, shows);
});

on_both!(
    a_removed_post_invalidates_what_shows_or_counts_it,
    async |app| {
        let fixture = Fixture::open(&app).await;
        let watched = fixture.watch(&app).await;
        fixture
            .ada
            .delete(&format!("{POSTS}/{}", fixture.rent))
            .await
            .expect(204);
        let (keeping, plain) = (fixture.keeping.anonymous(), app.anonymous());
        for address in &watched.addresses {
            same(&keeping, &plain, address).await;
        }
        keeping.get(RENT).await.expect(410);
        keeping.get(RESOLVED).await.expect(410);
        for address in [FR, HOUSING, EAU, OTHER_TAG, BO, LAGOS] {
            assert!(is_cached(&keeping.get(address).await), "{address}");
        }
    }
);
