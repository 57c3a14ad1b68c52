//! What a write costs: the whole request, its authentication included, takes a bounded number of statements, however much
//! the post refers to. The two that begin and end a transaction are not counted.

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::client::{Answer, Client};
use crate::support::content::{
    AUTHORS, CATEGORIES, ORGANIZATIONS, POSTS, TAGS, named, post_with, publication, text,
    translation,
};

/// The most that a publication of one language may cost.
const MOST_OF_A_PUBLICATION: usize = 15;
/// The most that planning a replacement, or publishing over a planned one, may cost: there are two rows to write.
const MOST_OF_A_REPLACEMENT: usize = 19;
/// The most that an edit of one language may cost.
const MOST_OF_AN_EDIT: usize = 10;
/// The same when a draft gets another slug: one is claimed, and one is free again.
const MOST_WITH_ANOTHER_SLUG: usize = 11;

/// Two authors with organizations, and terms, as members of a post.
async fn relations(ada: &Client) -> Value {
    let mut authors = Vec::new();
    for name in ["Iris", "Tom"] {
        let organization = ada.makes(ORGANIZATIONS, json!({ "name": name })).await;
        let author = json!({ "name": name, "organization": organization });
        authors.push(json!({ "author": ada.makes(AUTHORS, author).await, "role": "Mayor" }));
    }
    let mut categories = Vec::new();
    for name in ["Cities", "Homes", "Parks"] {
        let mut category = named("en", name);
        if let Some(parent) = categories.last() {
            category["parent"] = json!(parent);
        }
        categories.push(ada.makes(CATEGORIES, category).await);
    }
    let mut tags = Vec::new();
    for name in ["Rent", "Water"] {
        tags.push(ada.makes(TAGS, named("en", name)).await);
    }
    json!({ "authors": authors, "categories": categories, "tags": tags })
}

/// A post without relations, and one with many.
async fn posts(ada: &Client) -> Vec<String> {
    let mut posts = Vec::new();
    for more in [json!({}), relations(ada).await] {
        posts.push(ada.makes(POSTS, post_with("en", "The city", more)).await);
    }
    posts
}

async fn assert_costs(app: &TestApp, most: usize, what: &str, call: impl Future<Output = Answer>) {
    let (answer, statements) = app.watched(call).await;
    answer.expect(200);
    assert!(
        !statements.is_empty() && statements.len() <= most,
        "{what} costs {}: {statements:#?}",
        statements.len()
    );
}

on_both!(
    a_publication_costs_at_most_fifteen_statements,
    async |app| {
        let ada = app.editor("ada").await;
        for post in posts(&ada).await {
            let (text_path, path) = (translation(&post, "en"), publication(&post, "en"));
            let publishes = |times: Value| ada.put(&path, times);
            assert_costs(
                &app,
                MOST_OF_A_PUBLICATION,
                "the first",
                publishes(json!({})),
            )
            .await;
            ada.patch(&text_path, json!({ "title": "Cities" }))
                .await
                .expect(200);
            assert_costs(
                &app,
                MOST_OF_A_PUBLICATION,
                "another text",
                publishes(json!({})),
            )
            .await;
            let slug = json!({ "slug": format!("cities-{}", &post[30..]) });
            ada.patch(&text_path, slug).await.expect(200);
            assert_costs(
                &app,
                MOST_OF_A_PUBLICATION,
                "another slug",
                publishes(json!({})),
            )
            .await;
            let later = json!({ "publish_at": "2026-06-01T08:00:00Z", "unpublish_at": "2026-07-01T08:00:00Z" });
            assert_costs(
                &app,
                MOST_OF_A_REPLACEMENT,
                "a replacement",
                publishes(later),
            )
            .await;
            assert_costs(
                &app,
                MOST_OF_A_REPLACEMENT,
                "in place of it",
                publishes(json!({})),
            )
            .await;
        }
    }
);

on_both!(an_edit_costs_at_most_ten_statements, async |app| {
    let ada = app.editor("ada").await;
    for post in posts(&ada).await {
        let path = translation(&post, "en");
        for state in ["a draft", "published"] {
            let title = json!({ "title": format!("The city, {state}") });
            assert_costs(
                &app,
                MOST_OF_AN_EDIT,
                &format!("PATCH of {state}"),
                ada.patch(&path, title),
            )
            .await;
            let slug = json!({ "slug": format!("{}-{}", state.replace(' ', "-"), &post[30..]) });
            assert_costs(
                &app,
                MOST_WITH_ANOTHER_SLUG,
                &format!("another slug of {state}"),
                ada.patch(&path, slug),
            )
            .await;
            let text = text(&format!("Homes, {state}"));
            assert_costs(
                &app,
                MOST_OF_AN_EDIT,
                &format!("PUT of {state}"),
                ada.put(&path, text),
            )
            .await;
            ada.publishes(&post, "en").await;
        }
    }
});
