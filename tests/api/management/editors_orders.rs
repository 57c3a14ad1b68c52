//! The orders of the lists of the management API, walked page by page in both directions.

use serde_json::{Value, json};
use tribuna::collation::CollationKey;

use crate::support::TestApp;
use crate::support::client::Client;
use crate::support::content::*;
use crate::support::random::Random;

const TRANSLATIONS: &str = "/v1/admin/translations";

/// The longest cursor, whatever the title.
const LONGEST_CURSOR: usize = 340;

/// Follows the links of a list from its first page to its last and back. Returns the items on the way there, each as `shown`
/// has it, and checks that the way back has the same items and that the cursors are short.
async fn walk(client: &Client, first: &str, shown: impl Fn(&Value) -> String) -> Vec<String> {
    let (mut there, mut back) = (Vec::new(), Vec::new());
    let last = last_page(client, first).await;
    for (member, start, found) in [("next", first, &mut there), ("prev", &last, &mut back)] {
        let mut address = Some(start.to_owned());
        while let Some(here) = address {
            let page = client.get(&here).await.expect(200);
            let items = page.items().iter().map(&shown);
            match member {
                "next" => found.extend(items),
                _ => found.extend(items.rev()),
            }
            for cursor in ["/page/next_cursor", "/page/prev_cursor"] {
                let length = page.at(cursor).as_str().map_or(0, str::len);
                assert!(length <= LONGEST_CURSOR, "{length} {here}");
            }
            let link = page.at(&format!("/page/{member}"));
            address = link.as_str().map(str::to_owned);
        }
    }
    back.reverse();
    assert_eq!(there, back, "{first}");
    there
}

async fn last_page(client: &Client, first: &str) -> String {
    let mut here = first.to_owned();
    while let Some(next) = client
        .get(&here)
        .await
        .expect(200)
        .at("/page/next")
        .as_str()
    {
        here = next.to_owned();
    }
    here
}

/// Titles that are hard to put in order: of equal letters, with accents, in several scripts, and long ones that differ only
/// beyond what a cursor has of them.
fn titles(random: &mut Random) -> Vec<String> {
    let long = "The right to the city, and who has it: ".repeat(4);
    let words = [
        "Éclair",
        "eclair",
        "Eclair",
        "zebra",
        "Ωmega",
        "مدينة",
        "城市",
        "10",
        &long,
    ];
    let title = |_| {
        let end = random.below(4);
        format!("{}{}", random.pick(&words), "x".repeat(end))
    };
    (0..24).map(title).collect()
}

/// Puts titles in order, those that are equal by the id beside them.
fn sorted(mut titles: Vec<(String, String)>, descending: bool) -> Vec<String> {
    titles.sort_by_key(|(title, id)| (CollationKey::new(title).unwrap(), id.clone()));
    if descending {
        titles.reverse();
    }
    titles.into_iter().map(|(_, id)| id).collect()
}

fn text_of(item: &Value, member: &str) -> String {
    item[member].as_str().unwrap().to_owned()
}

on_both!(posts_and_translations_are_sorted_by_title, async |app| {
    let ada = app.editor("ada").await;
    let mut random = Random::new(12);
    let mut originals = Vec::new();
    let mut french = Vec::new();
    let others = titles(&mut random);
    for (number, title) in titles(&mut random).into_iter().enumerate() {
        let id = ada.writes("en", &title).await;
        if number % 3 == 0 {
            let title = random.pick(&others);
            ada.translates(&id, "fr", title).await;
            french.push((title.clone(), id.clone()));
        }
        originals.push((title, id));
    }
    for limit in [1, 5, 100] {
        for (sort, descending) in [("title", false), ("-title", true)] {
            let id = |item: &Value| text_of(item, "id");
            let all = format!("{POSTS}?sort={sort}&limit={limit}");
            let expected = sorted(originals.clone(), descending);
            assert_eq!(walk(&ada, &all, id).await, expected, "{all}");
            let in_french = format!("{all}&lang=fr");
            let expected = sorted(french.clone(), descending);
            assert_eq!(walk(&ada, &in_french, id).await, expected, "{in_french}");
            let post = |item: &Value| text_of(item, "post");
            let lines = format!("{TRANSLATIONS}?lang=fr&state=draft&sort={sort}&limit={limit}");
            assert_eq!(walk(&ada, &lines, post).await, expected, "{lines}");
            // What is missing in French has the title of the original.
            let lines = format!("{TRANSLATIONS}?lang=fr&sort={sort}&limit={limit}");
            let mut shown = originals.clone();
            for (title, id) in &mut shown {
                if let Some((translated, _)) = french.iter().find(|(_, post)| post == id) {
                    title.clone_from(translated);
                }
            }
            let expected = sorted(shown, descending);
            assert_eq!(walk(&ada, &lines, post).await, expected, "{lines}");
        }
    }
});

on_both!(
    a_page_beside_a_long_title_that_changed_misses_nothing,
    async |app| {
        let ada = app.editor("ada").await;
        let long = "The right to the city, and who has it: ".repeat(4);
        let mut ids = Vec::new();
        for number in 0..5 {
            ids.push(ada.writes("en", &format!("{long}{number}")).await);
        }
        for (sort, order) in [("title", [0, 1, 2, 3, 4]), ("-title", [4, 3, 2, 1, 0])] {
            for list in [POSTS, TRANSLATIONS] {
                let first = ada
                    .get(&format!("{list}?sort={sort}&limit=2"))
                    .await
                    .expect(200);
                let beside = translation(&ids[order[1]], "en");
                let title = ada.get(&beside).await.text("/data/title").to_owned();
                ada.patch(&beside, json!({ "title": "Elsewhere" }))
                    .await
                    .expect(200);
                let member = if list == POSTS { "id" } else { "post" };
                let mut seen: Vec<String> = Vec::new();
                let mut here = first;
                loop {
                    seen.extend(here.column(member).into_iter().map(str::to_owned));
                    assert!(seen.len() < 20, "{list} {sort}: the pages have no end");
                    let Some(next) = here.at("/page/next").as_str().map(str::to_owned) else {
                        break;
                    };
                    here = ada.get(&next).await.expect(200);
                }
                for id in &ids {
                    assert!(seen.contains(id), "{list} {sort}: {id}");
                }
                ada.patch(&beside, json!({ "title": title }))
                    .await
                    .expect(200);
            }
        }
    }
);

