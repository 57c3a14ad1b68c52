//! A PostgreSQL server that does not answer: all of it, its connections, or its first process. The bounds are generous
//! because the machine may be busy; without an answer, each question would wait for ever.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use futures_util::future::{join, join_all};
use serde_json::json;
use tribuna::db::Conn;

use crate::support::client::{Answer, Client};
use crate::support::cluster;
use crate::support::content::{TAGS, named};
use crate::support::database::Database;
use crate::support::frozen::{Frozen, postmaster, processes};
use crate::support::{Backend, TestApp, run, run_on};

const READY: &str = "/health/ready";
const PUBLIC: &str = "/v1/tags";
const LOGIN: &str = "/v1/auth/login";
/// The beginning of the names of pooled connections.
const POOLED: &str = "tribuna ";
/// The time within which the first question is answered, on a busy machine.
const SOON: Duration = Duration::from_secs(4);
/// The time within which everything works again.
const AGAIN: Duration = Duration::from_secs(15);

/// Runs a scenario on a server of its own.
fn on_own_server<F: Future<Output = ()>>(scenario: impl FnOnce(TestApp, PathBuf) -> F) {
    if let Some((database, folder)) = Database::on_own_server() {
        run_on(database, |app| scenario(app, folder));
    }
}

/// One of each kind of question.
async fn questions(ada: &Client) -> Vec<Answer> {
    let password =
        json!({ "email": "nobody@example.org", "password": "correct horse battery staple" });
    let reads = join_all([TAGS, PUBLIC, READY].map(|path| ada.get(path)));
    let writes = join_all([
        ada.post(TAGS, named("en", "Frozen")),
        ada.post(LOGIN, password),
    ]);
    let (mut all, writes) = join(reads, writes).await;
    all.extend(writes);
    all
}

