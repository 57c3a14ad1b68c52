//! Measures delivery in one process, from the request to the last byte of the answer, without a response cache.
//!
//! ```sh
//! tribuna demo --posts 1000000          # with DATABASE_URL, once for each database
//! cargo bench --bench delivery -- sqlite:///tmp/10k.db sqlite:///tmp/1m.db postgres:///tribuna
//! ```
//!
//! `--only=newest,facets` restricts the table of requests to those whose name contains one of these words.
//!
//! Prints a table for each database, and the ratios that the goals compare. `docs/performance.md` discusses the
//! results.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::body::to_bytes;
use actix_web::rt::System;
use actix_web::test::{TestRequest, call_service, init_service};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Text};
use serde_json::Value;
use tribuna::app::{Instance, app, contract};
use tribuna::clock::Clock;
use tribuna::config::{Config, Environment, Flags};
use tribuna::db::Db;
use tribuna::db::sql::Sql;
use tribuna::http::contract::compiled::Contract;
use tribuna::state::State;

/// The time for which each request is repeated.
const MEASURED: Duration = Duration::from_secs(3);
/// The number of posts before the deep page, or half of all posts if that is less.
const DEEP: u64 = 500_000;

fn main() {
    let urls: Vec<String> = std::env::args()
        .skip(1)
        .filter(|arg| !arg.starts_with("--"))
        .collect();
    if urls.is_empty() {
        eprintln!("give the addresses of databases that `tribuna demo --posts N` has filled");
        return;
    }
    let only: Vec<String> = std::env::args()
        .filter_map(|arg| Some(arg.strip_prefix("--only=")?.to_owned()))
        .flat_map(|words| words.split(',').map(str::to_owned).collect::<Vec<_>>())
        .collect();
    let contract = Arc::new(contract().unwrap());
    let tables: Vec<Table> = urls
        .iter()
        .map(|url| Table::measure(url, &contract, &only))
        .collect();
    if only.is_empty() {
        compare(&tables);
    }
}

/// The results for one database.
struct Table {
    name: String,
    posts: u64,
    rows: Vec<Row>,
}

struct Row {
    what: &'static str,
    p50: f64,
    p99: f64,
}

impl Table {
    fn measure(url: &str, contract: &Arc<Contract>, only: &[String]) -> Self {
        let instance = instance(url, contract.clone());
        let state = instance.state.clone();
        System::new().block_on(async {
            let app = init_service(app(&instance)).await;
            let get = async |path: &str| {
                let request = TestRequest::with_uri(path).to_request();
                let answer = call_service(&app, request).await;
                assert!(answer.status().is_success(), "{path}: {}", answer.status());
                to_bytes(answer.into_body()).await.ok().unwrap()
            };
            // A request that takes too long is reported; the others are still measured.
            let answers = async |path: &str| {
                let request = TestRequest::with_uri(path).to_request();
                let answer = call_service(&app, request).await;
                let status = answer.status();
                to_bytes(answer.into_body()).await.ok().unwrap();
                status.is_success()
            };
            let json = async |path: &str| -> Value { serde_json::from_slice(&get(path).await).unwrap() };
            let total = json("/v1/posts?count=true&limit=1").await["page"]["total"].as_u64().unwrap();
            let asked = questions(&state.db, &json, total).await;
            let name = url.split('@').next_back().unwrap_or(url).to_owned();
            println!("\n{name}: {total} posts\n\n| request | p50 ms | p99 ms | times |\n|---|---:|---:|---:|");
            let mut rows = Vec::new();
            let wanted = |what: &str| only.is_empty() || only.iter().any(|word| what.contains(&**word));
            for (what, path) in asked.into_iter().filter(|(what, _)| wanted(what)) {
                let mut times = Vec::new();
                let begun = Instant::now();
                while times.is_empty() || begun.elapsed() < MEASURED {
                    let start = Instant::now();
                    if !answers(&path).await {
                        break;
                    }
                    times.push(start.elapsed().as_secs_f64() * 1000.0);
                }
                if times.is_empty() {
                    println!("| {what} | given up | | |");
                    continue;
                }
                times.sort_by(f64::total_cmp);
                let at = |share: usize| times[(times.len() * share / 100).min(times.len() - 1)];
                println!("| {what} | {:.2} | {:.2} | {} |", at(50), at(99), times.len());
                rows.push(Row { what, p50: at(50), p99: at(99) });
            }
            Self { name, posts: total, rows }
        })
    }

    fn row(&self, what: &str) -> &Row {
        self.rows.iter().find(|row| row.what == what).unwrap()
    }
}

fn instance(url: &str, contract: Arc<Contract>) -> Instance {
    let all = [("DATABASE_URL", url), ("TRIBUNA_DATABASE_POOL", "2")];
    let all = all.map(|(name, value)| (name.into(), value.into()));
    let (config, _) =
        Config::load(&Flags::default(), &Environment::new(all, "")).expect("settings");
    let db = Db::open(&config, None).unwrap();
    let state = State::new(db, config, Clock::system());
    Instance::open(state, contract).unwrap()
}