/// A few users, one of them with an author.
async fn people(app: &TestApp) -> (Client, String) {
    let boss = app.admin("boss").await;
    let author = boss.makes(AUTHORS, json!({ "name": "Zoé Ba" })).await;
    for (email, name, role) in [
        ("c@example.org", "Émile", "author"),
        ("a@example.org", "Zoé", "editor"),
        ("b@example.org", "emile", "contributor"),
    ] {
        app.pass(3600);
        let linked = (name == "Zoé").then_some(&author);
        let new = json!({ "email": email, "name": name, "role": role, "author": linked,
            "password": "a long walk by the sea" });
        boss.makes("/v1/admin/users", new).await;
    }
    (boss, author)
}

on_both!(users_have_orders_dates_roles_and_names, async |app| {
    let (boss, author) = people(&app).await;
    let names = async |query: &str| {
        let first = format!("/v1/admin/users?q=example.org&role=author,editor,contributor&{query}");
        walk(&boss, &first, |user| text_of(user, "name")).await
    };
    for limit in [1, 100] {
        let by = async |sort: &str| names(&format!("sort={sort}&limit={limit}")).await;
        assert_eq!(by("name").await, ["emile", "Émile", "Zoé"]);
        assert_eq!(by("-name").await, ["Zoé", "Émile", "emile"]);
        assert_eq!(by("created_at").await, ["Émile", "Zoé", "emile"]);
        assert_eq!(by("-created_at").await, ["emile", "Zoé", "Émile"]);
    }
    let list = async |query: &str| {
        let list = boss.get(&format!("/v1/admin/users?{query}")).await;
        list.expect(200)
    };
    let two = list("role=author&role=contributor&sort=name").await;
    assert_eq!(two.column("role"), ["contributor", "author"]);
    let zoe = list("role=editor&include=author").await;
    let named = json!({ "id": author, "slug": "zoe-ba", "name": "Zoé Ba" });
    assert_eq!(zoe.at("/data/0/included"), &json!({ "author": named }));
    assert_eq!(zoe.at("/data/0/author"), &json!(author));
    let others = list("role=author&include=author").await;
    assert_eq!(others.at("/data/0/included"), &json!({ "author": null }));
    assert!(
        list("role=editor").await.items()[0]
            .get("included")
            .is_none()
    );
    let sparse = list("role=editor&fields=name&include=author").await;
    let members: Vec<&String> = sparse.items()[0].as_object().unwrap().keys().collect();
    assert_eq!(members, ["name", "included"]);
    // A new name has its place at once.
    let id = zoe.text("/data/0/id");
    boss.patch(&format!("/v1/admin/users/{id}"), json!({ "name": "Ada" }))
        .await
        .expect(200);
    assert_eq!(names("sort=name").await, ["Ada", "emile", "Émile"]);
    let updated = two.text("/data/0/updated_at");
    let earlier = list(&format!("updated_before={updated}&role=author,contributor")).await;
    assert_eq!(earlier.column("name"), ["Émile"]);
    let later = list(&format!("created_after={updated}&role=author,contributor")).await;
    assert_eq!(later.column("name"), ["emile"]);
    for wrong in ["role=cook", "sort=email", "include=posts", "role="] {
        let refused = boss.get(&format!("/v1/admin/users?{wrong}")).await;
        refused.expect_problem(400, "invalid_parameter");
    }
});

on_both!(the_audit_takes_several_kinds_and_both_orders, async |app| {
    let (boss, _) = people(&app).await;
    let tag = boss.makes(TAGS, named("en", "Rent")).await;
    boss.delete(&format!("{TAGS}/{tag}")).await.expect(204);
    let entries = async |query: &str| {
        let first = format!("/v1/admin/audit?{query}");
        let shown =
            |entry: &Value| format!("{} {}", text_of(entry, "operation"), text_of(entry, "kind"));
        walk(&boss, &first, shown).await
    };
    let newest = entries("kind=tag,author&limit=1").await;
    assert_eq!(newest, ["delete tag", "create tag", "create author"]);
    let oldest = entries("kind=tag&kind=author&sort=at&limit=2").await;
    assert_eq!(oldest, ["create author", "create tag", "delete tag"]);
    let some = entries("kind=tag,author&operation=create,delete&operation=update").await;
    assert_eq!(some, newest);
    assert_eq!(
        entries("kind=tag,author&operation=delete,update").await,
        ["delete tag"]
    );
    let export = boss
        .get("/v1/admin/audit.ndjson?kind=tag,author&operation=create")
        .await
        .expect(200);
    let lines = export.body.iter().filter(|byte| **byte == b'\n');
    assert_eq!(lines.count(), 2);
    for wrong in ["kind=tag,cake", "operation=create,bake", "sort=seq"] {
        let refused = boss.get(&format!("/v1/admin/audit?{wrong}")).await;
        refused.expect_problem(400, "invalid_parameter");
    }
});
