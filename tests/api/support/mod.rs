//! Tools for the tests of the API: an application on a fresh database, clients, and answers.

pub mod breakage;
pub mod client;
pub mod cluster;
pub mod content;
pub mod database;
pub mod documents;
pub mod frozen;
pub mod passwords;
pub mod people;
pub mod published;
pub mod random;
pub mod receiver;
pub mod serving;
pub mod sparse;
pub mod walk;

use std::cell::RefCell;
use std::future::Future;
use std::rc::Rc;
use std::sync::{Arc, Mutex, OnceLock};

use actix_web::rt::System;
use client::{Answer, Service};
pub use database::Backend;
use database::Database;
use tribuna::app::Instance;
use tribuna::clock::Clock;
use tribuna::config::{Config, Environment, Flags};
use tribuna::db::Db;
use tribuna::followers::cache::Following;
use tribuna::http::contract::compiled::Contract;
use tribuna::jobs::worker::{Job, Stop, Workers};
use tribuna::operations::housekeeping::Housekeeping;
use tribuna::state::State;
use tribuna::surfaces;
use tribuna::timestamp::Timestamp;

/// Defines a test on both databases: `on_both!(a_sentence, async |app| { … })` creates `a_sentence::sqlite` and
/// `a_sentence::postgres`.
macro_rules! on_both {
    ($sentence:ident, async |$app:ident| $scenario:block) => {
        mod $sentence {
            #[allow(unused_imports)]
            use super::*;

            async fn scenario($app: $crate::support::TestApp) $scenario

            #[test]
            fn sqlite() {
                $crate::support::run($crate::support::Backend::Sqlite, scenario);
            }

            #[test]
            fn postgres() {
                $crate::support::run($crate::support::Backend::Postgres, scenario);
            }
        }
    };
}

/// Defines a test of what only PostgreSQL has.
macro_rules! on_postgres {
    ($sentence:ident, async |$app:ident| $scenario:block) => {
        #[test]
        fn $sentence() {
            $crate::support::run($crate::support::Backend::Postgres, async |$app| $scenario);
        }
    };
}

/// Defines a test of what only SQLite has.
macro_rules! on_sqlite {
    ($sentence:ident, async |$app:ident| $scenario:block) => {
        #[test]
        fn $sentence() {
            $crate::support::run($crate::support::Backend::Sqlite, async |$app| $scenario);
        }
    };
}

/// The time at which each test begins.
pub const START: &str = "2026-05-01T08:00:00.000Z";

/// The settings, unless a test passes others.
const SETTINGS: [(&str, &str); 4] = [
    ("TRIBUNA_PUBLIC_URL", "https://api.example.org"),
    ("TRIBUNA_CORS_ORIGINS", "https://desk.example.org"),
    ("TRIBUNA_DATABASE_POOL", "2"),
    ("TRIBUNA_WEBHOOK_ALLOW", "127.0.0.1"),
];

/// Runs a scenario with its own application. Without PostgreSQL, the PostgreSQL run is skipped with a message.
pub fn run<F: Future<Output = ()>>(backend: Backend, scenario: impl FnOnce(TestApp) -> F) {
    if let Some(database) = Database::fresh(backend) {
        run_on(database, scenario);
    }
}

/// Runs a scenario with an application on this database.
pub fn run_on<F: Future<Output = ()>>(database: Database, scenario: impl FnOnce(TestApp) -> F) {
    System::new().block_on(async {
        let app = TestApp::new(Rc::new(database)).await;
        scenario(app).await;
    });
}

/// An instance of the program with its own database and clock.
pub struct TestApp {
    /// Stands at [`START`] until the test sets it.
    pub clock: Clock,
    /// The shared state of the handlers.
    pub state: Arc<State>,
    /// The instance itself.
    pub instance: Instance,
    service: Service,
    statements: Arc<Mutex<Vec<String>>>,
    names: RefCell<people::Names>,
    // The last field, because the database is removed when it is dropped.
    database: Rc<Database>,
}

impl TestApp {
    async fn new(database: Rc<Database>) -> Self {
        let clock = Clock::manual(START.parse().unwrap());
        Self::start(database, clock, &[]).await
    }

    /// Starts another instance on the same database and clock, with other settings.
    pub async fn another(&self, settings: &[(&str, &str)]) -> Self {
        Self::start(self.database.clone(), self.clock.clone(), settings).await
    }

    /// Starts another instance on the same database that uses the system clock.
    pub async fn another_of_today(&self, settings: &[(&str, &str)]) -> Self {
        Self::start(self.database.clone(), Clock::system(), settings).await
    }

    /// Starts an instance on another database of the same kind.
    pub async fn elsewhere(&self) -> Self {
        let database = Database::fresh(self.backend()).expect("a database");
        Self::start(Rc::new(database), self.clock.clone(), &[]).await
    }

