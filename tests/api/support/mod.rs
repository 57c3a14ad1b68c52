//! What the tests of the API are written with: an application on a fresh database, people who call it, their answers.

pub mod breakage;
pub mod client;
pub mod cluster;
pub mod content;
pub mod database;
pub mod documents;
pub mod passwords;
pub mod people;
pub mod published;
pub mod random;
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

/// A test on both databases: `on_both!(a_sentence, async |app| { … })` makes `a_sentence::sqlite` and `a_sentence::postgres`.
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

/// What time it is when a test begins.
pub const START: &str = "2026-05-01T08:00:00.000Z";

/// The settings that hold unless a test asks for others.
const SETTINGS: [(&str, &str); 3] = [
    ("TRIBUNA_PUBLIC_URL", "https://api.example.org"),
    ("TRIBUNA_CORS_ORIGINS", "https://desk.example.org"),
    ("TRIBUNA_DATABASE_POOL", "2"),
];

/// Runs a scenario on an application of its own; without PostgreSQL its half is skipped, and says so.
pub fn run<F: Future<Output = ()>>(backend: Backend, scenario: impl FnOnce(TestApp) -> F) {
    if let Some(database) = Database::fresh(backend) {
        run_on(database, scenario);
    }
}

/// Runs a scenario on an application on this database.
pub fn run_on<F: Future<Output = ()>>(database: Database, scenario: impl FnOnce(TestApp) -> F) {
    System::new().block_on(async {
        let app = TestApp::new(Rc::new(database)).await;
        scenario(app).await;
    });
}

/// One instance, on a database of its own, at a time of its own.
pub struct TestApp {
    /// Stands at [`START`] until it is set.
    pub clock: Clock,
    /// The state that the instance's handlers share.
    pub state: Arc<State>,
    /// The instance itself.
    pub instance: Instance,
    service: Service,
    statements: Arc<Mutex<Vec<String>>>,
    names: RefCell<people::Names>,
    // The last to go: the database is dropped when nothing uses it any more.
    database: Rc<Database>,
}

impl TestApp {
    async fn new(database: Rc<Database>) -> Self {
        let clock = Clock::manual(START.parse().unwrap());
        Self::start(database, clock, &[]).await
    }

    /// Another instance on the same database and the same clock, with other settings.
    pub async fn another(&self, settings: &[(&str, &str)]) -> Self {
        Self::start(self.database.clone(), self.clock.clone(), settings).await
    }

    /// Another instance on the same database, by the system's clock.
    pub async fn another_of_today(&self, settings: &[(&str, &str)]) -> Self {
        Self::start(self.database.clone(), Clock::system(), settings).await
    }

    /// An instance on another database of the same kind.
    pub async fn elsewhere(&self) -> Self {
        let database = Database::fresh(self.backend()).expect("a database");
        Self::start(Rc::new(database), self.clock.clone(), &[]).await
    }

    /// Another instance by the system's clock, on the same database at another address.
    pub async fn another_at(&self, url: &str) -> Self {
        Self::start_at(self.database.clone(), url, Clock::system(), &[]).await
    }

    /// The address of the database.
    pub fn database_url(&self) -> &str {
        self.database.url()
    }

    /// Another instance on the same database that keeps its answers: it knows of all that was written so far.
    pub async fn keeping(&self) -> Self {
        let other = self.another(&[]).await;
        other.hears().await;
        other
    }

    /// Reads the change log to its end, as an instance does by itself within a second. Until it does so for the first time,
    /// an instance keeps no answers.
    pub async fn hears(&self) {
        let follower = self.instance.follower.clone();
        let heard = actix_web::rt::task::spawn_blocking(move || follower.catch_up());
        heard.await.expect("a follower").expect("the change log");
    }

    /// Follows the change log in the background, until the answer is dropped.
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

    /// Does the housekeeping at `now` of an instance that keeps the trash for so many days.
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

    /// Which database it is on.
    pub fn backend(&self) -> Backend {
        self.database.backend()
    }

    /// Sets the clock, to an RFC 3339 instant.
    pub fn set_time(&self, instant: &str) {
        self.clock.set(instant.parse().unwrap());
    }

    /// Lets time pass.
    pub fn pass(&self, seconds: i64) {
        self.clock.set(self.clock.now().plus_seconds(seconds));
    }

    /// The answer, and every statement the database ran for it; those that begin and end transactions aside.
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

/// Settings as the program reads them, nothing taken from this process's environment.
pub fn config(database_url: &str, settings: &[(&str, &str)]) -> Config {
    let all = SETTINGS.iter().chain(settings).copied();
    let all = all.chain([("DATABASE_URL", database_url)]);
    let environment = Environment::new(all.map(|(name, value)| (name.into(), value.into())), "");
    let (config, _) = Config::load(&Flags::default(), &environment).expect("settings");
    config
}

/// Compiled once: the same for all instances.
pub fn contract() -> Arc<Contract> {
    static CONTRACT: OnceLock<Arc<Contract>> = OnceLock::new();
    CONTRACT
        .get_or_init(|| Arc::new(tribuna::app::contract().unwrap()))
        .clone()
}
