//! The lists of the management API, as an editor's tool asks for them: filters, orders, names, and the members that it shows.

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::client::{Answer, Client};
use crate::support::content::*;

/// What the posts of these tests refer to.
struct Editors {
    ada: Client,
    ben: Client,
    housing: String,
    rent: String,
    tag: String,
    author: String,
    organization: String,
}

/// Three posts: a featured draft of Ada's about rent, a submitted one of Ben's, and one of Ben's that is public since the
/// third of May.
async fn editors(app: &TestApp) -> Editors {
    let (ada, ben) = (app.editor("ada").await, app.editor("ben").await);
    let housing = ada.makes(CATEGORIES, named("en", "Housing")).await;
    let child = json!({ "translations": { "en": { "name": "Rent" }, "fr": { "name": "Loyer" } }, "parent": housing });
    let rent = ada.makes(CATEGORIES, child).await;
    let tag = ada.makes(TAGS, named("fr", "Ville")).await;
    let organization = ada
        .makes(ORGANIZATIONS, json!({ "name": "City Council" }))
        .await;
    let author = json!({ "name": "Mariam Diallo", "organization": organization });
    let author = ada.makes(AUTHORS, author).await;
    let more = json!({ "categories": [rent], "tags": [tag], "authors": [{ "author": author }], "featured": true });
    ada.makes(POSTS, post_with("en", "Draft", more)).await;
    app.set_time("2026-05-02T08:00:00Z");
    let submitted = ben
        .makes(
            POSTS,
            post_with("en", "Submitted", json!({ "tags": [tag] })),
        )
        .await;
    let submission = format!("{}/submission", translation(&submitted, "en"));
    ben.put(&submission, json!({})).await.expect(200);
    app.set_time("2026-05-03T08:00:00Z");
    let live = ben
        .makes(
            POSTS,
            post_with("en", "Live", json!({ "categories": [housing] })),
        )
        .await;
    ben.publishes(&live, "en").await;
    app.set_time("2026-05-04T08:00:00Z");
    Editors {
        ada,
        ben,
        housing,
        rent,
        tag,
        author,
        organization,
    }
}

/// The titles of the posts in a list.
fn titles(list: &Answer) -> Vec<&str> {
    list.items()
        .iter()
        .map(|post| post["translations"][0]["title"].as_str().unwrap())
        .collect()
}

#[track_caller]
fn assert_titles(list: Answer, expected: &[&str], query: &str) {
    let list = list.expect(200);
    assert_eq!(titles(&list), expected, "{query}");
}

on_both!(
    several_statuses_and_every_name_filter_the_posts,
    async |app| {
        let editors = editors(&app).await;
        let Editors {
            housing,
            rent,
            tag,
            author,
            organization,
            ..
        } = &editors;
        let both = format!("category={housing},{rent}");
        let queries: [(&str, &[&str]); 22] = [
            ("status=draft,submitted", &["Submitted", "Draft"]),
            ("status=draft&status=published", &["Live", "Draft"]),
            ("status=submitted", &["Submitted"]),
            ("category=housing", &["Live", "Draft"]),
            ("category=rent", &["Draft"]),
            ("category=LOYER", &["Draft"]),
            (&format!("category={rent}"), &["Draft"]),
            (&both, &["Live", "Draft"]),
            ("category=housing&category=rent", &["Draft"]),
            ("category=nothing", &[]),
            ("tag=ville", &["Submitted", "Draft"]),
            (&format!("tag={tag}&status=submitted"), &["Submitted"]),
            ("author=Mariam-Diallo", &["Draft"]),
            (&format!("author={author}"), &["Draft"]),
            ("organization=city-council", &["Draft"]),
            (&format!("organization={organization}"), &["Draft"]),
            (
                "organization=city-council&tag=ville&category=housing",
                &["Draft"],
            ),
            ("featured=true", &["Draft"]),
            ("featured=false", &["Live", "Submitted"]),
            (
                &format!("created_by={}", editors.ben.user.unwrap()),
                &["Live", "Submitted"],
            ),
            ("lang=en&status=published,expired", &["Live"]),
            ("lang=fr", &[]),
        ];
        let own = editors.ben.get(&format!("{POSTS}?own=true")).await;
        assert_titles(own.expect(200), &["Live", "Submitted"], "own=true");
        for (query, expected) in queries {
            let list = editors
                .ada
                .get(&format!("{POSTS}?count=true&{query}"))
                .await
                .expect(200);
            assert_eq!(list.at("/page/total"), expected.len(), "{query}");
            assert_titles(list, expected, query);
        }
    }
);

