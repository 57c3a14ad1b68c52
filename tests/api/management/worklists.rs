//! Worklists: tasks, and the state of each translation of all posts.

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::client::{Answer, Client};
use crate::support::content::{AUTHORS, POSTS, post_with, translation};

const TASKS: &str = "/v1/admin/tasks";
const TRANSLATIONS: &str = "/v1/admin/translations";
const MATRIX: &str = "/v1/admin/translation-matrix";

impl Client {
    async fn steps(&self, post: &str, lang: &str, noun: &str, body: Value) {
        let address = format!("{}/{noun}", translation(post, lang));
        self.put(&address, body).await.expect(200);
    }

    async fn reads(&self, address: &str) -> Answer {
        self.get(address).await.expect(200)
    }
}

/// The kind, the status, the language and the title of each task.
fn summaries(tasks: &Answer) -> Vec<String> {
    let text = |task: &Value, name: &str| task[name].as_str().unwrap_or("-").to_owned();
    tasks
        .items()
        .iter()
        .map(|task| {
            ["kind", "status", "lang", "title"]
                .map(|name| text(task, name))
                .join(" ")
        })
        .collect()
}

/// The language, the state and the title of each line.
fn lines(list: &Answer) -> Vec<String> {
    let text = |line: &Value, name: &str| line[name].as_str().unwrap_or("-").to_owned();
    list.items()
        .iter()
        .map(|line| {
            ["lang", "state", "title"]
                .map(|name| text(line, name))
                .join(" ")
        })
        .collect()
}

/// Sets the languages that a user translates into.
async fn set_languages(app: &TestApp, who: &Client, languages: &[&str]) {
    let address = format!("/v1/admin/users/{}", who.user.unwrap());
    let patch = json!({ "languages": languages });
    let got = app
        .admin("root")
        .await
        .patch(&address, patch)
        .await
        .expect(200);
    assert_eq!(got.at("/data/languages"), &json!(languages));
}

on_both!(
    submissions_are_tasks_for_editors_with_the_oldest_first,
    async |app| {
        let (mina, ada, bob) = (
            app.author("mina").await,
            app.editor("ada").await,
            app.editor("bob").await,
        );
        let mut posts = Vec::new();
        for (day, title) in [(2, "One"), (3, "Two"), (4, "Three")] {
            app.set_time(&format!("2026-05-0{day}T08:00:00Z"));
            let id = mina.writes("en", title).await;
            mina.steps(
                &id,
                "en",
                "submission",
                json!({ "note": format!("Note {title}") }),
            )
            .await;
            posts.push(id);
        }
        let own = ada.writes("en", "Ada's").await;
        ada.steps(&own, "en", "submission", json!({})).await;
        let waits = ada.reads(&format!("{TASKS}?count=true")).await;
        assert_eq!(
            summaries(&waits),
            [
                "review submitted en One",
                "review submitted en Two",
                "review submitted en Three"
            ]
        );
        assert_eq!(waits.at("/page/total"), 3);
        let first = &waits.items()[0];
        assert_eq!(first["note"], "Note One");
        assert_eq!(first["since"], "2026-05-02T08:00:00.000Z");
        assert_eq!(first["post"], posts[0]);
        assert_eq!(first["original_lang"], "en");
        assert_eq!(first["revision"], 1);
        let may = json!([
            "edit",
            "withdraw",
            "review",
            "approve",
            "request_changes",
            "archive",
            "preview"
        ]);
        assert_eq!(first["allowed_actions"], may);

        app.set_time("2026-05-05T08:00:00Z");
        // A translation that one editor reviews is a task for that editor only. An approved one is a task for all
        // editors.
        bob.steps(&posts[0], "en", "review", json!({})).await;
        bob.steps(&posts[1], "en", "review", json!({ "verdict": "approved" }))
            .await;
        let waits = ada.reads(TASKS).await;
        assert_eq!(
            summaries(&waits),
            ["review submitted en Three", "publish approved en Two"]
        );
        let bobs = bob.reads(TASKS).await;
        assert_eq!(
            summaries(&bobs),
            [
                "review submitted en Three",
                "review submitted en Ada's",
                "review in_review en One",
                "publish approved en Two"
            ]
        );
        let publish = bob.reads(&format!("{TASKS}?kind=publish")).await;
        assert_eq!(summaries(&publish), ["publish approved en Two"]);
        assert_eq!(
            summaries(&bob.reads(&format!("{TASKS}?lang=fr,de")).await).len(),
            0
        );
        assert_eq!(
            summaries(&bob.reads(&format!("{TASKS}?lang=fr,EN")).await).len(),
            4
        );
        assert_eq!(summaries(&mina.reads(TASKS).await).len(), 0);

        let lone = app.another(&[("TRIBUNA_SELF_REVIEW", "true")]).await;
        let eve = lone.editor("eve").await;
        let id = eve.writes("en", "Eve's").await;
        eve.steps(&id, "en", "submission", json!({})).await;
        let review = eve.reads(&format!("{TASKS}?kind=review")).await;
        assert!(
            summaries(&review).contains(&"review submitted en Eve's".to_owned()),
            "{review}"
        );

        // A post in the trash is no task for anybody.
        ada.delete(&format!("{POSTS}/{}", posts[2]))
            .await
            .expect(204);
        let waits = ada.reads(TASKS).await;
        assert_eq!(
            summaries(&waits),
            ["publish approved en Two", "review submitted en Eve's"]
        );
    }
);