    /// Starts another instance that uses the system clock and reaches the same database at another address.
    pub async fn another_at(&self, url: &str) -> Self {
        Self::start_at(self.database.clone(), url, Clock::system(), &[]).await
    }

    /// The URL of the database.
    pub fn database_url(&self) -> &str {
        self.database.url()
    }

    /// Starts another instance on the same database with a response cache. It has read the log up to now.
    pub async fn keeping(&self) -> Self {
        let other = self.another(&[]).await;
        other.catches_up().await;
        other
    }

    /// Reads the change log to its end, as an instance does within a second. Until its first time, an instance caches
    /// nothing.
    pub async fn catches_up(&self) {
        let follower = self.instance.follower.clone();
        let heard = actix_web::rt::task::spawn_blocking(move || follower.catch_up());
        heard.await.expect("a follower").expect("the change log");
    }

    /// Follows the change log in the background until the returned value is dropped.
    pub fn follows(&self) -> Workers {
        let database = &self.state.config.database.url;
        let following = Following::new(self.instance.follower.clone(), database);
        Workers::new().start(following).unwrap()
    }

    async fn start(database: Rc<Database>, clock: Clock, settings: &[(&str, &str)]) -> Self {
        let url = database.url().to_owned();
        Self::start_at(database, &url, clock, settings).await
    }

    async fn start_at(
        database: Rc<Database>,
        url: &str,
        clock: Clock,
        settings: &[(&str, &str)],
    ) -> Self {
        let statements = Arc::new(Mutex::new(Vec::new()));
        let seen = statements.clone();
        let observer = Arc::new(move |sql: &str| seen.lock().unwrap().push(sql.to_owned()));
        let config = config(url, settings);
        let db = Db::open(&config, Some(observer)).unwrap();
        let state = State::new(db, config, clock.clone());
        let instance = Instance::open(state, contract()).unwrap();
        people::add_signing_key(&instance.state);
        Self {
            clock,
            service: client::serve(&instance).await,
            state: instance.state.clone(),
            instance,
            statements,
            names: RefCell::default(),
            database,
        }
    }

    /// Runs the housekeeping of an instance that keeps the trash for `trash_days`, as of `now`.
    pub fn does_housekeeping(&self, trash_days: u32, now: Timestamp) {
        let days = trash_days.to_string();
        let state = State {
            config: config(self.database.url(), &[("TRIBUNA_TRASH_DAYS", &days)]),
            ..State::clone(&self.state)
        };
        let housekeeping = Housekeeping::new(&state, surfaces::expiries());
        housekeeping.round(now, &Stop::new()).unwrap();
        housekeeping.lease().unwrap().release().unwrap();
    }

    /// The kind of the database.
    pub fn backend(&self) -> Backend {
        self.database.backend()
    }

    /// Sets the clock to an RFC 3339 time.
    pub fn set_time(&self, instant: &str) {
        self.clock.set(instant.parse().unwrap());
    }

    /// Advances the clock.
    pub fn pass(&self, seconds: i64) {
        self.clock.set(self.clock.now().plus_seconds(seconds));
    }

    /// Returns the statements that `work` runs, in groups of what was committed at once.
    pub fn transactions(&self, work: impl FnOnce()) -> Vec<Vec<String>> {
        self.statements.lock().unwrap().clear();
        work();
        let statements = std::mem::take(&mut *self.statements.lock().unwrap());
        let groups = statements.split(|statement| statement.starts_with("COMMIT"));
        groups.map(<[String]>::to_vec).collect()
    }

    /// Returns the answer and every statement that the database ran for it, except those that begin and end
    /// transactions.
    pub async fn watched(&self, call: impl Future<Output = Answer>) -> (Answer, Vec<String>) {
        self.statements.lock().unwrap().clear();
        let answer = call.await;
        let mut statements = std::mem::take(&mut *self.statements.lock().unwrap());
        let is_frame = |statement: &str| {
            ["BEGIN", "COMMIT", "ROLLBACK"]
                .iter()
                .any(|word| statement.starts_with(word))
        };
        statements.retain(|statement| !is_frame(statement));
        (answer, statements)
    }
}

/// Reads settings as the program does, but without the environment of this process.
pub fn config(database_url: &str, settings: &[(&str, &str)]) -> Config {
    let all = SETTINGS.iter().chain(settings).copied();
    let all = all.chain([("DATABASE_URL", database_url)]);
    let environment = Environment::new(all.map(|(name, value)| (name.into(), value.into())), "");
    let (config, _) = Config::load(&Flags::default(), &environment).expect("settings");
    config
}

/// The contract, compiled once and shared by all instances.
pub fn contract() -> Arc<Contract> {
    static CONTRACT: OnceLock<Arc<Contract>> = OnceLock::new();
    CONTRACT
        .get_or_init(|| Arc::new(tribuna::app::contract().unwrap()))
        .clone()
}