on_both!(dates_bound_the_posts, async |app| {
    let editors = editors(&app).await;
    let queries: [(&str, &[&str]); 9] = [
        ("created_after=2026-05-02", &["Live", "Submitted"]),
        ("created_before=2026-05-02", &["Draft"]),
        (
            "created_after=2026-05-02T08:00:00Z&created_before=2026-05-03",
            &["Submitted"],
        ),
        ("updated_after=2026-05-03", &["Live"]),
        ("updated_before=2026-05-03", &["Submitted", "Draft"]),
        (
            "updated_after=2026-05-02&sort=updated_at",
            &["Submitted", "Live"],
        ),
        ("published_after=2026-05-03", &["Live"]),
        ("published_after=2026-05-04", &[]),
        ("published_before=2026-05-04", &["Live"]),
    ];
    for (query, expected) in queries {
        let list = editors.ada.get(&format!("{POSTS}?{query}")).await;
        assert_titles(list, expected, query);
    }
});

on_both!(
    posts_have_the_order_that_was_asked_for_on_every_page,
    async |app| {
        let editors = editors(&app).await;
        let first = editors
            .ada
            .get(&format!("{POSTS}?tag=ville&featured=true"))
            .await
            .expect(200);
        let draft = format!("{POSTS}/{}", first.items()[0]["id"].as_str().unwrap());
        let patch = json!({ "licence": "CC-BY-4.0" });
        editors.ada.patch(&draft, patch).await.expect(200);
        for (sort, expected) in [
            ("-created_at", ["Live", "Submitted", "Draft"].as_slice()),
            ("created_at", &["Draft", "Submitted", "Live"]),
            ("-updated_at", &["Draft", "Live", "Submitted"]),
            ("updated_at", &["Submitted", "Live", "Draft"]),
            ("-published_at", &["Live"]),
            ("published_at", &["Live"]),
        ] {
            let mut found: Vec<String> = Vec::new();
            let mut next = Some(format!("{POSTS}?sort={sort}&limit=1"));
            let mut last = None;
            while let Some(address) = next {
                let page = editors.ada.get(&address).await.expect(200);
                found.extend(titles(&page).into_iter().map(str::to_owned));
                next = page.at("/page/next").as_str().map(str::to_owned);
                last = page.at("/page/prev").as_str().map(str::to_owned);
            }
            assert_eq!(found, expected, "{sort}");
            if let Some(before) = last {
                let page = editors.ada.get(&before).await.expect(200);
                assert_eq!(titles(&page), [expected[expected.len() - 2]], "{sort}");
            }
        }
        let other = format!("{POSTS}?sort=-updated_at&limit=1");
        let cursor = editors
            .ada
            .get(&other)
            .await
            .text("/page/next_cursor")
            .to_owned();
        for sort in ["", "&sort=-published_at", "&sort=updated_at"] {
            let list = editors
                .ada
                .get(&format!("{POSTS}?limit=1&cursor={cursor}{sort}"))
                .await;
            list.expect_problem(400, "invalid_parameter");
        }
    }
);

on_both!(
    posts_by_publication_are_those_of_the_language,
    async |app| {
        let editors = editors(&app).await;
        let later = editors.ben.issues("en", "Later").await;
        editors.ben.translates(&later, "fr", "Plus tard").await;
        editors
            .ben
            .schedules(
                &later,
                "fr",
                json!({ "publish_at": "2026-06-01T00:00:00Z" }),
            )
            .await;
        let list = async |query: &str| editors.ada.get(&format!("{POSTS}?{query}")).await;
        assert_titles(
            list("sort=-published_at").await,
            &["Later", "Live"],
            "original",
        );
        assert_titles(
            list("sort=published_at").await,
            &["Live", "Later"],
            "original",
        );
        assert_titles(
            list("sort=published_at&lang=fr").await,
            &["Later"],
            "French",
        );
        let none = list("sort=published_at&lang=fr&status=draft").await;
        assert_titles(none, &[], "no drafts");
    }
);

