//! A bounded pool of connections. Dead connections are replaced when they are found. A connection that does not answer is
//! given up: another one takes its place, and it is closed as soon as its thread gets any answer.

use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use super::Observer;
use super::activity::{Activity, Follow};
use super::call::DatabaseCall;
use super::connection::{Conn, Mode};
use super::lanes::{PATIENCE, none_is_free};
use super::names::Names;
use super::pulse::Pulse;
use crate::config::Config;
use crate::error::{Error, Result};

/// The time after which an idle connection is closed, unless it is the last one.
const IDLE: Duration = Duration::from_secs(600);
/// The age at which a connection is replaced.
const LIFETIME: Duration = Duration::from_secs(1800);
/// The time after which a statement that has not even reached the server is given up.
const UNHEARD: Duration = Duration::from_secs(1);

/// A pool. Clones are the same pool.
#[derive(Clone)]
pub(super) struct Pool(Arc<Shared>);

/// A pool that closes when nobody else has it.
pub(super) struct WeakPool(Weak<Shared>);

struct Shared {
    connector: Connector,
    size: usize,
    places: Mutex<Places>,
    freed: Condvar,
}

#[derive(Default)]
struct Places {
    /// The connections that nobody uses, the most recently used last.
    idle: Vec<Idle>,
    /// The connections in use, by the number of their use.
    busy: HashMap<u64, Busy>,
    uses: u64,
}

struct Idle {
    member: Member,
    since: Instant,
}

struct Busy {
    call: DatabaseCall,
    /// The number and the activity of the connection, once it is open.
    connection: Option<(u64, Activity)>,
}

/// A connection of the pool.
struct Member {
    number: u64,
    conn: Conn,
    activity: Activity,
    opened: Instant,
}

/// Opens the connections of a pool.
pub(super) struct Connector {
    pub(super) config: Config,
    pub(super) mode: Mode,
    pub(super) names: Names,
    pub(super) pulse: Option<Pulse>,
    pub(super) observer: Option<Observer>,
}

/// A connection in use. It returns to its pool when it is dropped, unless it was given up.
pub(super) struct PooledConn {
    pool: Pool,
    usage: u64,
    /// `None` while the connection is being opened.
    member: Option<Member>,
}

impl Pool {
    /// Creates a pool with one connection.
    ///
    /// # Errors
    /// Returns [`Error::Unavailable`] with the database's error message.
    pub(super) fn open(connector: Connector, size: u32) -> Result<Self> {
        let first = Idle {
            member: connector.connect()?,
            since: Instant::now(),
        };
        let places = Places {
            idle: vec![first],
            ..Places::default()
        };
        Ok(Self(Arc::new(Shared {
            connector,
            size: size as usize,
            places: Mutex::new(places),
            freed: Condvar::new(),
        })))
    }

    /// Returns a connection for a call. Opens one if none is idle.
    ///
    /// # Errors
    /// Returns [`Error::Unavailable`] if the database cannot be reached, or if all connections remain in use.
    pub(super) fn get(&self, call: &DatabaseCall) -> Result<PooledConn> {
        let (usage, idle) = self.take_place(call)?;
        let mut conn = PooledConn {
            pool: self.clone(),
            usage,
            member: idle,
        };
        if conn.member.is_none() {
            conn.member = Some(self.0.connector.connect()?);
        }
        conn.register();
        Ok(conn)
    }

    pub(super) fn weak(&self) -> WeakPool {
        WeakPool(Arc::downgrade(&self.0))
    }

    /// Gives up the connections of a call.
    pub(super) fn give_up(&self, call: &DatabaseCall) {
        self.places().busy.retain(|_, busy| !busy.call.is(call));
        self.0.freed.notify_all();
    }

    /// Gives up the connections whose statement has not reached the server, which calls them `idle`, and those that have
    /// waited for longer than `limit`, after which the server would have cancelled the statement. Returns whether there were
    /// any.
    pub(super) fn give_up_stuck(&self, idle: &[u64], limit: Duration) -> bool {
        let is_stuck = |busy: &Busy| {
            busy.connection.as_ref().is_some_and(|(number, activity)| {
                let waiting = activity.waiting();
                waiting > limit || (waiting > UNHEARD && idle.contains(number))
            })
        };
        let mut places = self.places();
        let stuck: Vec<DatabaseCall> = (places.busy.extract_if(|_, busy| is_stuck(busy)))
            .map(|(_, busy)| busy.call)
            .collect();
        drop(places);
        for call in &stuck {
            log::warn!("a database connection does not answer");
            call.give_up();
        }
        self.0.freed.notify_all();
        !stuck.is_empty()
    }

