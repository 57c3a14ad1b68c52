//! The log as the follower reads it: on a connection of its own, so that it never waits behind readers; and the bell.
//!
//! PostgreSQL: a trigger on the log rings (`NOTIFY`) when a transaction that wrote to it commits. A bell may be missed, while
//! nobody is connected; the log itself is never.

use std::mem;

use diesel::connection::SimpleConnection;

use crate::config::Config;
use crate::db::Conn;
use crate::db::connection::Mode;
use crate::error::Result;

/// What the trigger rings.
const LISTEN: &str = "LISTEN tribuna_changes";

/// The connection, made when it is needed and made anew when it was lost.
pub struct Log {
    config: Config,
    conn: Option<Conn>,
    /// Whether the bell has been heard, or may have been missed, since it was last asked for.
    rung: bool,
}

impl Log {
    /// Connects to nothing yet.
    pub fn new(config: Config) -> Self {
        Self {
            config,
            conn: None,
            rung: false,
        }
    }

    /// Reads; once more on a fresh connection if this one is lost. Each statement sees all that was committed before it.
    ///
    /// # Errors
    /// What the database reports, and what `work` returns.
    pub fn read<T>(&mut self, work: impl Fn(&mut Conn) -> Result<T>) -> Result<T> {
        if let Some(conn) = &mut self.conn {
            match work(conn) {
                Ok(read) => return Ok(read),
                // Whatever is wrong with it, it is not worth finding out.
                Err(_) => self.conn = None,
            }
        }
        let conn = self.conn.insert(connect(&self.config)?);
        self.rung = true;
        work(conn).inspect_err(|_| self.conn = None)
    }

    /// Whether somebody has written, as far as a bell can tell; never on SQLite, and never twice of one ringing.
    pub fn has_rung(&mut self) -> bool {
        if let Some(Conn::Postgres(conn)) = &mut self.conn {
            let mut is_lost = false;
            for heard in conn.notifications_iter() {
                self.rung = true;
                // Whoever goes on asking a lost connection is told so for ever.
                is_lost = heard.is_err();
                if is_lost {
                    break;
                }
            }
            if is_lost {
                self.conn = None;
            }
        }
        mem::take(&mut self.rung)
    }
}

fn connect(config: &Config) -> Result<Conn> {
    let mut conn = Conn::open(config, Mode::Read, None)?;
    if let Conn::Postgres(conn) = &mut conn {
        // Before anything is read, so that whatever is written after the reading rings.
        conn.batch_execute(LISTEN)?;
    }
    Ok(conn)
}
