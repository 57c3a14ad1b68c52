//! Query plans: lists use an index, and never read or sort a whole table, whatever the statistics say.

use diesel::QueryableByName;
use diesel::sql_types::Text;
use serde_json::{Value, json};
use tribuna::changes::Operation;
use tribuna::changes::actor::{Actor, By};
use tribuna::content::ExternalLinks;
use tribuna::db::Conn;
use tribuna::db::sql::Sql;
use tribuna::demo::corpus::Corpus;
use tribuna::editorial::posts;
use tribuna::fields::{Fields, Selection};
use tribuna::followers::audit;
use tribuna::followers::audit::model::AuditQuery;
use tribuna::kind::Kind;
use tribuna::languages::Languages;
use tribuna::page::{CursorKey, Listing, Paging};
use tribuna::post_type::PostType;
use tribuna::publications::lists::criteria::Criteria;
use tribuna::publications::lists::page;
use tribuna::publications::lists::query::{PostFilter, PostSort};
use tribuna::publications::lists::row::Members;
use tribuna::secrets;

use crate::support::{Backend, TestApp};

/// Enough posts for the planner to have a choice.
const POSTS: u64 = 1500;

fn fill(app: &TestApp) {
    let corpus = Corpus::new(POSTS, 1, ExternalLinks::Plain);
    let written = corpus.write(&app.state.db, |_| Ok::<_, tribuna::error::Error>(()));
    written.unwrap();
    app.set_time("2026-12-01T00:00:00Z");
}

/// The key that signs cursors.
fn cursor_key(app: &TestApp) -> CursorKey {
    CursorKey::new(&secrets::ensure(&app.state.db, "cursors").unwrap())
}

/// The plan of the statement that reads a page, one line per step.
fn plan(app: &TestApp, criteria: &Criteria, sort: PostSort, cursor: Option<String>) -> Vec<String> {
    let paging = Paging {
        cursor,
        ..Paging::default()
    };
    let listing = Listing::new("/v1/posts", "", paging, cursor_key(app)).unwrap();
    let members = Members::of_list(&Selection::new(Fields::default(), Vec::new()));
    let read = |conn: &mut Conn| {
        let filter = criteria.plan(conn, sort)?.expect("something to find");
        let start = listing.start()?;
        page::statement(&filter, &listing, &start, members).plan(conn)
    };
    app.state.db.read_now(read).unwrap()
}

/// True if a step reads a whole table of publications, or sorts.
fn is_whole(step: &str) -> bool {
    let reads_all = [
        "SCAN p",
        "SCAN d",
        "SCAN o",
        "Seq Scan on publications",
        "Seq Scan on postings",
    ];
    let by_index = step.contains("USING INDEX") || step.contains("USING COVERING INDEX");
    let hashes_all = step.contains("hashed SubPlan");
    reads_all.iter().any(|scan| step.contains(scan)) && !by_index || hashes_all || sorts(step)
}

fn sorts(step: &str) -> bool {
    step.contains("USE TEMP B-TREE FOR ORDER BY") || step.contains("Sort  (")
}

#[track_caller]
fn assert_by_index(what: &str, plan: &[String]) {
    assert!(!plan.is_empty(), "{what}: no plan");
    let whole: Vec<&String> = plan.iter().filter(|step| is_whole(step)).collect();
    assert!(whole.is_empty(), "{what}: {whole:?} in {plan:#?}");
}

fn criteria(app: &TestApp, lang: Option<&str>, filter: &[(&str, &str)]) -> Criteria {
    let mut wanted = PostFilter::default();
    for (name, value) in filter {
        let any_of = serde_json::from_value((*value).into()).unwrap();
        match *name {
            "category" => wanted.category.push(any_of),
            "tag" => wanted.tag.push(any_of),
            "author" => wanted.author.push(any_of),
            "organization" => wanted.organization.push(any_of),
            _ => panic!("{name}"),
        }
    }
    let lang = lang.map(|lang| lang.parse().unwrap());
    Criteria {
        languages: Languages::new(lang, Vec::new()).unwrap(),
        filter: wanted,
        now: app.clock.now(),
    }
}

on_both!(lists_and_slugs_are_read_along_an_index, async |app| {
    fill(&app);
    lists_are_never_sorted(&app).await;
    filtered_lists_follow_their_posting_list(&app);
    a_slug_is_looked_up(&app).await;
});

