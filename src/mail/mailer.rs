//! The mailer: a job that sends messages of the outbox which are due, each on a thread of its own, and stores how it went.
//! Every instance has one. Transactions are short: nothing of the database is held while a message is under way.

use std::collections::HashMap;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender as Channel, channel};
use std::thread;
use std::time::{Duration, Instant};

use super::keys::MailKey;
use super::outbox::queue::{self, Attempted, Consequence, Letter, Outcome};
use super::sender::Sender;
use super::sites::SiteNames;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::id::Id;
use crate::jobs::worker::{Job, Stop};
use crate::state::State;

/// The maximum number of messages under way.
const MOST: usize = 4;
/// The pause between two looks at the outbox.
const PAUSE: Duration = Duration::from_secs(1);
/// The longest wait for the end of an attempt before the outbox is looked at again.
const PATIENCE: Duration = Duration::from_millis(100);
/// The time after which an attempt has failed, whatever its thread is waiting for. It is shorter than a lease.
const TIME_LIMIT: Duration = Duration::from_secs(150);

/// The mailer of one instance.
pub struct Mailer {
    db: Db,
    clock: Clock,
    config: Config,
    sender: Sender,
    key: Option<MailKey>,
    limit: Duration,
    /// The attempts under way, with the time at which they began.
    under_way: HashMap<Id, (Instant, Attempted)>,
    /// The attempts that have ended and are not stored yet.
    ended: Vec<Attempted>,
    channel: (Channel<Attempted>, Receiver<Attempted>),
}

impl Mailer {
    /// Creates the job.
    pub fn new(state: &State, sender: Sender) -> Self {
        Self::with_limit(state, sender, TIME_LIMIT)
    }

    /// Creates the job with this time limit for an attempt.
    pub fn with_limit(state: &State, sender: Sender, limit: Duration) -> Self {
        Self {
            db: state.db.clone(),
            clock: state.clock.clone(),
            config: state.config.clone(),
            sender,
            key: None,
            limit,
            under_way: HashMap::new(),
            ended: Vec::new(),
            channel: channel(),
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
            match self.channel.1.recv_timeout(PATIENCE) {
                Ok(attempted) => self.end(attempted),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
            }
            while let Ok(attempted) = self.channel.1.try_recv() {
                self.end(attempted);
            }
            self.give_up_late_ones();
        }
    }

    fn end(&mut self, attempted: Attempted) {
        self.under_way.remove(&attempted.id);
        self.ended.push(attempted);
    }

    /// Ends the attempts that take too long, such as with a server that sends its answer letter by letter.
    fn give_up_late_ones(&mut self) {
        let limit = self.limit;
        let late = self
            .under_way
            .extract_if(|_, (begun, _)| begun.elapsed() > limit);
        self.ended.extend(late.map(|(_, (_, attempted))| attempted));
    }

    /// Stores the attempts that have ended, and begins as many as there is room for.
    fn store_and_lease(&mut self, stop: &Stop) -> Result<()> {
        let now = self.clock.now();
        let room = match stop.is_requested() {
            true => 0,
            false => MOST.saturating_sub(self.under_way.len()),
        };
        let is_idle = || -> Result<bool> {
            Ok(room == 0 || !self.db.read_now(|conn| queue::is_due(conn, now))?)
        };
        if self.ended.is_empty() && is_idle()? {
            return Ok(());
        }
        let key = self.key()?;
        let sites = SiteNames::of_settings(&self.config);
        let ended = &self.ended;
        let (consequences, leased, sites) = self.db.write_now(|conn| {
            let stored = ended.iter().map(|attempted| {
                let consequence = queue::record(conn, attempted, now)?;
                Ok((attempted.clone(), consequence))
            });
            let stored = stored.collect::<Result<Vec<_>>>()?;
            let room = i64::try_from(room).unwrap_or_default();
            let leased = queue::lease(conn, &key, room, now)?;
            Ok((stored, leased, sites.stored(conn)?))
        })?;
        self.ended.clear();
        for (attempted, consequence) in consequences {
            tell(&attempted, &consequence);
        }
        for letter in leased {
            self.begin(letter, key.clone(), sites.clone())?;
        }
        Ok(())
    }

    fn key(&mut self) -> Result<MailKey> {
        match &self.key {
            Some(key) => Ok(key.clone()),
            None => Ok(self.key.insert(MailKey::ensure(&self.db)?).clone()),
        }
    }

    fn begin(&mut self, letter: Letter, key: MailKey, sites: SiteNames) -> Result<()> {
        let (sender, channel) = (self.sender.clone(), self.channel.0.clone());
        let late = attempted(&letter, Outcome::Failed("no answer in time".to_owned()));
        let send = move || {
            let sent = sender.send(&letter, &key, &sites);
            if let Some(place) = &sent.place {
                log::info!("message {} ({}): {place}", letter.id, letter.template);
            }
            // If the mailer has ended, the lease ends by itself.
            let _ = channel.send(attempted(&letter, sent.outcome));
        };
        let thread = thread::Builder::new().name("message".to_owned());
        thread
            .spawn(send)
            .map_err(|error| Error::Unavailable(format!("no thread: {error}").into()))?;
        self.under_way.insert(late.id, (Instant::now(), late));
        Ok(())
    }
}

fn attempted(letter: &Letter, outcome: Outcome) -> Attempted {
    Attempted {
        id: letter.id,
        template: letter.template,
        attempts: letter.attempts,
        holder: letter.holder,
        outcome,
    }
}

/// Logs what becomes of a message that was not sent. No line contains an address.
fn tell(attempted: &Attempted, consequence: &Consequence) {
    let (Outcome::Failed(reason) | Outcome::Refused(reason)) = &attempted.outcome else {
        return;
    };
    let (id, template) = (attempted.id, attempted.template);
    match consequence {
        Consequence::Again(seconds) => {
            log::info!("message {id} ({template}): is tried again in {seconds} s: {reason}");
        }
        Consequence::GivenUp => log::warn!("message {id} ({template}): is given up: {reason}"),
        Consequence::Done | Consequence::Nothing => {}
    }
}

impl Job for Mailer {
    const NAME: &'static str = "messages";
    const GRACE: Duration = Duration::from_secs(10);

    fn run(&mut self, stop: &Stop) -> Result<Duration> {
        self.deliver(stop).map(|()| PAUSE)
    }
}
