//! An id belongs to one kind of resource. The addresses of all other kinds answer `404` for it.

use serde_json::json;

use crate::support::content::{AUTHORS, CATEGORIES, ORGANIZATIONS, POSTS, TAGS, named, post};

on_both!(an_id_is_found_only_under_its_own_kind, async |app| {
    let (ada, anyone) = (app.editor("ada").await, app.anonymous());
    let live = ada.issues("en", "Live").await;
    let down = ada.issues("en", "Down").await;
    ada.delete(&format!("{POSTS}/{down}")).await.expect(204);
    let category = ada.makes(CATEGORIES, named("en", "Housing")).await;
    let tag = ada.makes(TAGS, named("en", "Rent")).await;
    let author = ada.makes(AUTHORS, json!({ "name": "Lin" })).await;
    let organization = ada.makes(ORGANIZATIONS, json!({ "name": "Lagos" })).await;
    let mut things = vec![
        ("posts", live, 200),
        ("posts", down, 410),
        ("categories", category.clone(), 200),
        ("tags", tag.clone(), 200),
        ("authors", author, 200),
        ("organizations", organization, 200),
    ];
    // A merged term redirects only at the addresses of its own kind.
    for (plural, list, into) in [("categories", CATEGORIES, category), ("tags", TAGS, tag)] {
        let merged = ada.makes(list, named("en", "Merged")).await;
        let path = format!("{list}/{merged}/merge");
        ada.post(&path, json!({ "into": into })).await.expect(200);
        things.push((plural, merged, 308));
    }
    // Drafts and users have no public address.
    let draft = ada.makes(POSTS, post("en", "Draft")).await;
    things.push(("posts", draft, 404));
    things.push(("users", ada.user.unwrap().to_string(), 404));
    for (own, id, status) in things {
        for plural in ["posts", "categories", "tags", "authors", "organizations"] {
            let expected = if plural == own { status } else { 404 };
            for query in ["", "?lang=en", "?lang=de&fallback=original"] {
                let address = format!("/v1/{plural}/{id}{query}");
                let answer = anyone.get(&address).await.expect(expected);
                if expected == 404 {
                    answer.expect_problem(404, "not_found");
                }
            }
        }
        let related = format!("/v1/posts/{id}/related");
        let expected = if own == "posts" { status } else { 404 };
        anyone.get(&related).await.expect(expected);
    }
});
