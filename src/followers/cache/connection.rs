//! The follower's dedicated database connection, on which it never waits behind other readers, and never for long.
//!
//! On PostgreSQL, a trigger on the log sends a notification (`NOTIFY`) when a transaction that wrote to it commits.
//! Notifications are lost while nobody is connected, but log entries are not. A server process may freeze, or the
//! network may stop responding; libpq would then wait for ever. The connection therefore lives on its own thread, which
//! has to respond within a time limit. If it does not, it is abandoned and replaced by another one.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use diesel::connection::SimpleConnection;

use crate::config::{Config, DatabaseUrl, Secret};
use crate::db::Conn;
use crate::db::connection::Mode;
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
const LIBPQ_PARAMETERS: [(&str, &str); 7] = [
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
const MOST_THREADS: usize = 6;

type Work = Box<dyn FnOnce(&mut Conn) + Send>;

/// A connection that is opened on demand, and reopened after it was lost or abandoned.
pub struct LogConnection {
    config: Config,
    open: Option<Sender<Work>>,
    /// Counts the threads, each of which holds a clone.
    threads: Arc<()>,
    /// True if there was a notification since the last [`LogConnection::take_notification`], or if one may have been
    /// missed.
    is_notified: bool,
}

impl LogConnection {
    /// Creates a connection that is not opened yet.
    pub fn new(config: &Config) -> Self {
        Self {
            config: with_limits(config),
            open: None,
            threads: Arc::new(()),
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
            match ask(open, work.clone()) {
                Outcome::Ok(read) => return Ok(read),
                // A second attempt would take just as long.
                Outcome::Silence => {
                    self.open = None;
                    return Err(silent());
                }
                // The connection is replaced, whatever the cause of its failure.
                Outcome::Lost(_) => self.open = None,
            }
        }
        let open = self.connect()?;
        // Notifications sent before this point were missed.
        self.is_notified = true;
        match ask(&open, work) {
            Outcome::Ok(read) => {
                self.open = Some(open);
                Ok(read)
            }
            Outcome::Silence => Err(silent()),
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
            match ask(open, notifications) {
                Outcome::Ok(any) => self.is_notified |= any,
                Outcome::Silence => {
                    self.open = None;
                    return Err(silent());
                }
                Outcome::Lost(_) => self.open = None,
            }
        }
        Ok(std::mem::take(&mut self.is_notified))
    }

    fn connect(&self) -> Result<Sender<Work>> {
        let mine = Arc::clone(&self.threads);
        if Arc::strong_count(&mine) > MOST_THREADS + 1 {
            let why = "too many connections of the follower give no sign";
            return Err(Error::Unavailable(why.into()));
        }
        let (works, work) = channel();
        let (connected, outcome) = channel();
        let config = self.config.clone();
        let thread = thread::Builder::new().name("log".to_owned());
        let started = thread.spawn(move || {
            serve(&config, &connected, &work);
            drop(mine);
        });
        started.map_err(|error| Error::Unavailable(format!("no thread: {error}")))?;
        let outcome = outcome.recv_timeout(CONNECT_LIMIT);
        outcome.unwrap_or_else(|_| Err(silent())).map(|()| works)
    }
}

/// The outcome of a request to the connection's thread.
enum Outcome<T> {
    Ok(T),
    Lost(Error),
    Silence,
}

fn ask<T, F>(open: &Sender<Work>, work: F) -> Outcome<T>
where
    F: FnOnce(&mut Conn) -> Result<T> + Send + 'static,
    T: Send + 'static,
{
    let (sender, receiver) = channel();
    let work: Work = Box::new(move |conn| drop(sender.send(work(conn))));
    let lost = || {
        Outcome::Lost(Error::Unavailable(
            "the connection's thread has ended".into(),
        ))
    };
    if open.send(work).is_err() {
        return lost();
    }
    match receiver.recv_timeout(RESPONSE_LIMIT) {
        Ok(Ok(value)) => Outcome::Ok(value),
        Ok(Err(error)) => Outcome::Lost(error),
        Err(RecvTimeoutError::Timeout) => Outcome::Silence,
        Err(RecvTimeoutError::Disconnected) => lost(),
    }
}

fn silent() -> Error {
    Error::Unavailable("the database does not respond".into())
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
    let mut conn = Conn::open(config, Mode::Read, None)?;
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
        database.url = DatabaseUrl::Postgres(Secret::new(limited(url.expose())));
        if database.statement_timeout.is_zero() || database.statement_timeout > STATEMENT_LIMIT {
            database.statement_timeout = STATEMENT_LIMIT;
        }
    }
    config
}

/// Adds [`LIBPQ_PARAMETERS`] to the URL, except those that it already sets.
fn limited(url: &str) -> String {
    let (start, parameters) = url.split_once('?').unwrap_or((url, ""));
    let is_set = |name: &str| {
        let mut names = parameters.split('&');
        names.any(|pair| pair.split('=').next() == Some(name))
    };
    let own = parameters.split('&').filter(|pair| !pair.is_empty());
    let mut all: Vec<String> = own.map(str::to_owned).collect();
    for (name, value) in LIBPQ_PARAMETERS {
        if !is_set(name) {
            all.push(format!("{name}={value}"));
        }
    }
    format!("{start}?{}", all.join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limits_of_the_url_win() {
        let limits = "keepalives=1&keepalives_idle=1&keepalives_interval=1&keepalives_count=3&tcp_user_timeout=3000";
        assert_eq!(
            limited("postgres://ada@host/db"),
            format!(
                "postgres://ada@host/db?application_name=tribuna-follower&connect_timeout=2&{limits}"
            )
        );
        assert_eq!(
            limited("postgres:///db?host=/tmp&connect_timeout=9"),
            format!(
                "postgres:///db?host=/tmp&connect_timeout=9&application_name=tribuna-follower&{limits}"
            )
        );
    }
}
