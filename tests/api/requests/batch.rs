//! Batches: many operations in one request, independent of each other or in one transaction.

use actix_web::http::Method;
use futures_util::future::join;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::breakage::Breakage;
use crate::support::client::{Answer, Client};
use crate::support::content::{CATEGORIES, POSTS, TAGS, named, post, publication, translation};

const BATCH: &str = "/v1/admin/batch";

fn make(name: &str) -> Value {
    json!({ "method": "POST", "path": TAGS, "body": named("en", name) })
}

/// An operation that creates an invalid tag.
fn bad() -> Value {
    json!({ "method": "POST", "path": TAGS, "body": { "colour": "red" } })
}

async fn run(client: &Client, how: Value, operations: Value) -> Answer {
    let mut body = how;
    body["operations"] = operations;
    client.post(BATCH, body).await.expect(200)
}

fn statuses(answer: &Answer) -> Vec<u64> {
    let results = answer.at("/data/results").as_array().unwrap();
    let status = |result: &Value| result["status"].as_u64().unwrap();
    results.iter().map(status).collect()
}

async fn tags(client: &Client) -> i64 {
    let list = client.get(&format!("{TAGS}?count=true")).await;
    list.at("/page/total").as_i64().unwrap()
}

async fn changes(app: &TestApp) -> i64 {
    let count = |conn: &mut tribuna::db::Conn| {
        use diesel::prelude::*;
        use tribuna::db::Conn;
        let all = tribuna::schema::changes::table.count();
        Ok(match conn {
            Conn::Sqlite(conn) => all.get_result(conn)?,
            Conn::Postgres(conn) => all.get_result(conn)?,
        })
    };
    app.state.db.read(count).await.unwrap()
}

on_both!(
    each_operation_is_answered_as_if_it_came_by_itself,
    async |app| {
        let ada = app.editor("ada").await;
        let id = ada.writes("en", "Housing").await;
        let address = translation(&id, "en");
        let answer = run(
            &ada,
            json!({}),
            json!([
                make("Housing"),
                bad(),
                { "method": "GET", "path": format!("{TAGS}?limit=1") },
                { "method": "GET", "path": format!("{TAGS}?limit=0") },
                { "method": "PATCH", "path": address, "body": { "title": "Homes" }, "if_match": "\"v9\"" },
                { "method": "PATCH", "path": address, "body": { "title": "Homes" }, "if_match": "*" },
                { "method": "PUT", "path": translation(&id, "en"), "body": {}, "if_none_match": "*" },
                { "method": "DELETE", "path": format!("{POSTS}/{id}") },
                { "method": "PUT", "path": TAGS, "body": {} },
                { "method": "GET", "path": "/v1/admin/nowhere" },
                { "method": "GET", "path": "/v1/admin/users" },
            ]),
        )
        .await;
        let expected = [201, 422, 200, 400, 412, 200, 422, 204, 405, 404, 403];
        assert_eq!(statuses(&answer), expected, "{answer}");
        assert_eq!(answer.at("/data/committed"), true);
        let made = answer.at("/data/results/0");
        let location = made["location"].as_str().unwrap();
        assert_eq!(made["etag"], "\"v1\"");
        let read = ada.get(location).await.expect(200);
        assert_eq!(made["body"]["data"], read.json["data"]);
        let refused = answer.at("/data/results/1/body");
        assert_eq!(refused["code"], "invalid_body");
        assert_eq!(refused["instance"], answer.header("x-request-id"));
        assert_eq!(answer.at("/data/results/1/problem"), refused);
        assert!(made.get("problem").is_none(), "{made}");
        assert_eq!(answer.at("/data/succeeded"), 4);
        assert_eq!(answer.at("/data/failed"), 7);
        assert!(answer.at("/data/results/4/etag").is_string());
        assert!(answer.at("/data/results/7").get("body").is_none());
        ada.get(&format!("{POSTS}/{id}")).await.expect(200);
    }
);

on_both!(
    an_atomic_batch_is_written_whole_or_not_at_all,
    async |app| {
        let ada = app.editor("ada").await;
        let atomic = || json!({ "atomic": true });
        let before = changes(&app).await;
        let three = json!([make("A"), make("B"), bad(), make("C")]);
        let answer = run(&ada, atomic(), three).await;
        assert_eq!(statuses(&answer), [424, 424, 422, 424]);
        assert_eq!(answer.at("/data/committed"), false);
        let undone = answer.at("/data/results/3/body");
        assert_eq!(undone["code"], "rolled_back");
        assert_eq!(tags(&ada).await, 0);
        assert_eq!(changes(&app).await, before);
        // An operation sees the effects of the operations before it.
        let id = ada.writes("en", "Housing").await;
        let french = translation(&id, "fr");
        let text =
            json!({ "title": "Logement", "body": { "format": "markdown", "source": "Bonjour." } });
        let answer = run(
            &ada,
            atomic(),
            json!([
                { "method": "PUT", "path": french, "body": text },
                { "method": "PATCH", "path": french, "body": { "title": "Logements" } },
                { "method": "PUT", "path": publication(&id, "fr"), "body": {} },
                { "method": "GET", "path": french },
            ]),
        )
        .await;
        assert_eq!(statuses(&answer), [201, 200, 200, 200], "{answer}");
        assert_eq!(answer.at("/data/committed"), true);
        assert_eq!(answer.at("/data/results/3/body/data/title"), "Logements");
        assert_eq!(answer.at("/data/results/3/body/data/status"), "published");
        let read = app.anonymous().get("/v1/posts/logement?lang=fr").await;
        assert_eq!(read.expect(200).text("/data/title"), "Logements");
        // The batch has released the writer.
        ada.makes(TAGS, named("en", "After")).await;
    }
);