/// Asks until there is an answer with this status.
async fn comes_to(ada: &Client, path: &str, status: u16) {
    let begun = Instant::now();
    while begun.elapsed() < AGAIN {
        if ada.get(path).await.status == status {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{path} is not {status}");
}

async fn names(ada: &Client) -> usize {
    ada.get(TAGS).await.expect(200).items().len()
}

#[test]
fn a_frozen_server_is_noticed_by_all_questions_at_once() {
    on_own_server(async |app, folder| {
        let ada = app.editor("ada").await;
        let frozen = Frozen::server(&folder);
        for round in 0..4 {
            let begun = Instant::now();
            let answers = questions(&ada).await;
            let took = begun.elapsed();
            for answer in answers {
                let answer = answer.expect_problem(503, "unavailable");
                assert_eq!(answer.header("retry-after"), "5");
            }
            let limit = if round == 0 { SOON } else { SOON / 4 };
            assert!(took < limit, "round {round}: {took:?}");
        }
        drop(frozen);
        comes_to(&ada, READY, 200).await;
        // What was given up is not stored, although the server has gone on.
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(names(&ada).await, 0);
        ada.makes(TAGS, named("en", "Thawed")).await;
        assert_eq!(names(&ada).await, 1);
    });
}

#[test]
fn cached_answers_wait_for_no_frozen_server() {
    on_own_server(async |app, folder| {
        let other = app.another_of_today(&[]).await;
        other.catches_up().await;
        let _running = other.follows();
        let anyone = other.anonymous();
        anyone.get(PUBLIC).await.expect(200);
        let frozen = Frozen::server(&folder);
        // No question tells that the server is silent; the follower notices.
        let mut slow = 0;
        let begun = Instant::now();
        let mut stale = 0;
        while begun.elapsed() < Duration::from_secs(5) {
            let asked = Instant::now();
            let answer = anyone.get(PUBLIC).await.expect(200);
            slow += u32::from(asked.elapsed() > Duration::from_millis(250));
            let status = answer.header("cache-status").to_owned();
            stale += u32::from(status.ends_with("detail=stale-if-error"));
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert!(stale > 10, "{stale} were served in place of a failure");
        assert!(slow <= 2, "{slow} waited");
        drop(frozen);
        comes_to(&anyone, READY, 200).await;
    });
}

#[test]
fn frozen_connections_are_replaced_while_the_server_answers() {
    if cluster::throw_away().is_none() {
        return;
    }
    run(Backend::Postgres, async |app| {
        let ada = app.editor("ada").await;
        // Both readers are open.
        questions(&ada).await;
        let frozen = Frozen::new(processes(&app, POOLED));
        let before = frozen.0.len();
        assert!(before > 1, "few connections froze: {before}");
        let begun = Instant::now();
        for answer in questions(&ada).await {
            assert!([200, 201, 401, 503].contains(&answer.status), "{answer}");
        }
        assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
        comes_to(&ada, TAGS, 200).await;
        comes_to(&ada, READY, 200).await;
        let begun = Instant::now();
        while ada.post(TAGS, named("en", "New")).await.status != 201 {
            assert!(begun.elapsed() < AGAIN, "no write works");
        }
        drop(frozen);
        // Those that were given up are closed.
        let begun = Instant::now();
        while processes(&app, POOLED).len() > 3 {
            assert!(begun.elapsed() < AGAIN, "they remain open");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
}

#[test]
fn a_server_that_accepts_no_connections_is_noticed() {
    on_own_server(async |app, folder| {
        let ada = app.editor("ada").await;
        let pooled = processes(&app, POOLED);
        let frozen = Frozen::new(vec![postmaster(&folder)]);
        for pid in pooled {
            let killed = std::process::Command::new("kill").arg(pid).output();
            assert!(killed.unwrap().status.success());
        }
        let begun = Instant::now();
        for answer in questions(&ada).await {
            answer.expect_problem(503, "unavailable");
        }
        assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
        drop(frozen);
        comes_to(&ada, TAGS, 200).await;
    });
}

#[test]
fn long_statements_of_a_server_that_answers_run_their_time() {
    run(Backend::Postgres, async |app| {
        let long = |conn: &mut Conn| Ok(conn.batch("SELECT pg_sleep(3)")?);
        let (read, write) = join(app.state.db.read(long), app.state.db.write(long)).await;
        read.unwrap();
        write.unwrap();
        // A connection whose client computes is idle for the server, and still in use.
        let slow = |conn: &mut Conn| {
            conn.batch("SELECT 1")?;
            std::thread::sleep(Duration::from_secs(3));
            Ok(conn.batch("SELECT 1")?)
        };
        let (read, write) = join(app.state.db.read(slow), app.state.db.write(slow)).await;
        read.unwrap();
        write.unwrap();
    });
}

/// A statement that sleeps longer than all patience, once the transaction commits.
const SLOW_COMMIT: &str = "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS \
    $$ BEGIN PERFORM pg_sleep(2); RETURN NULL; END $$; \
    CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON term_names DEFERRABLE INITIALLY DEFERRED \
    FOR EACH ROW EXECUTE FUNCTION slow()";

#[test]
fn a_commit_without_an_answer_may_be_stored() {
    on_own_server(async |app, folder| {
        let ada = app.editor("ada").await;
        let slow = |conn: &mut Conn| Ok(conn.batch(SLOW_COMMIT)?);
        app.state.db.write_now(slow).unwrap();
        let freeze = async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            Frozen::server(&folder)
        };
        let write = ada.post(TAGS, named("en", "Perhaps"));
        let (answer, frozen) = join(write, freeze).await;
        let answer = answer.expect_problem(503, "outcome_unknown");
        assert_eq!(answer.header("retry-after"), "5");
        drop(frozen);
        comes_to(&ada, READY, 200).await;
        let begun = Instant::now();
        while names(&ada).await == 0 {
            assert!(begun.elapsed() < AGAIN, "it is not stored");
        }
    });
}

#[test]
fn many_questions_leave_no_connection_behind() {
    on_own_server(async |app, folder| {
        let ada = app.editor("ada").await;
        for _ in 0..2 {
            let frozen = Frozen::server(&folder);
            let answers = join_all((0..50).map(|_| ada.get(TAGS))).await;
            for answer in answers {
                answer.expect_problem(503, "unavailable");
            }
            drop(frozen);
            comes_to(&ada, TAGS, 200).await;
        }
        let begun = Instant::now();
        while processes(&app, POOLED).len() > 3 {
            assert!(begun.elapsed() < AGAIN, "they remain open");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
}