/// The requests, each with its name.
async fn questions(
    db: &Db,
    json: &impl AsyncFn(&str) -> Value,
    total: u64,
) -> Vec<(&'static str, String)> {
    let largest = |kind: &str| entity(db, kind, "ORDER BY n DESC LIMIT 1");
    let few = |kind: &str| {
        entity(
            db,
            kind,
            "HAVING count(*) BETWEEN 2 AND 60 ORDER BY n DESC LIMIT 1",
        )
    };
    let slug = json("/v1/posts?limit=1&sort=published_at").await["data"][0]["slug"].clone();
    let id = json("/v1/posts?limit=1").await["data"][0]["id"].clone();
    let (slug, id) = (
        slug.as_str().unwrap().to_owned(),
        id.as_str().unwrap().to_owned(),
    );
    let category = largest("category").unwrap();
    let mut asked = vec![
        ("newest 20", "/v1/posts".to_owned()),
        (
            "deep 20",
            format!("/v1/posts?cursor={}", deep(json, total).await),
        ),
        (
            "newest 20, titles only",
            "/v1/posts?fields=title,url".into(),
        ),
        ("newest 20 in French", "/v1/posts?lang=fr".into()),
        (
            "newest 20, French else original",
            "/v1/posts?lang=fr&fallback=original".into(),
        ),
        ("20 by title", "/v1/posts?sort=title".into()),
        ("20 by update", "/v1/posts?sort=-updated_at".into()),
        ("featured 20", "/v1/posts?featured=true".into()),
        ("largest category", format!("/v1/posts?category={category}")),
        (
            "largest category by title",
            format!("/v1/posts?category={category}&sort=title"),
        ),
        (
            "largest tag",
            format!("/v1/posts?tag={}", largest("tag").unwrap()),
        ),
    ];
    for (what, parameter, kind) in [
        ("rare tag", "tag", "tag"),
        ("rare author", "author", "author"),
    ] {
        if let Some(id) = few(kind) {
            asked.push((what, format!("/v1/posts?{parameter}={id}")));
        }
    }
    asked.extend([
        ("post by slug", format!("/v1/posts/{slug}")),
        ("post by id", format!("/v1/posts/{id}")),
        ("related", format!("/v1/posts/{id}/related")),
        (
            "facets of the largest category",
            format!("/v1/posts/facets?category={category}"),
        ),
        ("facets of all", "/v1/posts/facets".into()),
        ("count of all", "/v1/posts?count=true".into()),
        ("sync, first page", "/v1/sync?initial=true".into()),
        ("sync, caught up", caught_up(json).await),
        ("RSS feed of 20", "/v1/feeds/rss.xml".into()),
    ]);
    asked
}

/// The id of the term or author at a given rank by number of publications.
fn entity(db: &Db, kind: &str, which: &str) -> Option<String> {
    #[derive(QueryableByName)]
    struct Found {
        #[diesel(sql_type = Text)]
        slug: String,
        #[diesel(sql_type = BigInt)]
        #[allow(dead_code)]
        n: i64,
    }
    let mut sql = Sql::new(
        "SELECT min(s.slug) AS slug, count(*) AS n FROM postings x JOIN slugs s ON s.owner_id = x.entity_id WHERE s.kind = ",
    );
    sql.bind(kind)
        .push(&format!(" GROUP BY x.entity_id {which}"));
    let found: Vec<Found> = db.read_now(|conn| sql.load(conn)).unwrap();
    found.into_iter().next().map(|found| found.slug)
}

/// The cursor after a long walk.
async fn deep(json: &impl AsyncFn(&str) -> Value, total: u64) -> String {
    let mut page = json("/v1/posts?limit=100&fields=id").await["page"].clone();
    for _ in 1..DEEP.min(total / 2) / 100 {
        page = json(page["next"].as_str().unwrap()).await["page"].clone();
    }
    page["next_cursor"].as_str().unwrap().to_owned()
}

/// The address of a poll by a copy that has everything.
async fn caught_up(json: &impl AsyncFn(&str) -> Value) -> String {
    let mut path = "/v1/sync?initial=true&kinds=tag".to_owned();
    loop {
        let page = json(&path).await["page"].clone();
        page["next"].as_str().unwrap().clone_into(&mut path);
        if page["more"] == false {
            return path;
        }
    }
}

fn compare(tables: &[Table]) {
    println!("\n| ratio of p50 | |\n|---|---:|");
    for table in tables {
        let (first, deep) = (table.row("newest 20"), table.row("deep 20"));
        println!(
            "| {}: deep / first page | {:.2} |",
            table.name,
            deep.p50 / first.p50
        );
        println!(
            "| {}: p99 / p50 of the newest | {:.2} |",
            table.name,
            first.p99 / first.p50
        );
    }
    for pair in tables
        .windows(2)
        .filter(|pair| pair[0].posts < pair[1].posts)
    {
        let ratio = pair[1].row("newest 20").p50 / pair[0].row("newest 20").p50;
        println!(
            "| newest: {} / {} posts | {ratio:.2} |",
            pair[1].posts, pair[0].posts
        );
    }
}