on_both!(returned_texts_wait_for_their_writers, async |app| {
    let (cleo, nils, ada, bob) = (
        app.contributor("cleo").await,
        app.author("nils").await,
        app.editor("ada").await,
        app.editor("bob").await,
    );
    let person = ada.makes(AUTHORS, json!({ "name": "Nils" })).await;
    let tie = json!({ "author": person });
    let address = format!("/v1/admin/users/{}", nils.user.unwrap());
    app.admin("root")
        .await
        .patch(&address, tie)
        .await
        .expect(200);
    let credited = post_with(
        "en",
        "Housing",
        json!({ "authors": [{ "author": person }] }),
    );
    let id = cleo.makes(POSTS, credited).await;
    cleo.translates(&id, "fr", "Logement").await;
    cleo.steps(&id, "en", "submission", json!({})).await;
    let changes = json!({ "verdict": "changes_requested", "note": "Shorter." });
    ada.steps(&id, "en", "review", changes.clone()).await;
    for writer in [&cleo, &nils] {
        let waits = writer.reads(TASKS).await;
        assert_eq!(summaries(&waits), ["correct changes_requested en Housing"]);
        assert_eq!(waits.items()[0]["note"], "Shorter.");
    }
    assert_eq!(summaries(&bob.reads(TASKS).await).len(), 0);
    // A text that an editor submitted returns to that editor.
    let bobs = bob.writes("en", "Bob's").await;
    bob.steps(&bobs, "en", "submission", json!({})).await;
    ada.steps(&bobs, "en", "review", changes).await;
    assert_eq!(
        summaries(&bob.reads(TASKS).await),
        ["correct changes_requested en Bob's"]
    );
    assert_eq!(summaries(&ada.reads(TASKS).await).len(), 0);
    // A contributor may no longer write a post that was public in any language.
    ada.publishes(&id, "fr").await;
    assert_eq!(summaries(&cleo.reads(TASKS).await).len(), 0);
    assert_eq!(summaries(&nils.reads(TASKS).await).len(), 1);
});