async fn lists_are_never_sorted(app: &TestApp) {
    let deep = app.anonymous().get("/v1/posts?page=50").await.expect(200);
    let deep = deep.text("/page/next_cursor").to_owned();
    let (all, french) = (criteria(app, None, &[]), criteria(app, Some("fr"), &[]));
    let plan_of_deep = plan(app, &all, PostSort::Newest, Some(deep));
    assert_by_index("deep", &plan_of_deep);
    // The scan starts at the cursor, not at the newest post.
    let begins = [
        "(published_at,post_id)<(?,?)",
        "(ROW(published_at, post_id) < ROW(",
    ];
    let begins = |step: &String| begins.iter().any(|cursor| step.contains(cursor));
    assert!(plan_of_deep.iter().any(begins), "{plan_of_deep:#?}");
    // The feed passes over no page.
    for (what, criteria, index) in [
        ("all", &all, "publications_representing"),
        ("French", &french, "publications_feed_in_lang"),
    ] {
        let plan = plan(app, criteria, PostSort::Newest, None);
        assert!(
            plan.iter().any(|step| step.contains(index)),
            "{what}: {plan:#?}"
        );
    }
    let mut both = all.clone();
    both.filter.r#type = PostType::ALL.to_vec();
    assert_by_index("both types", &plan(app, &both, PostSort::Newest, None));
    for sort in PostSort::ALL {
        // Only pages have a position, of which there are none here.
        if sort == PostSort::Position {
            continue;
        }
        assert_by_index(sort.as_str(), &plan(app, &all, sort, None));
        let what = format!("{sort} in French");
        assert_by_index(&what, &plan(app, &french, sort, None));
    }
}

fn filtered_lists_follow_their_posting_list(app: &TestApp) {
    for name in ["category", "tag", "author", "organization"] {
        let value = format!("corpus-1-{name}-0");
        for lang in [None, Some("fr")] {
            let criteria = criteria(app, lang, &[(name, &value)]);
            let mut plan = plan(app, &criteria, PostSort::Newest, None);
            let follows = |step: &String| step.contains("postings") || step.contains("SEARCH d");
            assert!(plan.iter().any(follows), "{name}: {plan:#?}");
            // PostgreSQL: it sorts a posting list as short as this one.
            if app.backend() == Backend::Postgres {
                plan.retain(|step| !sorts(step));
            }
            assert_by_index(name, &plan);
        }
    }
}

async fn a_slug_is_looked_up(app: &TestApp) {
    let anyone = app.anonymous();
    let list = anyone.get("/v1/posts?limit=1").await.expect(200);
    let path = format!("/v1/posts/{}", list.text("/data/0/slug"));
    let (found, statements) = app.watched(anyone.get(&path)).await;
    found.expect(200);
    assert!(statements.len() > 2, "{statements:#?}");
    for statement in statements {
        let text = statement.split("-- binds").next().unwrap_or_default();
        let explain = |conn: &mut Conn| generic_plan(conn, text);
        let mut plan = app.state.db.read_now(explain).unwrap();
        // Sorting the data of one post is allowed. Reading a whole table is not.
        plan.retain(|step| !sorts(step));
        assert_by_index(text, &plan);
        let all = [
            "Seq Scan on slugs",
            "SCAN slugs",
            "slugs USING PRIMARY KEY (kind=?)",
        ];
        let reads_all = |step: &String| all.iter().any(|scan| step.contains(scan));
        assert!(!plan.iter().any(reads_all), "{text}: {plan:#?}");
    }
}

