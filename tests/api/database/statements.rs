//! The cost of reading: the number of statements is constant, whatever the size of the page, the filters and the age.
//! All statements of a request see one snapshot. The statements that begin and end a transaction do not count.

use serde_json::json;
use tribuna::db::Conn;
use tribuna::db::sql::Sql;

use crate::support::TestApp;
use crate::support::content::{AUTHORS, CATEGORIES, ORGANIZATIONS, TAGS, named};

/// The maximum for a page of any list.
const MOST: usize = 6;
/// The maximum for a page of posts.
const MOST_OF_POSTS: usize = 5;

/// Publishes enough posts for a page of 100, in three languages, with different authors, categories and tags.
async fn fill(app: &TestApp) {
    let ada = app.editor("ada").await;
    let (mut authors, mut categories, mut tags) = (Vec::new(), Vec::new(), Vec::new());
    for number in 0..22 {
        let name = format!("Name {number}");
        let organization = ada.makes(ORGANIZATIONS, json!({ "name": name })).await;
        let author = json!({ "name": name, "organization": organization });
        authors.push(ada.makes(AUTHORS, author).await);
        let mut category = named("en", &name);
        if let Some(parent) = categories.last().filter(|_| number % 3 != 0) {
            category["parent"] = json!(parent);
        }
        categories.push(ada.makes(CATEGORIES, category).await);
        tags.push(ada.makes(TAGS, named("en", &name)).await);
    }
    for number in 0..104 {
        let of = |list: &[String], step: usize| list[(number * step) % list.len()].clone();
        let more = json!({
            "authors": [{ "author": of(&authors, 1) }, { "author": of(&authors, 1 + list_step(number)) }],
            "categories": [of(&categories, 1), of(&categories, 3)], "tags": [of(&tags, 1), of(&tags, 5)]
        });
        let more = without_duplicate_author(more);
        let post = ada.issues_with("en", &format!("Post {number}"), more).await;
        if number % 10 == 0 {
            ada.translates(&post, "fr", &format!("Article {number}"))
                .await;
            ada.publishes(&post, "fr").await;
        }
    }
}

fn list_step(number: usize) -> usize {
    1 + number % 7
}

/// Removes the second of two identical authors.
fn without_duplicate_author(mut more: serde_json::Value) -> serde_json::Value {
    if more["authors"][0] == more["authors"][1] {
        more["authors"].as_array_mut().unwrap().pop();
    }
    more
}

on_both!(
    a_page_of_any_list_costs_at_most_six_statements_whatever_its_size,
    async |app| {
        fill(&app).await;
        let anyone = app.anonymous();
        let names: Vec<String> = (0..22).map(|number| format!("name-{number}")).collect();
        let names = names.join(",");
        let everything = format!(
            "/v1/posts?category={names}&category={names}&tag={names}&author={names}&lang=en&count=true&"
        );
        // All filters at once, in an order other than by date.
        let and_more = format!(
            "{everything}fallback=fr,original&available_in=en&exclude_tag=nothing&exclude_category=nothing\
             &published_after=2020-01-01&updated_before=2100-01-01&featured=false&sort=title\
             &include=body,seo,translations.title&"
        );
        let lists = [
            ("/v1/posts?", 104),
            ("/v1/posts?count=true&", 104),
            ("/v1/posts?lang=fr&fallback=es,original&count=true&", 104),
            (&*everything, 104),
            (&*and_more, 104),
            ("/v1/posts?fields=title&count=true&", 104),
            ("/v1/posts?page=2&", 104),
        ];
        let named = ["categories", "tags", "authors", "organizations"].map(|list| {
            [
                format!("/v1/{list}?"),
                format!("/v1/{list}?count=true&lang=fr&fallback=en&"),
                format!("/v1/{list}?count=true&q=name&updated_after=2026-01-01&sort=-updated_at&"),
                format!("/v1/{list}?count=true&q=name&sort=name&lang=fr&fallback=es,original&"),
            ]
        });
        let named = named.as_flattened().iter().map(|list| (&**list, 22));
        let lists = lists.into_iter().chain(named);
        for (list, there) in lists {
            let mut costs = Vec::new();
            for limit in [1, 20, 100] {
                let path = format!("{list}limit={limit}");
                let (page, statements) = app.watched(anyone.get(&path)).await;
                let page = page.expect(200);
                let skipped = if path.contains("page=2") { limit } else { 0 };
                assert_eq!(page.items().len(), limit.min(there - skipped), "{path}");
                let most = match path.starts_with("/v1/posts") {
                    true => MOST_OF_POSTS,
                    false => MOST,
                };
                assert!(
                    !statements.is_empty() && statements.len() <= most,
                    "{path} costs {}: {statements:#?}",
                    statements.len()
                );
                costs.push(statements.len());
                if let Some(next) = page.at("/page/next").as_str() {
                    let (next, statements) = app.watched(anyone.get(next)).await;
                    assert!(!next.expect(200).items().is_empty(), "{path}");
                    costs.push(statements.len());
                }
            }
            costs.dedup();
            assert_eq!(costs.len(), 1, "{list} costs {costs:?}");
        }
    }
);

