//! Knows whether the PostgreSQL server answers at all. A server process may freeze, or the network may stop responding;
//! libpq would then wait for ever, and a statement that takes long looks the same.
//!
//! Whoever has waited for [`SUSPICION`] asks. Then a thread opens a new connection and asks the server which connections
//! of this instance are idle. If there is no answer within 1.1 seconds, and no other connection has had one meanwhile, the
//! server is silent. The thread goes on asking until it answers again.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread;
use std::time::{Duration, Instant};

use diesel::QueryableByName;
use diesel::sql_types::Text;
use tokio::sync::watch;

use super::connection::{Conn, Mode};
use super::names::Names;
use super::sql::Sql;
use super::threads::BoundedThreads;
use crate::config::{Config, DatabaseUrl};
use crate::error::{Error, Result};

/// The time after which somebody who waits for an answer asks whether the server answers at all.
pub const SUSPICION: Duration = Duration::from_millis(400);
/// The time without any answer after which the server is silent.
const LIMIT: Duration = Duration::from_millis(1100);
/// The pause between two attempts while the server is silent.
const PAUSE: Duration = Duration::from_millis(200);
/// The largest number of threads that ask, including those that still wait for an answer. Each ends when its attempt to
/// connect times out, or when the server answers.
const MOST_PROBES: usize = 8;

/// Is called after each answer, with the numbers of the connections that are idle for the server.
type OnAnswer = Box<dyn Fn(&[u64]) + Send + Sync>;

/// The knowledge of one instance. It is cheap to clone.
#[derive(Clone)]
pub struct Pulse(Arc<Inner>);

struct Inner {
    config: Config,
    names: Names,
    begun: Instant,
    /// The time of the last answer, in milliseconds since `begun`.
    last_answer: AtomicU64,
    is_silent: watch::Sender<bool>,
    /// True while a thread asks.
    is_asking: AtomicBool,
    probes: BoundedThreads,
    on_answer: Mutex<Option<OnAnswer>>,
}

impl Pulse {
    /// Creates the pulse of a server. Returns `None` for SQLite, which has no server.
    pub(super) fn new(config: &Config, names: &Names) -> Option<Self> {
        let DatabaseUrl::Postgres(_) = config.database.url else {
            return None;
        };
        Some(Self(Arc::new(Inner {
            config: config.clone(),
            names: names.clone(),
            begun: Instant::now(),
            last_answer: AtomicU64::new(0),
            is_silent: watch::Sender::new(false),
            is_asking: AtomicBool::new(false),
            probes: BoundedThreads::new("pulse-probe", MOST_PROBES),
            on_answer: Mutex::default(),
        })))
    }

    /// Sets what happens after each answer, with the numbers of idle connections.
    pub(super) fn on_answer(&self, then: impl Fn(&[u64]) + Send + Sync + 'static) {
        let mut on_answer = self
            .0
            .on_answer
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *on_answer = Some(Box::new(then));
    }

    /// Notes that the server has answered.
    pub fn note_answer(&self) {
        self.0
            .last_answer
            .store(self.0.elapsed(), Ordering::Release);
        if self.is_silent() {
            self.0.set_silent(false);
        }
    }

    /// Returns whether the server is silent, as far as this instance knows.
    pub fn is_silent(&self) -> bool {
        *self.0.is_silent.borrow()
    }

    /// Refuses work while the server is silent.
    ///
    /// # Errors
    /// Returns [`Error::Unavailable`].
    pub(super) fn expect_answers(&self) -> Result<()> {
        match self.is_silent() {
            true => Err(Error::unanswered()),
            false => Ok(()),
        }
    }

    /// Waits until the server is silent.
    pub(super) async fn wait_until_silent(&self) {
        let mut is_silent = self.0.is_silent.subscribe();
        // The sender lives as long as this value.
        let _ = is_silent.wait_for(|is_silent| *is_silent).await;
    }

    /// Begins to find out whether the server answers, unless a thread does that already.
    pub fn ask(&self) {
        if self.0.is_asking.swap(true, Ordering::AcqRel) {
            return;
        }
        let inner = Arc::downgrade(&self.0);
        let thread = thread::Builder::new().name("pulse".to_owned());
        if let Err(error) = thread.spawn(move || ask_until_answered(&inner)) {
            self.0.is_asking.store(false, Ordering::Release);
            log::warn!("cannot start a thread to probe the database: {error}");
        }
    }
}

/// Asks until the server answers, or until the instance ends.
fn ask_until_answered(inner: &Weak<Inner>) {
    while let Some(inner) = inner.upgrade() {
        let begun = inner.elapsed();
        let idle = inner.idle_connections();
        let is_silent = idle.is_none() && inner.last_answer.load(Ordering::Acquire) < begun;
        inner.set_silent(is_silent);
        let on_answer = inner
            .on_answer
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(on_answer) = on_answer.as_ref().filter(|_| !is_silent) {
            on_answer(&idle.unwrap_or_default());
        }
        drop(on_answer);
        if !is_silent {
            inner.is_asking.store(false, Ordering::Release);
            return;
        }
        drop(inner);
        thread::sleep(PAUSE);
    }
}

impl Inner {
    fn elapsed(&self) -> u64 {
        u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn set_silent(&self, is_silent: bool) {
        if self.is_silent.send_replace(is_silent) != is_silent {
            match is_silent {
                true => log::warn!("the database does not answer"),
                false => log::info!("the database answers again"),
            }
        }
    }

    /// Returns the numbers of this instance's connections that are idle for the server; `None` if it does not answer. An
    /// error is an answer, too.
    fn idle_connections(&self) -> Option<Vec<u64>> {
        let (config, names) = (self.config.clone(), self.names.clone());
        let (answer, answered) = channel();
        let probe = move || {
            // Nobody waits any more for a late answer.
            let _ = answer.send(idle(&config, &names).unwrap_or_default());
        };
        if self.probes.spawn(probe).is_err() {
            thread::sleep(LIMIT);
            return None;
        }
        answered.recv_timeout(LIMIT).ok()
    }
}

/// Returns the numbers of the connections that have been idle for a while: no statement has reached them.
fn idle(config: &Config, names: &Names) -> Result<Vec<u64>> {
    #[derive(QueryableByName)]
    struct Connection {
        #[diesel(sql_type = Text)]
        name: String,
    }
    let mut conn = Conn::open(config, Mode::Read)?;
    // PostgreSQL: without `track_activities`, the state is unknown, and nobody counts as idle.
    let mut sql = Sql::new(
        "SELECT application_name AS name FROM pg_stat_activity WHERE starts_with(application_name, ",
    );
    sql.bind(names.prefix());
    sql.push(
        ") GROUP BY application_name HAVING bool_and(coalesce(state LIKE 'idle%' \
         AND state_change < clock_timestamp() - interval '500 ms', false))",
    );
    let connections: Vec<Connection> = sql.load(&mut conn)?;
    let numbers = connections.iter().filter_map(|one| names.number(&one.name));
    Ok(numbers.collect())
}
