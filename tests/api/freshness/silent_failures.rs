//! Silent failures of PostgreSQL: a frozen connection, a frozen server, a connection that is cut. The limits are
//! generous because the machine may be busy. Without timeouts in the program, each of these tests would hang.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use futures_util::future::join;

use super::following::{TITLES, following};
use super::{comparable, is_cached};
use crate::support::client::Client;
use crate::support::cluster;
use crate::support::content::{TAGS, named};
use crate::support::database::Database;
use crate::support::frozen::{Frozen, processes};
use crate::support::{Backend, TestApp, run, run_on};

/// The time within which a silent connection must be replaced, on a busy machine.
const REPLACED: Duration = Duration::from_secs(15);

/// The application name of the follower's connection.
const NAME: &str = "tribuna-follower";

/// The server processes of the followers on the database of the app.
fn followers(app: &TestApp) -> Vec<String> {
    processes(app, NAME)
}

/// True if the answer changes in time.
async fn changes(anyone: &Client, before: &str) -> bool {
    let begun = Instant::now();
    while begun.elapsed() < REPLACED {
        if comparable(&anyone.get(TITLES).await) != before {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    false
}

/// True if an answer is cached in time. Only an instance that follows the log caches answers.
async fn caches_answers(anyone: &Client) -> bool {
    let begun = Instant::now();
    while begun.elapsed() < REPLACED {
        if is_cached(&anyone.get(TITLES).await) {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    false
}

#[test]
fn a_frozen_connection_is_replaced_and_writes_go_on() {
    if cluster::throw_away().is_none() {
        return;
    }
    run(Backend::Postgres, async |app| {
        let (other, running) = following(&app).await;
        let (ada, anyone) = (other.editor("ada").await, other.anonymous());
        let there = app.bearer(ada.token.as_ref().unwrap());
        assert!(caches_answers(&anyone).await);
        let mut frozen = Frozen::new(followers(&app));
        let first = frozen.0.len();
        assert!(first > 0, "the follower is connected");
        // A connection that replaces it meanwhile freezes too.
        let begun = Instant::now();
        for number in 0..10 {
            ada.makes(TAGS, named("en", &format!("N{number}"))).await;
            let names = anyone.get(TITLES).await.expect(200);
            assert_eq!(
                names.items().len(),
                number + 1,
                "the instance shows its own write"
            );
            frozen.add(followers(&app));
        }
        let took = begun.elapsed();
        assert!(took < Duration::from_secs(15), "ten writes took {took:?}");
        frozen.thaw_after(first);
        assert!(caches_answers(&anyone).await, "the connection is replaced");
        let before = comparable(&anyone.get(TITLES).await);
        there.makes(TAGS, named("en", "Last")).await;
        assert!(changes(&anyone, &before).await);
        drop(running);
    });
}

/// The newest backend answers before it freezes, each time: that is no reason to wait for it again.
#[test]
fn only_the_first_of_many_frozen_connections_is_waited_for() {
    if cluster::throw_away().is_none() {
        return;
    }
    run(Backend::Postgres, async |app| {
        let (other, running) = following(&app).await;
        let (ada, anyone) = (other.editor("ada").await, other.anonymous());
        assert!(caches_answers(&anyone).await);
        let mut frozen = Frozen::new(followers(&app));
        for number in 0..8 {
            ada.makes(TAGS, named("en", &format!("N{number}"))).await;
            let names = anyone.get(TITLES).await.expect(200);
            assert_eq!(names.items().len(), number + 1, "its own write is seen");
            let begun = Instant::now();
            while begun.elapsed() < Duration::from_millis(1500) {
                frozen.add(followers(&app));
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        }
        // The background job may have found the first one before any write.
        let waits = other.instance.follower.vain_waits();
        assert!(waits <= 1, "{waits} writes waited");
        assert!(
            frozen.0.len() > 2,
            "few connections froze: {}",
            frozen.0.len()
        );
        drop(frozen);
        assert!(caches_answers(&anyone).await, "it is replaced");
        drop(running);
    });
}

#[test]
fn a_frozen_server_holds_up_no_shutdown_and_is_followed_again() {
    let Some((database, folder)) = Database::on_own_server() else {
        return;
    };
    run_on(database, async |app| {
        let (here, running) = following(&app).await;
        let (_there, ending) = following(&app).await;
        let (ada, anyone) = (app.editor("ada").await, here.anonymous());
        assert!(caches_answers(&anyone).await);
        let before = comparable(&anyone.get(TITLES).await);
        let frozen = Frozen::server(&folder);
        tokio::time::sleep(Duration::from_secs(4)).await;
        let begun = Instant::now();
        for _ in 0..10 {
            here.instance.follower.acknowledge(false).await;
        }
        drop(ending);
        let took = begun.elapsed();
        assert!(
            took < Duration::from_secs(5),
            "the shutdown waited: {took:?}"
        );
        drop(frozen);
        ada.makes(TAGS, named("en", "One")).await;
        assert!(changes(&anyone, &before).await);
        assert!(caches_answers(&anyone).await);
        drop(running);
    });
}

#[test]
fn a_write_whose_effects_are_unknown_leaves_cached_answers_for_a_frozen_server() {
    let Some((database, folder)) = Database::on_own_server() else {
        return;
    };
    run_on(database, async |app| {
        let (here, running) = following(&app).await;
        let (ada, anyone) = (here.editor("ada").await, here.anonymous());
        assert!(caches_answers(&anyone).await);
        anyone.get("/v1/authors").await.expect(200);
        let follower = Frozen::new(followers(&app));
        let write = ada.post(TAGS, named("en", "One"));
        let freeze = async {
            tokio::time::sleep(Duration::from_millis(300)).await;
            Frozen::server(&folder)
        };
        let (written, server) = join(write, freeze).await;
        written.expect(201);
        let instead = anyone.get("/v1/authors").await.expect(200);
        let status = instead.header("cache-status");
        assert!(status.ends_with("detail=stale-if-error"), "{status}");
        drop((server, follower));
        assert!(caches_answers(&anyone).await);
        drop(running);
    });
}

#[test]
fn a_connection_that_is_cut_off_is_replaced() {
    run(Backend::Postgres, async |app| {
        let Some(server) = cluster::throw_away() else {
            return;
        };
        let line = Line::open(server.folder().join(".s.PGSQL.5432"));
        let database = url::Url::parse(app.database_url()).unwrap();
        let url = format!(
            "postgres://tribuna@{}{}?sslmode=disable",
            line.address,
            database.path()
        );
        let other = app.another_at(&url).await;
        let _running = other.follows();
        let (ada, anyone) = (app.editor("ada").await, other.anonymous());
        assert!(caches_answers(&anyone).await);
        let before = comparable(&anyone.get(TITLES).await);
        assert!(line.cut() > 0, "the follower is connected");
        ada.makes(TAGS, named("en", "One")).await;
        assert!(changes(&anyone, &before).await);
        assert!(caches_answers(&anyone).await);
    });
}

/// A proxy to the server that can cut the follower's connections. Nothing passes any more, and neither side learns of
/// the end.
struct Line {
    address: SocketAddr,
    cuts: Arc<Mutex<Vec<Arc<AtomicBool>>>>,
}

impl Line {
    fn open(socket: PathBuf) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let cuts = Arc::new(Mutex::new(Vec::new()));
        let all = Arc::clone(&cuts);
        thread::spawn(move || {
            for client in listener.incoming() {
                let (client, server) = (client.unwrap(), UnixStream::connect(&socket).unwrap());
                let all = Arc::clone(&all);
                thread::spawn(move || carry(client, server, &all));
            }
        });
        Self { address, cuts }
    }

    /// Cuts the present connections of the follower; later ones work. Returns their number.
    fn cut(&self) -> usize {
        let all = std::mem::take(&mut *self.cuts.lock().unwrap());
        for one in &all {
            one.store(true, Ordering::SeqCst);
        }
        all.len()
    }
}

/// Copies bytes in both directions until one side ends.
fn carry(mut client: TcpStream, mut server: UnixStream, all: &Mutex<Vec<Arc<AtomicBool>>>) {
    let mut first = vec![0; 8192];
    let length = client.read(&mut first).unwrap_or(0);
    first.truncate(length);
    let is_cut = Arc::new(AtomicBool::new(false));
    if first
        .windows(NAME.len())
        .any(|part| part == NAME.as_bytes())
    {
        all.lock().unwrap().push(Arc::clone(&is_cut));
    }
    if server.write_all(&first).is_err() {
        return;
    }
    let (mut from, mut to) = (server.try_clone().unwrap(), client.try_clone().unwrap());
    let cut = Arc::clone(&is_cut);
    thread::spawn(move || {
        pump(&mut from, &mut to, &cut);
        if !cut.load(Ordering::SeqCst) {
            let _ = to.shutdown(Shutdown::Both);
        }
    });
    pump(&mut client, &mut server, &is_cut);
    let _ = server.shutdown(Shutdown::Both);
}

fn pump(from: &mut impl Read, to: &mut impl Write, is_cut: &AtomicBool) {
    let mut bytes = vec![0; 8192];
    loop {
        let length = from.read(&mut bytes).unwrap_or(0);
        if length == 0 {
            return;
        }
        if is_cut.load(Ordering::SeqCst) {
            continue;
        }
        if to.write_all(&bytes[..length]).is_err() {
            return;
        }
    }
}