on_both!(
    publications_are_tasks_for_translators_of_the_language,
    async |app| {
        let (mina, ada) = (app.author("mina").await, app.editor("ada").await);
        let housing = mina.writes("en", "Housing").await;
        let transport = ada.writes("es", "Transporte").await;
        let draft = ada.writes("en", "Draft").await;
        set_languages(&app, &ada, &["fr", "es"]).await;
        set_languages(&app, &mina, &["fr"]).await;
        assert_eq!(summaries(&ada.reads(TASKS).await).len(), 0);
        app.set_time("2026-05-02T08:00:00Z");
        ada.publishes(&housing, "en").await;
        app.set_time("2026-05-03T08:00:00Z");
        ada.publishes(&transport, "es").await;
        let waits = ada.reads(TASKS).await;
        assert_eq!(
            summaries(&waits),
            [
                "translate missing es Housing",
                "translate missing fr Housing",
                "translate missing fr Transporte"
            ]
        );
        assert_eq!(waits.items()[1]["since"], "2026-05-02T08:00:00.000Z");
        assert_eq!(waits.items()[1]["revision"], Value::Null);
        assert_eq!(waits.items()[1]["allowed_actions"], json!(["edit"]));
        assert_eq!(
            summaries(&mina.reads(TASKS).await),
            ["translate missing fr Housing"]
        );
        let other = mina.reads(&format!("{TASKS}?lang=pt-BR")).await;
        assert_eq!(summaries(&other), ["translate missing pt-BR Housing"]);
        // One task per page, forwards and backwards.
        let one = ada.reads(&format!("{TASKS}?limit=1&count=true")).await;
        assert_eq!(one.at("/page/total"), 3);
        let two = ada.reads(one.text("/page/next")).await;
        let three = ada.reads(two.text("/page/next")).await;
        assert_eq!(summaries(&three), ["translate missing fr Transporte"]);
        assert_eq!(three.at("/page/next"), &Value::Null);
        let back = ada.reads(three.text("/page/prev")).await;
        assert_eq!(back.at("/data"), two.at("/data"));
        let third = ada.reads(&format!("{TASKS}?limit=1&page=3")).await;
        assert_eq!(third.at("/data"), three.at("/data"));

        // A draft in the language ends the task. After the original is published again, the outdated translation is a
        // task.
        ada.translates(&housing, "fr", "Logement").await;
        assert_eq!(summaries(&mina.reads(TASKS).await).len(), 0);
        ada.publishes(&housing, "fr").await;
        assert_eq!(summaries(&mina.reads(TASKS).await).len(), 0);
        app.set_time("2026-05-04T08:00:00Z");
        edits(&ada, &housing).await;
        ada.publishes(&housing, "en").await;
        let waits = mina.reads(TASKS).await;
        assert_eq!(summaries(&waits), ["translate outdated fr Logement"]);
        assert_eq!(waits.items()[0]["since"], "2026-05-04T08:00:00.000Z");
        assert_eq!(waits.items()[0]["revision"], 1);
        mina.steps(&housing, "fr", "submission", json!({})).await;
        assert_eq!(summaries(&mina.reads(TASKS).await).len(), 0, "under way");
        let _ = draft;
    }
);

on_both!(
    a_contributor_gets_no_tasks_for_posts_that_they_may_not_write,
    async |app| {
        let (cleo, ada) = (app.contributor("cleo").await, app.editor("ada").await);
        set_languages(&app, &cleo, &["fr"]).await;
        let id = cleo.writes("en", "Housing").await;
        ada.publishes(&id, "en").await;
        assert_eq!(summaries(&cleo.reads(TASKS).await).len(), 0);
    }
);

/// Changes the English text of a post.
async fn edits(editor: &Client, post: &str) {
    let edit = json!({ "subtitle": "Seen again" });
    let copy = translation(post, "en");
    editor.patch(&copy, edit).await.expect(200);
}

