//! The dispatcher: a job that sends deliveries which are due, each on a thread of its own, and stores how it went. Every
//! instance has one. Transactions are short: nothing of the database is held while a request is under way.

use std::collections::HashMap;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use super::client::Client;
use super::model::Webhook;
use super::outcome::{self, Attempted};
use super::presets::{self, Outgoing};
use super::queue::{self, Leased};
use super::secret::WebhookSecret;
use super::store;
use crate::clock::Clock;
use crate::db::{Conn, Db};
use crate::error::{Error, Result};
use crate::id::Id;
use crate::jobs::worker::{Job, Stop};
use crate::state::State;
use crate::timestamp::Timestamp;

/// The maximum number of requests under way.
const MAX_UNDER_WAY: usize = 32;
/// The pause between two looks at the queue.
const PAUSE: Duration = Duration::from_millis(250);
/// The longest wait for the end of a request before the queue is looked at again.
const RECEIVE_TIMEOUT: Duration = Duration::from_millis(100);
/// The time after which a thread that has said nothing is no longer counted. Its lease is over.
const LOST_AFTER: Duration = Duration::from_secs(30);

/// The dispatcher of one instance.
pub struct Dispatcher {
    db: Db,
    clock: Clock,
    client: Client,
    /// The deliveries under way, with the time at which they began.
    under_way: HashMap<i64, Instant>,
    /// The attempts that have ended and are not stored yet.
    ended: Vec<Attempted>,
    sender: Sender<Attempted>,
    receiver: Receiver<Attempted>,
    /// The webhook that was served last. The one after it is the next, so that each has its turn.
    last: Option<Id>,
}

impl Dispatcher {
    /// Creates the job.
    pub fn new(state: &State, client: Client) -> Self {
        let (sender, receiver) = channel();
        Self {
            db: state.db.clone(),
            clock: state.clock.clone(),
            client,
            under_way: HashMap::new(),
            ended: Vec::new(),
            sender,
            receiver,
            last: None,
        }
    }

    /// Sends what is due, until nothing is and nothing is under way.
    ///
    /// # Errors
    /// Returns database errors. Attempts that have ended are stored by the next call.
    pub fn deliver(&mut self, stop: &Stop) -> Result<()> {
        loop {
            self.store_and_lease(stop)?;
            if self.under_way.is_empty() {
                return Ok(());
            }
            match self.receiver.recv_timeout(RECEIVE_TIMEOUT) {
                Ok(attempted) => self.end(attempted),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
            }
            while let Ok(attempted) = self.receiver.try_recv() {
                self.end(attempted);
            }
            self.under_way
                .retain(|_, begun| begun.elapsed() < LOST_AFTER);
        }
    }

    fn end(&mut self, attempted: Attempted) {
        self.under_way.remove(&attempted.number);
        self.ended.push(attempted);
    }

    /// Stores the attempts that have ended, and begins as many as there is room for. An attempt that has ended may be what
    /// the next delivery has waited for, so the queue is read after it is stored.
    fn store_and_lease(&mut self, stop: &Stop) -> Result<()> {
        let now = self.clock.now();
        let room = match stop.is_requested() {
            true => 0,
            false => MAX_UNDER_WAY.saturating_sub(self.under_way.len()),
        };
        let is_idle = || -> Result<bool> {
            Ok(room == 0 || self.db.read_now(|conn| queue::due(conn, now))?.is_empty())
        };
        if self.ended.is_empty() && is_idle()? {
            return Ok(());
        }
        let (ended, last) = (&self.ended, self.last);
        let leased = self.db.write_now(|conn| {
            for attempted in ended {
                outcome::record(conn, attempted, now)?;
            }
            let due = match room {
                0 => Vec::new(),
                _ => in_turn(queue::due(conn, now)?, last),
            };
            lease(conn, &due, room, now)
        })?;
        self.ended.clear();
        self.last = leased.last().map(|task| task.leased.webhook).or(self.last);
        for task in leased {
            self.begin(task, now)?;
        }
        Ok(())
    }

    fn begin(&mut self, task: Task, now: Timestamp) -> Result<()> {
        let Task { leased, outgoing } = task;
        let (client, sender) = (self.client.clone(), self.sender.clone());
        let number = leased.number;
        let send = move || {
            let report = client.send(&outgoing);
            // If the dispatcher has ended, the lease ends by itself.
            let _ = sender.send(Attempted {
                number,
                id: leased.id,
                webhook: leased.webhook,
                attempts: leased.attempts,
                holder: leased.holder,
                at: now,
                request: outgoing.request,
                report,
            });
        };
        let thread = thread::Builder::new().name("webhook delivery".to_owned());
        thread
            .spawn(send)
            .map_err(|error| Error::Unavailable(format!("no thread: {error}").into()))?;
        self.under_way.insert(number, Instant::now());
        Ok(())
    }
}

/// Sorts webhooks so that the one after the last that was served is the first.
fn in_turn(mut due: Vec<Id>, last: Option<Id>) -> Vec<Id> {
    due.sort_by_key(|id| (last.is_some_and(|last| *id <= last), *id));
    due
}

/// A delivery that is leased, and its request.
struct Task {
    leased: Leased,
    outgoing: Outgoing,
}

/// Leases up to `room` deliveries of these webhooks, in turn.
fn lease(conn: &mut Conn, due: &[Id], room: usize, now: Timestamp) -> Result<Vec<Task>> {
    if due.is_empty() {
        return Ok(Vec::new());
    }
    let webhooks = store::with_secrets(conn, due.to_vec(), now)?;
    let mut tasks = Vec::new();
    for id in due {
        let room = i64::try_from(room.saturating_sub(tasks.len())).unwrap_or_default();
        let Some((webhook, secrets)) = webhooks.iter().find(|(webhook, _)| webhook.id == *id)
        else {
            continue;
        };
        if room == 0 || !webhook.enabled {
            continue;
        }
        let is_failing = webhook.failing_since.is_some();
        for leased in queue::lease(conn, (*id, is_failing), room, now)? {
            tasks.push(task(webhook, secrets, leased, now)?);
        }
    }
    Ok(tasks)
}

fn task(
    webhook: &Webhook,
    secrets: &[WebhookSecret],
    leased: Leased,
    now: Timestamp,
) -> Result<Task> {
    let outgoing = presets::outgoing((webhook, secrets), leased.id, &leased.payload, now)?;
    Ok(Task { leased, outgoing })
}

impl Job for Dispatcher {
    const NAME: &'static str = "webhook deliveries";

    fn run(&mut self, stop: &Stop) -> Result<Duration> {
        self.deliver(stop).map(|()| PAUSE)
    }
}
