//! The follower's dedicated database connection, on which it never waits behind other readers, and never for long.
//!
//! On PostgreSQL, a trigger on the log sends a notification (`NOTIFY`) when a transaction that wrote to it commits.
//! Notifications are lost while nobody is connected, but log entries are not. A server process may freeze, or the
//! network may stop responding; libpq would then wait for ever. The connection therefore lives on its own thread, which
//! has to respond within a time limit. If it does not, it is abandoned and replaced by another one.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use diesel::connection::SimpleConnection;

use crate::config::{Config, DatabaseUrl, Secret};
use crate::db::connection::Mode;
use crate::db::libpq::{self, Parameter};
use crate::db::pulse::{Pulse, SUSPICION};
use crate::db::{BoundedThreads, Conn};
use crate::error::{Error, Result};

/// The channel that the trigger notifies.
const LISTEN: &str = "LISTEN tribuna_changes";

/// The time limit for a response of the database.
const RESPONSE_LIMIT: Duration = Duration::from_secs(2);
/// The PostgreSQL statement timeout. The server cancels a slow statement before [`RESPONSE_LIMIT`] expires, so that the
/// connection remains usable.
const STATEMENT_LIMIT: Duration = Duration::from_millis(1500);
/// The time limit for connecting. It exceeds the limit that libpq is given, so that the thread ends by itself.
const CONNECT_LIMIT: Duration = Duration::from_secs(3);
/// Parameters for libpq that `DATABASE_URL` may override. A dead connection is closed after some seconds, whether the
/// last packet was sent by this side (`tcp_user_timeout`) or by the other (`keepalives`).
const LIBPQ_PARAMETERS: [Parameter; 7] = [
    ("application_name", "tribuna-follower"),
    ("connect_timeout", "2"),
    ("keepalives", "1"),
    ("keepalives_idle", "1"),
    ("keepalives_interval", "1"),
    ("keepalives_count", "3"),
    ("tcp_user_timeout", "3000"),
];
/// The maximum number of threads, including abandoned ones. An abandoned thread ends as soon as its server process or
/// its network responds in any way.
const MAX_THREADS: usize = 6;

type Work = Box<dyn FnOnce(&mut Conn) + Send>;

/// A connection that is opened on demand, and reopened after it was lost or abandoned.
pub struct LogConnection {
    config: Config,
    open: Option<Sender<Work>>,
    threads: BoundedThreads,
    /// True if there was a notification since the last [`LogConnection::take_notification`], or if one may have been
    /// missed.
    is_notified: bool,
    /// Learns that the database answers, and is asked if it does not; `None` for SQLite.
    pulse: Option<Pulse>,
}

impl LogConnection {
    /// Creates a connection that is not opened yet.
    pub fn new(config: &Config, pulse: Option<Pulse>) -> Self {
        Self {
            pulse,
            config: with_limits(config),
            open: None,
            threads: BoundedThreads::new("log", MAX_THREADS),
            is_notified: false,
        }
    }

    /// Runs `work`, and repeats it on a new connection if this one is lost. Each statement sees everything that was
    /// committed before it.
    ///
    /// # Errors
    /// Returns [`Error::Unavailable`] if the database does not respond in time, and the error of `work`.
    pub fn read<T, F>(&mut self, work: F) -> Result<T>
    where
        F: Fn(&mut Conn) -> Result<T> + Clone + Send + 'static,
        T: Send + 'static,
    {
        if let Some(open) = &self.open {
            match self.ask(open, work.clone()) {
                Outcome::Ok(read) => {
                    self.pulse.iter().for_each(Pulse::note_answer);
                    return Ok(read);
                }
                // A second attempt would take just as long.
                Outcome::Silence => {
                    self.open = None;
                    return Err(Error::unanswered());
                }
                // The connection is replaced, whatever the cause of its failure.
                Outcome::Lost(_) => self.open = None,
            }
        }
        let open = self.connect()?;
        // Notifications sent before this point were missed.
        self.is_notified = true;
        match self.ask(&open, work) {
            Outcome::Ok(read) => {
                self.pulse.iter().for_each(Pulse::note_answer);
                self.open = Some(open);
                Ok(read)
            }
            Outcome::Silence => Err(Error::unanswered()),
            Outcome::Lost(error) => Err(error),
        }
    }