/// Creates a post in every state. The title of each names its state.
async fn newsroom(app: &TestApp) -> (Client, Client) {
    let (mina, ada) = (app.author("mina").await, app.editor("ada").await);
    for (minute, title) in [
        "draft",
        "submitted",
        "in_review",
        "changes_requested",
        "approved",
        "archived",
        "scheduled",
        "published",
        "expired",
        "outdated",
    ]
    .iter()
    .enumerate()
    {
        app.set_time(&format!("2026-05-01T09:{minute:02}:00Z"));
        let id = mina.writes("en", &format!("Original of {title}")).await;
        ada.publishes(&id, "en").await;
        ada.translates(&id, "fr", title).await;
        match *title {
            "draft" => {}
            "archived" => ada.steps(&id, "fr", "archive", json!({})).await,
            "scheduled" => {
                ada.schedules(&id, "fr", json!({ "publish_at": "2026-06-01T08:00:00Z" }))
                    .await
            }
            "expired" => {
                ada.schedules(&id, "fr", json!({ "unpublish_at": "2026-05-01T09:30:00Z" }))
                    .await
            }
            "published" => ada.publishes(&id, "fr").await,
            "outdated" => {
                ada.publishes(&id, "fr").await;
                app.set_time("2026-05-01T09:20:00Z");
                edits(&ada, &id).await;
                ada.publishes(&id, "en").await;
            }
            _ => {
                mina.steps(&id, "fr", "submission", json!({})).await;
                let review = match *title {
                    "in_review" => json!({}),
                    "approved" => json!({ "verdict": "approved" }),
                    "changes_requested" => {
                        json!({ "verdict": "changes_requested", "note": "More." })
                    }
                    _ => continue,
                };
                ada.steps(&id, "fr", "review", review).await;
            }
        }
    }
    app.set_time("2026-05-01T10:00:00Z");
    let missing = ada.writes("en", "Original of missing").await;
    let trashed = ada.writes("fr", "In the trash").await;
    ada.delete(&format!("{POSTS}/{trashed}")).await.expect(204);
    app.set_time("2026-05-01T10:01:00Z");
    let _ = missing;
    (mina, ada)
}

const STATES: [&str; 11] = [
    "missing",
    "outdated",
    "draft",
    "submitted",
    "in_review",
    "changes_requested",
    "approved",
    "scheduled",
    "published",
    "expired",
    "archived",
];

on_both!(
    translations_are_listed_and_filtered_by_their_state,
    async |app| {
        let (mina, ada) = newsroom(&app).await;
        for state in STATES {
            let list = ada
                .reads(&format!("{TRANSLATIONS}?lang=fr&state={state}&count=true"))
                .await;
            let title = if state == "missing" { "-" } else { state };
            assert_eq!(lines(&list), [format!("fr {state} {title}")], "{state}");
            assert_eq!(list.at("/page/total"), 1);
            let line = &list.items()[0];
            assert_eq!(line["original_title"], format!("Original of {state}"));
            assert_eq!(line["original_lang"], "en");
            let is_placed = ["scheduled", "published", "expired", "outdated"].contains(&state);
            assert_eq!(line["published_revision"].is_null(), !is_placed, "{state}");
            assert_eq!(line["revision"].is_null(), state == "missing");
            assert_eq!(line["slug"].is_null(), state == "missing");
            let since = match state {
                "missing" => "2026-05-01T10:00:00.000Z",
                "outdated" => "2026-05-01T09:20:00.000Z",
                "expired" => "2026-05-01T09:30:00.000Z",
                _ => line["since"].as_str().unwrap(),
            };
            assert_eq!(line["since"], since, "{state}");
        }
        let all = ada
            .reads(&format!("{TRANSLATIONS}?lang=fr&count=true"))
            .await;
        assert_eq!(all.at("/page/total"), 11);
        let since = all.column("since");
        assert!(since.is_sorted(), "{since:?}");
        let every = ada
            .reads(&format!("{TRANSLATIONS}?count=true&limit=100"))
            .await;
        assert_eq!(
            every.at("/page/total"),
            21,
            "without a language, nothing is missing"
        );

        let mut walked = Vec::new();
        let mut next = format!("{TRANSLATIONS}?lang=fr&limit=3");
        loop {
            let page = ada.reads(&next).await;
            walked.extend(lines(&page));
            match page.at("/page/next").as_str() {
                Some(more) => next = more.to_owned(),
                None => break,
            }
        }
        assert_eq!(walked, lines(&all));

        // Several languages are the lines of each, also of those that are missing.
        let of = async |lang: &str| {
            let query = format!("{TRANSLATIONS}?lang={lang}&count=true&limit=100");
            lines(&ada.reads(&query).await)
        };
        let mut both = [of("fr").await, of("de").await].concat();
        let mut together = of("fr,DE,de").await;
        both.sort();
        together.sort();
        assert_eq!(together, both);

        // An author sees their own posts: all except the one that ada wrote.
        let own = mina
            .reads(&format!("{TRANSLATIONS}?lang=fr&count=true"))
            .await;
        assert_eq!(own.at("/page/total"), 10);
        let none = app.author("nils").await.reads(TRANSLATIONS).await;
        assert_eq!(lines(&none).len(), 0);

        // In a future view, a scheduled translation is published.
        let then = "at=2026-06-02";
        let list = ada
            .reads(&format!("{TRANSLATIONS}?lang=fr&state=scheduled&{then}"))
            .await;
        assert_eq!(lines(&list).len(), 0);
        let list = ada
            .reads(&format!("{TRANSLATIONS}?lang=fr&state=published&{then}"))
            .await;
        assert_eq!(
            lines(&list),
            ["fr published published", "fr published scheduled"]
        );
        for state in ["missing", "outdated"] {
            let refused = ada.get(&format!("{TRANSLATIONS}?state={state}")).await;
            let refused = refused.expect_problem(400, "invalid_parameter");
            assert_eq!(refused.faults(), [("lang", "needs_lang")]);
        }
    }
);