    /// Closes the connections that nobody uses.
    pub(super) fn close_idle(&self) {
        let idle = std::mem::take(&mut self.places().idle);
        drop(idle);
    }

    /// Waits for a place in the pool, and takes an idle connection if there is one.
    fn take_place(&self, call: &DatabaseCall) -> Result<(u64, Option<Member>)> {
        let is_full = |places: &mut Places| places.busy.len() >= self.0.size;
        let waited = self
            .0
            .freed
            .wait_timeout_while(self.places(), PATIENCE, is_full);
        let (mut places, waited) = waited.unwrap_or_else(PoisonError::into_inner);
        if waited.timed_out() {
            return Err(none_is_free());
        }
        call.expect_wanted()?;
        places.uses += 1;
        let usage = places.uses;
        let busy = Busy {
            call: call.clone(),
            connection: None,
        };
        places.busy.insert(usage, busy);
        let idle = places.idle.pop().map(|idle| idle.member);
        drop(places);
        Ok((usage, idle.filter(|one| one.opened.elapsed() < LIFETIME)))
    }

    fn places(&self) -> MutexGuard<'_, Places> {
        let places = self.0.places.lock();
        places.unwrap_or_else(PoisonError::into_inner)
    }
}

impl WeakPool {
    pub(super) fn upgrade(&self) -> Option<Pool> {
        self.0.upgrade().map(Pool)
    }
}

impl PooledConn {
    /// Returns the connection itself.
    ///
    /// # Errors
    /// Returns [`Error::Unavailable`] if it is not open.
    pub(super) fn conn(&mut self) -> Result<&mut Conn> {
        let member = self.member.as_mut();
        let member = member.ok_or_else(|| Error::Unavailable("no connection is open".into()))?;
        Ok(&mut member.conn)
    }

    /// Replaces a failed connection. Returns whether that succeeded.
    pub(super) fn revive(&mut self) -> bool {
        match self.pool.0.connector.connect() {
            Ok(fresh) => {
                self.member = Some(fresh);
                self.register();
                true
            }
            Err(_) => false,
        }
    }

    /// Tells the pool which connection is in use.
    fn register(&self) {
        let mut places = self.pool.places();
        if let (Some(busy), Some(member)) = (places.busy.get_mut(&self.usage), &self.member) {
            busy.connection = Some((member.number, member.activity.clone()));
        }
    }
}

impl Drop for PooledConn {
    fn drop(&mut self) {
        let mut places = self.pool.places();
        let is_given_up = places.busy.remove(&self.usage).is_none();
        let member = self.member.take();
        let since = Instant::now();
        let mut closed = Vec::new();
        match member {
            Some(member) if !is_given_up && !std::thread::panicking() => {
                let is_old = |one: &Idle| one.since.elapsed() >= IDLE;
                let old = places.idle.iter().take_while(|one| is_old(one)).count();
                closed.extend(places.idle.drain(..old));
                places.idle.push(Idle { member, since });
            }
            unusable => closed.extend(unusable.map(|member| Idle { member, since })),
        }
        drop(places);
        self.pool.0.freed.notify_one();
        drop(closed);
    }
}

impl Connector {
    fn connect(&self) -> Result<Member> {
        let mut conn = Conn::open(&self.config, self.mode)?;
        let number = self.names.next();
        let activity = Activity::new();
        conn.name(&self.names.name(number))?;
        // SQLite: there is nothing to wait for.
        if self.pulse.is_some() || self.observer.is_some() {
            conn.follow(Follow {
                activity: activity.clone(),
                pulse: self.pulse.clone(),
                observer: self.observer.clone(),
            });
        }
        Ok(Member {
            number,
            conn,
            activity,
            opened: Instant::now(),
        })
    }
}