on_both!(names_are_included_on_request, async |app| {
    let editors = editors(&app).await;
    let Editors {
        rent,
        tag,
        author,
        organization,
        ..
    } = &editors;
    let read = async |path: &str| editors.ada.get(path).await.expect(200);
    let all = "include=authors,categories,tags";
    let list = read(&format!("{POSTS}?featured=true&{all}")).await;
    let council =
        json!({ "id": organization, "slug": "city-council", "name": "City Council", "lang": null });
    let mariam = json!({ "id": author, "slug": "mariam-diallo", "name": "Mariam Diallo", "organization": council });
    let included = json!({
        "authors": [mariam],
        "categories": [{ "id": rent, "lang": "en", "slug": "rent", "name": "Rent" }],
        "tags": [{ "id": tag, "lang": "fr", "slug": "ville", "name": "Ville" }],
    });
    assert_eq!(list.items()[0]["included"], included, "{list}");
    let post = format!("{POSTS}/{}", list.items()[0]["id"].as_str().unwrap());
    assert_eq!(
        read(&format!("{post}?{all}")).await.at("/data/included"),
        &included
    );
    assert!(read(&post).await.json["data"].get("included").is_none());
    let plain = read(POSTS).await;
    assert!(
        plain
            .items()
            .iter()
            .all(|post| post.get("included").is_none())
    );
    let some = read(&format!(
        "{POSTS}?include=tags&include=categories&status=submitted"
    ))
    .await;
    let tags = json!([{ "id": tag, "lang": "fr", "slug": "ville", "name": "Ville" }]);
    let expected = json!({ "categories": [], "tags": tags });
    assert_eq!(some.items()[0]["included"], expected, "{some}");
    editors
        .ada
        .translates(post.rsplit('/').next().unwrap(), "fr", "Brouillon")
        .await;
    let french = read(&format!("{POSTS}?lang=fr&include=categories")).await;
    assert_eq!(
        french.items()[0]["included"]["categories"][0]["name"],
        "Loyer"
    );
    let sparse = read(&format!(
        "{POSTS}?featured=true&fields=id,translations.title&include=tags"
    ))
    .await;
    let members: Vec<&String> = sparse.items()[0].as_object().unwrap().keys().collect();
    assert_eq!(members, ["id", "translations", "included"]);
});

on_both!(unknown_values_name_their_parameter, async |app| {
    let editors = editors(&app).await;
    for (query, parameter) in [
        ("status=draft,nope", "status"),
        ("status=", "status"),
        ("sort=slug", "sort"),
        ("include=body", "include"),
        ("fields=nope", "fields"),
        ("featured=maybe", "featured"),
        ("created_by=ada", "created_by"),
        ("created_after=yesterday", "created_after"),
        ("tag=", "tag"),
        ("organisation=x", "organisation"),
    ] {
        let refused = editors.ada.get(&format!("{POSTS}?{query}")).await;
        let refused = refused.expect_problem(400, "invalid_parameter");
        let named = refused.at("/errors/0/parameter").as_str().unwrap();
        assert!(named.starts_with(parameter), "{query}: {refused}");
    }
});

on_both!(
    every_list_has_the_members_that_were_asked_for,
    async |app| {
        let editors = editors(&app).await;
        let boss = app.admin("boss").await;
        let submitted = editors.ada.get(&format!("{POSTS}?status=submitted")).await;
        let en = translation(submitted.items()[0]["id"].as_str().unwrap(), "en");
        let links = format!("{en}/preview-links");
        editors.ada.post(&links, json!({})).await.expect(201);
        let calendar = "/v1/admin/calendar?from=2026-05-01&to=2026-06-01";
        for (path, member) in [
            (CATEGORIES.to_owned(), "translations"),
            (TAGS.to_owned(), "id"),
            (AUTHORS.to_owned(), "name"),
            (ORGANIZATIONS.to_owned(), "slug"),
            ("/v1/admin/users".to_owned(), "name"),
            ("/v1/admin/audit".to_owned(), "actor"),
            ("/v1/admin/tasks".to_owned(), "title"),
            ("/v1/admin/translations".to_owned(), "state"),
            (format!("{en}/revisions"), "created_by"),
            (format!("{en}/steps"), "step"),
            (format!("{en}/preview-links"), "revision"),
            (calendar.to_owned(), "event"),
        ] {
            let mark = if path.contains('?') { '&' } else { '?' };
            let list = boss
                .get(&format!("{path}{mark}fields={member}"))
                .await
                .expect(200);
            assert!(!list.items().is_empty(), "{path}");
            for item in list.items() {
                let members: Vec<&String> = item.as_object().unwrap().keys().collect();
                assert_eq!(members, [member], "{path}");
            }
            let whole = boss.get(&path).await.expect(200);
            assert!(whole.items()[0].as_object().unwrap().len() > 2, "{path}");
        }
    }
);