on_both!(a_dry_run_reports_and_writes_nothing, async |app| {
    let ada = app.editor("ada").await;
    let before = changes(&app).await;
    let dry = json!({ "dry_run": true });
    let answer = run(&ada, dry, json!([make("A"), bad(), make("A")])).await;
    assert_eq!(statuses(&answer), [201, 422, 201]);
    assert_eq!(answer.at("/data/committed"), false);
    let slug = answer.at("/data/results/2/body/data/translations/en/slug");
    assert_eq!(slug, "a-2");
    let dry = json!({ "dry_run": true, "atomic": true });
    let answer = run(&ada, dry.clone(), json!([make("A"), make("B")])).await;
    assert_eq!(statuses(&answer), [201, 201]);
    assert_eq!(answer.at("/data/committed"), false);
    let answer = run(&ada, dry, json!([make("A"), bad()])).await;
    assert_eq!(statuses(&answer), [424, 422]);
    assert_eq!(tags(&ada).await, 0);
    assert_eq!(changes(&app).await, before);
    ada.makes(TAGS, named("en", "After")).await;
});

on_both!(a_batch_has_no_more_rights_than_its_caller, async |app| {
    let (ada, bob) = (app.editor("ada").await, app.contributor("bob").await);
    let hers = ada.writes("en", "Housing").await;
    let answer = run(
        &bob,
        json!({}),
        json!([
            make("A"),
            { "method": "GET", "path": format!("{POSTS}/{hers}") },
            { "method": "POST", "path": POSTS, "body": post("en", "Mine") },
        ]),
    )
    .await;
    assert_eq!(statuses(&answer), [403, 404, 201]);
    let refused = app
        .anonymous()
        .post(BATCH, json!({ "operations": [make("A")] }))
        .await;
    refused.expect_problem(401, "unauthenticated");
});

on_both!(
    only_operations_of_the_management_surface_are_accepted,
    async |app| {
        let ada = app.editor("ada").await;
        let read = |path: &str| json!({ "method": "GET", "path": path });
        let operations = json!([
            read("/v1/posts"),
            read("/v1/auth/me"),
            read("/v1/admin/batch"),
            read("/v1/admin/audit.ndjson?kind=post"),
            read("/v1/admin/tags#x"),
            read("/v1/admin/ü"),
        ]);
        let refused = ada.post(BATCH, json!({ "operations": operations })).await;
        refused.expect_problem(422, "invalid_body");
        let operations = json!([
            read("/v1/admin/batch"),
            read("/v1/admin/audit.ndjson?kind=post")
        ]);
        let refused = ada.post(BATCH, json!({ "operations": operations })).await;
        let refused = refused.expect_problem(422, "invalid_body");
        let places = [
            ("/operations/0/path", "invalid"),
            ("/operations/1/path", "invalid"),
        ];
        assert_eq!(refused.faults(), places);
        for none in [json!([]), vec![make("A"); 101].into()] {
            let refused = ada.post(BATCH, json!({ "operations": none })).await;
            refused.expect_problem(422, "invalid_body");
        }
        assert_eq!(tags(&ada).await, 0);
    }
);

on_both!(a_disconnect_leaves_nothing_behind, async |app| {
    let ada = app.editor("ada").await;
    let operations: Vec<Value> = (0..60).map(|n| make(&format!("Tag {n}"))).collect();
    let (mut broken_off, mut after) = (0, 0);
    for patience in [1, 5, 20, 40] {
        let call = ada.post(BATCH, json!({ "atomic": true, "operations": operations }));
        let patience = std::time::Duration::from_millis(patience);
        if tokio::time::timeout(patience, call).await.is_err() {
            broken_off += 1;
        }
        // The batch has released the writer, and is stored wholly or not at all.
        ada.makes(TAGS, named("en", "After")).await;
        after += 1;
        assert_eq!((tags(&ada).await - after) % 60, 0);
    }
    assert!(broken_off > 0);
});

on_both!(a_key_covers_the_whole_batch, async |app| {
    let ada = app.editor("ada").await;
    for replayed in [false, true] {
        let request = ada.request(Method::POST, BATCH);
        let body = json!({ "atomic": true, "operations": [make("A"), make("B")] });
        let request = request.insert_header(("idempotency-key", "batch-1"));
        let answer = ada.send(request.set_json(body)).await.expect(200);
        let again = answer.headers.contains_key("idempotency-replayed");
        assert_eq!(again, replayed);
    }
    assert_eq!(tags(&ada).await, 2);
});

