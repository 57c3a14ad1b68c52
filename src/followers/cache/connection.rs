//! The follower's own connection to the database, on which it never waits behind other readers, and never for long.
//!
//! PostgreSQL: a trigger on the log notifies (`NOTIFY`) when a transaction that wrote to it commits. A notification may be
//! missed while nobody is connected; the log itself is never. A server process can freeze, or the network fall silent:
//! libpq would then wait for ever. So the connection lives on a thread of its own, which is asked for an answer within a
//! time limit. When it gives none, it is abandoned and another one takes its place.

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

/// How long the database may take for an answer.
const ANSWER_LIMIT: Duration = Duration::from_secs(2);
/// PostgreSQL: a statement that takes so long is cancelled by the server, so that its connection lives on.
const STATEMENT_LIMIT: Duration = Duration::from_millis(1500);
/// How long connecting may take: more than libpq is given for it, so that its thread ends by itself.
const CONNECT_LIMIT: Duration = Duration::from_secs(3);
/// PostgreSQL: parameters for libpq, unless `DATABASE_URL` says otherwise. A connection that is cut off is given up after
/// some seconds, whether the last packet was sent by this side (`tcp_user_timeout`) or by the other (`keepalives`).
const LIBPQ_PARAMETERS: [(&str, &str); 7] = [
    ("application_name", "tribuna-follower"),
    ("connect_timeout", "2"),
    ("keepalives", "1"),
    ("keepalives_idle", "1"),
    ("keepalives_interval", "1"),
    ("keepalives_count", "3"),
    ("tcp_user_timeout", "3000"),
];
/// The most threads at a time, abandoned ones included. An abandoned thread ends as soon as its server process or its
/// network gives any sign.
const MOST_THREADS: usize = 6;

type Work = Box<dyn FnOnce(&mut Conn) + Send>;

/// A connection that is made when it is needed, and made anew when it was lost or abandoned.
pub struct LogConnection {
    config: Config,
    open: Option<Sender<Work>>,
    /// Each thread holds a clone.
    threads: Arc<()>,
    /// True if there was a notification, or one may have been missed, since this was last asked.
    is_notified: bool,
}

impl LogConnection {
    /// Connects to nothing yet.
    pub fn new(config: &Config) -> Self {
        Self {
            config: with_limits(config),
            open: None,
            threads: Arc::new(()),
            is_notified: false,
        }
    }

    /// Runs `work`, once more on a fresh connection if this one is lost. Each statement sees all that was committed before
    /// it.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the database gives no answer in time; the error of `work`.
    pub fn read<T, F>(&mut self, work: F) -> Result<T>
    where
        F: Fn(&mut Conn) -> Result<T> + Clone + Send + 'static,
        T: Send + 'static,
    {
        if let Some(open) = &self.open {
            match ask(open, work.clone()) {
                Answer::Ok(read) => return Ok(read),
                // A second try would take as long again.
                Answer::Silence => {
                    self.open = None;
                    return Err(silent());
                }
                // Whatever is wrong with it, it is not worth finding out.
                Answer::Lost(_) => self.open = None,
            }
        }
        let open = self.connect()?;
        // Notifications sent before this moment were missed.
        self.is_notified = true;
        match ask(&open, work) {
            Answer::Ok(read) => {
                self.open = Some(open);
                Ok(read)
            }
            Answer::Silence => Err(silent()),
            Answer::Lost(error) => Err(error),
        }
    }

    /// Returns whether somebody has written since this was last asked, as far as notifications can tell; never on
    /// SQLite.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the connection gives no answer in time.
    pub fn take_notification(&mut self) -> Result<bool> {
        if let (Some(open), DatabaseUrl::Postgres(_)) = (&self.open, &self.config.database.url) {
            match ask(open, notifications) {
                Answer::Ok(any) => self.is_notified |= any,
                Answer::Silence => {
                    self.open = None;
                    return Err(silent());
                }
                Answer::Lost(_) => self.open = None,
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

/// What came of asking a connection.
enum Answer<T> {
    Ok(T),
    Lost(Error),
    Silence,
}

fn ask<T, F>(open: &Sender<Work>, work: F) -> Answer<T>
where
    F: FnOnce(&mut Conn) -> Result<T> + Send + 'static,
    T: Send + 'static,
{
    let (answer, answered) = channel();
    let work: Work = Box::new(move |conn| drop(answer.send(work(conn))));
    let lost = || {
        Answer::Lost(Error::Unavailable(
            "the connection's thread has ended".into(),
        ))
    };
    if open.send(work).is_err() {
        return lost();
    }
    match answered.recv_timeout(ANSWER_LIMIT) {
        Ok(Ok(value)) => Answer::Ok(value),
        Ok(Err(error)) => Answer::Lost(error),
        Err(RecvTimeoutError::Timeout) => Answer::Silence,
        Err(RecvTimeoutError::Disconnected) => lost(),
    }
}

fn silent() -> Error {
    Error::Unavailable("the database gives no answer".into())
}

/// The thread of a connection: it ends when nobody can ask it any more.
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
        // Before anything is read, so that whatever is written after the reading notifies.
        conn.batch_execute(LISTEN)?;
    }
    Ok(conn)
}

/// Returns whether notifications have come in. This is no round trip.
fn notifications(conn: &mut Conn) -> Result<bool> {
    let mut any = false;
    if let Conn::Postgres(conn) = conn {
        for notification in conn.notifications_iter() {
            // A lost connection would say so again and again.
            notification?;
            any = true;
        }
    }
    Ok(any)
}

/// The settings for a connection that must not wait for long.
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

/// The URL with libpq's parameters, but for those it sets itself.
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