on_both!(the_audit_trail_is_read_along_an_index, async |app| {
    let log = match app.backend() {
        Backend::Sqlite => {
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) \
             INSERT INTO changes (at, actor, actor_id, address, request_id, kind, entity_id, operation) \
             SELECT i * 1000, 'user', randomblob(16), '10.0.0.' || (i % 200), 'r' || (i / 3), 'tag', randomblob(16), 'create' FROM n"
        }
        Backend::Postgres => {
            "INSERT INTO changes (at, actor, actor_id, address, request_id, kind, entity_id, operation) \
             SELECT to_timestamp(i), 'user', gen_random_uuid(), '10.0.0.' || (i % 200), 'r' || (i / 3), 'tag', gen_random_uuid(), 'create' \
             FROM generate_series(1, 20000) i; ANALYZE changes"
        }
    };
    let write = |conn: &mut Conn| Ok(conn.batch(log)?);
    app.state.db.write_now(write).unwrap();
    let id = || Some(tribuna::id::Id::new());
    let by = |set: fn(&mut AuditQuery, Option<tribuna::id::Id>)| {
        let mut query = AuditQuery::default();
        set(&mut query, id());
        query
    };
    let place = "203.0.113.7".parse().unwrap();
    for (query, index) in [
        (by(|query, id| query.actor = id), "changes_by_actor"),
        (by(|query, id| query.entity = id), "changes_by_entity"),
        (
            by(|query, _| query.request_id = Some("r7".into())),
            "changes_by_request",
        ),
        (
            AuditQuery {
                address: Some(place),
                ..AuditQuery::default()
            },
            "changes_by_address",
        ),
        // These scan from the newest entry to the end of the page.
        (by(|query, _| query.kind = vec![Kind::Tag]), ""),
        (by(|query, _| query.operation = vec![Operation::Create]), ""),
        (AuditQuery::default(), ""),
    ] {
        let paging = Paging::default();
        let key = cursor_key(&app);
        let listing = Listing::new("/v1/admin/audit", "", paging, key).unwrap();
        let explain = |conn: &mut Conn| audit::store::statement(&listing, &query)?.plan(conn);
        let plan = app.state.db.read_now(explain).unwrap();
        let whole = |step: &String| {
            step.contains("Seq Scan") || (step.contains("SCAN t") && !index.is_empty())
        };
        assert!(
            !plan.iter().any(|step| sorts(step) || whole(step)),
            "{query:?}: {plan:#?}"
        );
        assert!(
            plan.iter().any(|step| step.contains(index)),
            "{query:?}: {plan:#?}"
        );
    }
});

/// The plan of a statement for any values.
fn generic_plan(conn: &mut Conn, text: &str) -> tribuna::error::Result<Vec<String>> {
    #[derive(QueryableByName)]
    struct Line {
        #[diesel(sql_type = Text)]
        #[diesel(column_name = "QUERY PLAN")]
        line: String,
    }
    if matches!(conn, Conn::Sqlite(_)) {
        return Sql::new(text).plan(conn);
    }
    let values = vec![
        "NULL";
        (1..)
            .take_while(|number| text.contains(&format!("${number}")))
            .count()
    ];
    conn.batch("SET plan_cache_mode = force_generic_plan")?;
    conn.batch(&format!("PREPARE looked_up AS {text}"))?;
    let explain = format!("EXPLAIN EXECUTE looked_up({})", values.join(", "));
    let lines: Vec<Line> = Sql::new(&explain).load(conn)?;
    conn.batch("DEALLOCATE looked_up")?;
    Ok(lines.into_iter().map(|line| line.line).collect())
}

/// The plan of the statement that reads a page of the posts for editors.
fn plan_for_editors(app: &TestApp, query: Value) -> Vec<String> {
    let query = serde_json::from_value(query).unwrap();
    let listing = Listing::new("/v1/admin/posts", "", Paging::default(), cursor_key(app)).unwrap();
    let by = By::new(Actor::Cli, app.clock.now());
    let read = |conn: &mut Conn| {
        let page = posts::store::statement(conn, &listing, &query, by)?;
        page.plan(conn)
    };
    app.state.db.read_now(read).unwrap()
}

on_both!(lists_for_editors_are_read_along_an_index, async |app| {
    fill(&app);
    for sort in posts::query::PostSort::ALL {
        let sort = sort.as_str();
        for query in [
            json!({ "sort": sort }),
            json!({ "sort": sort, "lang": "fr" }),
        ] {
            let of_a_language = sort.ends_with("published_at") || sort.ends_with("title");
            if query.get("lang").is_some() && !of_a_language {
                continue;
            }
            let plan = plan_for_editors(&app, query);
            let reads_all = |step: &&String| {
                let by_index = step.contains("USING INDEX") || step.contains("USING COVERING");
                sorts(step)
                    || step.contains("Seq Scan on p")
                    || ["SCAN t", "SCAN f"].iter().any(|scan| step.contains(scan)) && !by_index
            };
            assert_eq!(plan.iter().find(reads_all), None, "{sort}: {plan:#?}");
        }
    }
    for (name, index) in [
        ("category", "post_terms_by_term"),
        ("tag", "post_terms_by_term"),
        ("author", "post_bylines_by_author"),
        ("organization", "post_bylines_by_organization"),
    ] {
        let query = json!({ name: [format!("corpus-1-{name}-0")] });
        let plan = plan_for_editors(&app, query);
        let text = plan.join(" ");
        assert!(
            text.contains(index) || app.backend() == Backend::Postgres,
            "{name}: {plan:#?}"
        );
        assert!(text.contains("slugs_by_slug"), "{name}: {plan:#?}");
    }
    let featured = plan_for_editors(&app, json!({ "featured": true }));
    assert!(
        featured.join(" ").contains("posts_featured"),
        "{featured:#?}"
    );
});