on_both!(the_matrix_counts_equal_the_lists, async |app| {
    let (mina, ada) = newsroom(&app).await;
    for query in ["", "?at=2026-06-02"] {
        let matrix = ada.reads(&format!("{MATRIX}{query}")).await;
        assert_eq!(matrix.at("/posts"), 11);
        assert_eq!(matrix.column("lang"), ["en", "fr"]);
        for language in matrix.items() {
            let lang = language["lang"].as_str().unwrap();
            let mut sum = 0;
            for state in STATES {
                let and = query.replace('?', "&");
                let list = ada
                    .reads(&format!(
                        "{TRANSLATIONS}?lang={lang}&state={state}&count=true{and}"
                    ))
                    .await;
                let count = list.at("/page/total").as_i64();
                assert_eq!(language[state].as_i64(), count, "{lang} {state}{query}");
                sum += count.unwrap();
            }
            assert_eq!(sum, 11, "each post once in {lang}");
        }
    }
    // At a time before it was created, a post lacks no translation.
    let before = "at=2026-04-30";
    let matrix = ada.reads(&format!("{MATRIX}?{before}")).await;
    assert_eq!(matrix.at("/posts"), 0);
    for state in ["missing", "draft"] {
        let list = format!("{TRANSLATIONS}?lang=fr&state={state}&count=true&{before}");
        assert_eq!(ada.reads(&list).await.at("/page/total"), 0, "{state}");
    }
    assert_eq!(mina.reads(MATRIX).await.at("/posts"), 10);
    assert_eq!(
        app.author("nils").await.reads(MATRIX).await.items().len(),
        0
    );
});

on_both!(
    worklists_take_as_many_statements_for_many_posts_as_for_one,
    async |app| {
        let (_, ada) = newsroom(&app).await;
        set_languages(&app, &ada, &["fr", "de", "es"]).await;
        let nils = app.author("nils").await;
        for address in [
            format!("{TASKS}?count=true"),
            format!("{TRANSLATIONS}?lang=fr&count=true"),
            MATRIX.to_owned(),
        ] {
            let (many, of_many) = app.watched(ada.reads(&address)).await;
            let (none, of_none) = app.watched(nils.reads(&address)).await;
            assert!(many.items().len() > none.items().len(), "{many}");
            // A user who sees no post translates into no language and is credited on no post.
            assert_eq!(of_many.len(), of_none.len(), "{address}: {of_many:#?}");
        }
    }
);