on_both!(others_read_and_write_during_a_batch, async |app| {
    let ada = app.editor("ada").await;
    let operations: Vec<Value> = (0..30).map(|n| make(&format!("Tag {n}"))).collect();
    let batch = ada.post(BATCH, json!({ "atomic": true, "operations": operations }));
    let others = async {
        for turn in 0..10 {
            let seen = tags(&ada).await;
            // A batch becomes visible all at once.
            assert!(seen <= 10 || seen >= 30, "{seen}");
            ada.makes(TAGS, named("en", &format!("Other {turn}"))).await;
        }
    };
    let (batch, ()) = join(batch, others).await;
    assert_eq!(batch.expect(200).at("/data/committed"), true);
    assert_eq!(tags(&ada).await, 40);
});

on_both!(an_export_is_refused_in_any_spelling, async |app| {
    let boss = app.admin("boss").await;
    for path in [
        "/v1/admin/audit.ndjson",
        "/v1/admin/audit%2endjson",
        "/v1/admin/%62atch",
    ] {
        let operations = json!([{ "method": "GET", "path": path }]);
        let refused = boss.post(BATCH, json!({ "operations": operations })).await;
        let refused = refused.expect_problem(422, "invalid_body");
        assert_eq!(
            refused.faults(),
            [("/operations/0/path", "invalid")],
            "{path}"
        );
    }
});

on_both!(
    what_waits_for_other_hosts_holds_no_transaction,
    async |app| {
        let boss = app.admin("boss").await;
        let hook = "/v1/admin/webhooks/01900000-0000-7000-8000-000000000000";
        let operations = [
            json!({ "method": "POST", "path": "/v1/admin/webhooks", "body": { "url": "https://203.0.113.1/" } }),
            json!({ "method": "PATCH", "path": hook, "body": { "url": "https://203.0.113.1/" } }),
            json!({ "method": "POST", "path": format!("{hook}/%74est") }),
            json!({ "method": "GET", "path": hook }),
        ];
        for member in ["atomic", "dry_run"] {
            let batch = json!({ member: true, "operations": operations });
            let refused = boss.post(BATCH, batch).await;
            let refused = refused.expect_problem(422, "invalid_body");
            let expected = ["0", "1", "2"].map(|n| format!("/operations/{n}/path"));
            let expected = expected
                .iter()
                .map(|at| (at.as_str(), "not_in_transaction"));
            assert_eq!(refused.faults(), expected.collect::<Vec<_>>());
            let detail = refused.text("/errors/2/detail");
            assert!(
                detail.starts_with(&format!("POST {hook}/test waits")),
                "{detail}"
            );
        }
        let batch = json!({ "operations": operations });
        let done = boss.post(BATCH, batch).await.expect(200);
        assert_eq!(done.at("/data/results/2/status"), 404);
    }
);

on_both!(a_temporary_failure_leaves_no_trace, async |app| {
    let ada = app.editor("ada").await;
    let body = json!({ "atomic": true, "operations": [
        make("A"),
        { "method": "POST", "path": CATEGORIES, "body": named("en", "B") },
        make("C"),
    ] });
    let keyed = || {
        let request = ada.request(Method::POST, BATCH);
        let request = request.insert_header(("idempotency-key", "batch-1"));
        ada.send(request.set_json(&body))
    };
    let before = changes(&app).await;
    let busy = Breakage::busy(&app, "INSERT ON changes", "NEW.kind = 'category'");
    for refused in [ada.post(BATCH, body.clone()).await, keyed().await] {
        let refused = refused.expect_problem(503, "unavailable");
        assert_eq!(refused.header("retry-after"), "5");
        assert_eq!((tags(&ada).await, changes(&app).await), (0, before));
    }
    // Without `atomic`, the other operations are executed.
    let mut alone = body.clone();
    alone["atomic"] = false.into();
    let answer = ada.post(BATCH, alone).await.expect(200);
    assert_eq!(statuses(&answer), [201, 503, 201]);
    assert_eq!(tags(&ada).await, 2);
    busy.mend();
    // The key can be used again, and the batch succeeds.
    for (replayed, there) in [(false, 4), (true, 4)] {
        let answer = keyed().await.expect(200);
        assert_eq!(statuses(&answer), [201, 201, 201], "{answer}");
        let again = answer.headers.contains_key("idempotency-replayed");
        assert_eq!((again, tags(&ada).await), (replayed, there));
    }
});

on_both!(
    another_spelling_of_a_path_is_subject_to_the_same_rules,
    async |app| {
        let ada = app.editor("ada").await;
        let long = named("en", &"x".repeat(5000));
        let operations = json!([
            { "method": "POST", "path": "/v1/admin/%74ags", "body": long },
            { "method": "GET", "path": "/v1/admin/%74ags?limit=0" }
        ]);
        let answer = run(&ada, json!({}), operations).await;
        assert_eq!(statuses(&answer), [422, 400]);
        assert_eq!(tags(&ada).await, 0);
    }
);