on_both!(
    named_things_are_sorted_and_bounded_by_their_last_change,
    async |app| {
        let editors = editors(&app).await;
        app.set_time("2026-05-05T08:00:00Z");
        let (ada, housing) = (&editors.ada, format!("{CATEGORIES}/{}", editors.housing));
        ada.patch(&housing, json!({ "position": 3 }))
            .await
            .expect(200);
        let names = async |query: &str| -> Vec<Value> {
            let list = ada.get(&format!("{CATEGORIES}?{query}")).await.expect(200);
            let items = list.items().iter();
            items
                .map(|one| one["translations"]["en"]["name"].clone())
                .collect()
        };
        assert_eq!(names("sort=name").await, ["Housing", "Rent"]);
        assert_eq!(names("sort=-name").await, ["Rent", "Housing"]);
        assert_eq!(names("sort=-updated_at").await, ["Housing", "Rent"]);
        assert_eq!(names("updated_after=2026-05-05").await, ["Housing"]);
        for list in [TAGS, AUTHORS, ORGANIZATIONS] {
            ada.get(&format!("{list}?sort=name&updated_before=2027-01-01"))
                .await
                .expect(200);
        }
    }
);

on_both!(work_lists_take_several_states_and_kinds, async |app| {
    let editors = editors(&app).await;
    let list = async |path: &str| editors.ada.get(path).await.expect(200);
    let lines = list("/v1/admin/translations?state=draft,submitted").await;
    assert_eq!(lines.column("state"), ["draft", "submitted"]);
    let ben = json!({ "id": editors.ben.user.unwrap().to_string(), "name": "ben" });
    assert_eq!(lines.items()[1]["submitted_by"], ben, "{lines}");
    assert_eq!(lines.items()[0]["submitted_by"], Value::Null, "{lines}");
    let lines = list("/v1/admin/translations?lang=fr&state=missing&state=outdated").await;
    assert_eq!(lines.items().len(), 3);
    let refused = editors
        .ada
        .get("/v1/admin/translations?state=draft,missing")
        .await;
    refused.expect_problem(400, "invalid_parameter");
    let tasks = list("/v1/admin/tasks?kind=review,publish").await;
    assert_eq!(tasks.column("kind"), ["review"]);
    assert!(
        list("/v1/admin/tasks?kind=publish&kind=correct")
            .await
            .items()
            .is_empty()
    );
});

on_both!(
    work_lists_and_the_calendar_are_filtered_like_posts,
    async |app| {
        let editors = editors(&app).await;
        let ada = &editors.ada;
        let (tag, organization) = (&editors.tag, &editors.organization);
        let titles = async |path: &str, query: &str| -> Vec<String> {
            let mark = if path.contains('?') { '&' } else { '?' };
            let list = ada.get(&format!("{path}{mark}count=true&{query}")).await;
            let list = list.expect(200);
            assert_eq!(list.at("/page/total"), list.items().len(), "{path} {query}");
            list.column("title")
                .into_iter()
                .map(str::to_owned)
                .collect()
        };
        let none: [&str; 0] = [];
        let translations = "/v1/admin/translations";
        for (query, expected) in [
            ("category=housing", ["Draft", "Live"].as_slice()),
            ("category=rent", &["Draft"]),
            ("tag=ville", &["Draft", "Submitted"]),
            (&format!("tag={tag}&featured=false"), &["Submitted"]),
            ("author=mariam-diallo", &["Draft"]),
            ("organization=city-council", &["Draft"]),
            (&format!("organization={organization}"), &["Draft"]),
            ("organization=nobody", &none),
            ("featured=true", &["Draft"]),
            ("featured=false", &["Submitted", "Live"]),
            ("category=housing&featured=true&tag=ville", &["Draft"]),
        ] {
            assert_eq!(titles(translations, query).await, expected, "{query}");
            let matrix = format!("/v1/admin/translation-matrix?{query}");
            let matrix = ada.get(&matrix).await.expect(200);
            assert_eq!(matrix.at("/posts"), expected.len(), "{query}");
            let pages = format!("/v1/admin/translation-matrix?{query}&type=page");
            assert_eq!(ada.get(&pages).await.expect(200).at("/posts"), 0);
        }
        let tasks = "/v1/admin/tasks";
        assert_eq!(titles(tasks, "tag=ville").await, ["Submitted"]);
        assert_eq!(titles(tasks, "category=housing").await, none);
        assert_eq!(
            titles(tasks, "featured=false&sort=-title").await,
            ["Submitted"]
        );
        let calendar = "/v1/admin/calendar?from=2026-05-01&to=2026-06-01";
        assert_eq!(titles(calendar, "category=housing").await, ["Live"]);
        assert_eq!(titles(calendar, "category=rent").await, none);
        assert_eq!(titles(calendar, "type=post&featured=false").await, ["Live"]);
        assert_eq!(titles(calendar, "type=page").await, none);
    }
);