on_both!(
    a_page_for_editors_costs_the_same_whatever_its_size,
    async |app| {
        fill(&app).await;
        let ada = app.editor("ada").await;
        let mut costs = Vec::new();
        for names in ["", "&include=authors,categories,tags"] {
            for limit in [1, 20, 100] {
                let path = format!(
                    "/v1/admin/posts?limit={limit}&status=published,draft&featured=false{names}"
                );
                let (page, statements) = app.watched(ada.get(&path)).await;
                assert_eq!(page.expect(200).items().len(), limit, "{path}");
                costs.push(statements.len());
            }
        }
        let [plain, .., named] = costs[..] else {
            panic!("{costs:?}");
        };
        assert_eq!(costs, [[plain; 3], [named; 3]].as_flattened());
        assert_eq!(named, plain + 1, "names take one more statement");
        assert!(plain <= MOST, "{costs:?}");
    }
);

on_both!(one_thing_and_the_tree_cost_a_constant_number, async |app| {
    fill(&app).await;
    let anyone = app.anonymous();
    for path in [
        "/v1/posts/post-0",
        "/v1/posts/post-1?lang=fr&fallback=en",
        "/v1/category-tree",
        "/v1/categories/name-20?lang=fr&fallback=en",
        "/v1/tags/name-20?lang=fr&fallback=en",
        "/v1/authors/name-20?lang=fr&fallback=en",
        "/v1/organizations/name-20?lang=fr&fallback=en",
    ] {
        let (read, statements) = app.watched(anyone.get(path)).await;
        read.expect(200);
        assert!(
            statements.len() <= MOST,
            "{path} costs {}: {statements:#?}",
            statements.len()
        );
    }
});

on_both!(unrequested_members_are_not_read, async |app| {
    fill(&app).await;
    let anyone = app.anonymous();
    for (list, heavy) in [
        ("categories", "post_count,parent.name"),
        ("tags", "post_count"),
        ("authors", "post_count,organization.name"),
        ("organizations", "post_count"),
    ] {
        for path in [format!("/v1/{list}"), format!("/v1/{list}/name-20")] {
            let cost = async |fields: &str| {
                let path = format!("{path}?fields={fields}");
                let (read, statements) = app.watched(anyone.get(&path)).await;
                read.expect(200);
                statements.len()
            };
            let least = cost("name").await;
            let parts = heavy.split(',').count();
            assert_eq!(cost(heavy).await, least + parts, "{path}");
        }
    }
});

on_both!(all_statements_of_a_read_see_one_snapshot, async |app| {
    let ada = app.editor("ada").await;
    for name in ["A", "B"] {
        ada.makes(TAGS, named("en", name)).await;
    }
    let db = &app.state.db;
    let there = |conn: &mut Conn| {
        Sql::new("SELECT count(*) AS n FROM terms WHERE position = 7").number(conn)
    };
    let change = |conn: &mut Conn| Sql::new("UPDATE terms SET position = 7").execute(conn);
    let read = |conn: &mut Conn| {
        let before = there(conn)?;
        db.write_now(change)?;
        Ok((before, there(conn)?))
    };
    assert_eq!(db.read_now(read).unwrap(), (0, 0));
    assert_eq!(db.read_now(there).unwrap(), 2, "the next read sees it");
});

on_both!(facets_cost_at_most_eight_statements, async |app| {
    fill(&app).await;
    let anyone = app.anonymous();
    for query in [
        "",
        "?lang=fr&fallback=en,original",
        "?category=name-1&tag=name-2&author=name-3&available_in=en&updated_after=2020-01-01&limit=3",
    ] {
        let path = format!("/v1/posts/facets{query}");
        let (facets, statements) = app.watched(anyone.get(&path)).await;
        facets.expect(200);
        assert!(
            statements.len() <= 8,
            "{path} costs {}: {statements:#?}",
            statements.len()
        );
    }
});