    /// Returns whether, according to notifications, the log may have been written to since the last call. Always false
    /// on SQLite after the first call for a new connection.
    ///
    /// # Errors
    /// Returns [`Error::Unavailable`] if the connection does not respond in time.
    pub fn take_notification(&mut self) -> Result<bool> {
        if let (Some(open), DatabaseUrl::Postgres(_)) = (&self.open, &self.config.database.url) {
            match self.ask(open, notifications) {
                Outcome::Ok(any) => self.is_notified |= any,
                Outcome::Silence => {
                    self.open = None;
                    return Err(Error::unanswered());
                }
                Outcome::Lost(_) => self.open = None,
            }
        }
        Ok(std::mem::take(&mut self.is_notified))
    }

    fn connect(&self) -> Result<Sender<Work>> {
        let (works, work) = channel();
        let (connected, outcome) = channel();
        let config = self.config.clone();
        (self.threads).spawn(move || serve(&config, &connected, &work))?;
        let outcome = self.await_answer(&outcome, CONNECT_LIMIT);
        outcome
            .unwrap_or_else(|_| Err(Error::unanswered()))
            .map(|()| works)
    }

    fn ask<T, F>(&self, open: &Sender<Work>, work: F) -> Outcome<T>
    where
        F: FnOnce(&mut Conn) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let (answer, answered) = channel();
        let work: Work = Box::new(move |conn| drop(answer.send(work(conn))));
        let lost = || {
            Outcome::Lost(Error::Unavailable(
                "the connection's thread has ended".into(),
            ))
        };
        if open.send(work).is_err() {
            return lost();
        }
        match self.await_answer(&answered, RESPONSE_LIMIT) {
            Ok(Ok(value)) => Outcome::Ok(value),
            Ok(Err(error)) => Outcome::Lost(error),
            Err(RecvTimeoutError::Timeout) => Outcome::Silence,
            Err(RecvTimeoutError::Disconnected) => lost(),
        }
    }

    /// Waits for an answer. If there is none soon, asks whether the server answers at all.
    fn await_answer<T>(
        &self,
        answered: &Receiver<T>,
        limit: Duration,
    ) -> std::result::Result<T, RecvTimeoutError> {
        let soon = answered.recv_timeout(SUSPICION);
        match (soon, &self.pulse) {
            (Err(RecvTimeoutError::Timeout), Some(pulse)) => pulse.ask(),
            (Err(RecvTimeoutError::Timeout), None) => {}
            (soon, _) => return soon,
        }
        answered.recv_timeout(limit.saturating_sub(SUSPICION))
    }
}

/// The outcome of a request to the connection's thread.
enum Outcome<T> {
    Ok(T),
    Lost(Error),
    Silence,
}

/// Runs on the thread of a connection, until no one can send it work any more.
fn serve(config: &Config, connected: &Sender<Result<()>>, work: &Receiver<Work>) {
    match open(config) {
        Ok(mut conn) => {
            if connected.send(Ok(())).is_ok() {
                work.iter().for_each(|work| work(&mut conn));
            }
        }
        Err(error) => drop(connected.send(Err(error))),
    }
}

fn open(config: &Config) -> Result<Conn> {
    let mut conn = Conn::open(config, Mode::Read)?;
    if let Conn::Postgres(conn) = &mut conn {
        // The connection listens before it reads anything, so that every later write notifies.
        conn.batch_execute(LISTEN)?;
    }
    Ok(conn)
}

/// Returns whether notifications have arrived. This takes no round trip.
fn notifications(conn: &mut Conn) -> Result<bool> {
    let mut any = false;
    if let Conn::Postgres(conn) = conn {
        for notification in conn.notifications_iter() {
            // A lost connection would return the error endlessly.
            notification?;
            any = true;
        }
    }
    Ok(any)
}

/// Returns the settings with time limits for this connection.
fn with_limits(config: &Config) -> Config {
    let mut config = config.clone();
    let database = &mut config.database;
    if let DatabaseUrl::Postgres(url) = &database.url {
        let url = libpq::with_defaults(url.expose(), &LIBPQ_PARAMETERS);
        database.url = DatabaseUrl::Postgres(Secret::new(url));
        if database.statement_timeout.is_zero() || database.statement_timeout > STATEMENT_LIMIT {
            database.statement_timeout = STATEMENT_LIMIT;
        }
    }
    config
}