on_both!(the_matrix_counts_one_type_of_posts, async |app| {
    let ada = app.editor("ada").await;
    ada.writes("en", "A post").await;
    let page = post_with("en", "A page", json!({ "type": "page" }));
    let page = ada.makes(POSTS, page).await;
    ada.translates(&page, "fr", "Une page").await;
    let counts = async |query: &str| {
        let matrix = format!("/v1/admin/translation-matrix{query}");
        let matrix = ada.get(&matrix).await.expect(200);
        let drafts: Vec<(String, i64, i64)> = matrix.json["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|line| {
                let number = |name: &str| line[name].as_i64().unwrap();
                let lang = line["lang"].as_str().unwrap().to_owned();
                (lang, number("draft"), number("missing"))
            })
            .collect();
        (matrix.at("/posts").as_i64().unwrap(), drafts)
    };
    let line = |lang: &str, drafts, missing| (lang.to_owned(), drafts, missing);
    let all = vec![line("en", 2, 0), line("fr", 1, 1)];
    assert_eq!(counts("").await, (2, all));
    assert_eq!(counts("?type=post").await, (1, vec![line("en", 1, 0)]));
    let pages = vec![line("en", 1, 0), line("fr", 1, 0)];
    assert_eq!(counts("?type=page").await, (1, pages));
    let refused = ada.get("/v1/admin/translation-matrix?type=book").await;
    refused.expect_problem(400, "invalid_parameter");
});

on_both!(
    authors_are_filtered_by_and_shown_with_their_organization,
    async |app| {
        let editors = editors(&app).await;
        let Editors {
            ada, organization, ..
        } = &editors;
        ada.makes(AUTHORS, json!({ "name": "Lin" })).await;
        let list = async |query: &str| ada.get(&format!("{AUTHORS}?{query}")).await.expect(200);
        for query in [
            "organization=city-council".to_owned(),
            format!("organization=nobody,{organization}"),
        ] {
            let found = list(&format!("{query}&count=true")).await;
            assert_eq!(found.column("name"), ["Mariam Diallo"], "{query}");
            assert_eq!(found.at("/page/total"), 1);
            assert!(found.items()[0].get("included").is_none());
        }
        assert!(list("organization=nobody").await.items().is_empty());
        let named = list("include=organization&sort=name").await;
        let council = json!({ "id": organization, "slug": "city-council", "name": "City Council" });
        assert_eq!(named.column("name"), ["Lin", "Mariam Diallo"]);
        assert_eq!(
            named.at("/data/0/included"),
            &json!({ "organization": null })
        );
        assert_eq!(
            named.at("/data/1/included"),
            &json!({ "organization": council })
        );
        assert_eq!(named.at("/data/1/organization"), &json!(organization));
        let sparse = list("fields=name&include=organization").await;
        let members: Vec<&String> = sparse.items()[0].as_object().unwrap().keys().collect();
        assert_eq!(members, ["name", "included"]);
        // A former slug of an organization leads to its authors, too.
        let council = format!("{ORGANIZATIONS}/{organization}");
        ada.patch(&council, json!({ "slug": "council" }))
            .await
            .expect(200);
        let found = list("organization=city-council").await;
        assert_eq!(found.column("name"), ["Mariam Diallo"]);
    }
);
