//! Quotas: the number of requests that one client may send. A client is an address without credentials of its own, where the
//! /64 of an IPv6 address counts as one, or whoever the credentials identify.
//!
//! Each instance counts by itself. Requests are counted before the cache, and the headers are added behind it, so that no
//! stored response contains them.

mod future;
mod headers;
pub mod identify;
mod limiter;
pub mod middleware;

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;

use actix_web::http::header::HeaderValue;
use quick_cache::sync::Cache;

use crate::clock::Clock;
use crate::config::Config;
use crate::id::Id;

pub use limiter::{Count, Limiter};

/// The maximum number of clients whose requests are counted at the same time. The least used one is forgotten first, and
/// has its whole quota again.
const MOST_CLIENTS: usize = 100_000;

/// A rate at which a client may send requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rate {
    /// The number of requests per minute in the long run.
    pub per_minute: NonZeroU32,
    /// The number of requests at once, after a pause.
    pub burst: NonZeroU32,
}

impl Rate {
    /// Returns a rate; `None` if one of the numbers is 0.
    pub fn new(per_minute: u32, burst: u32) -> Option<Self> {
        Some(Self {
            per_minute: NonZeroU32::new(per_minute)?,
            burst: NonZeroU32::new(burst)?,
        })
    }

    /// Returns the seconds in which the whole quota becomes available again.
    pub fn window(self) -> u64 {
        self.seconds_for(self.burst.get()).max(1)
    }

    /// Returns the seconds after which `requests` may be sent again.
    fn seconds_for(self, requests: u32) -> u64 {
        let seconds = u64::from(requests) * 60;
        seconds.div_ceil(u64::from(self.per_minute.get()))
    }
}

/// A client whom the credentials of a request identify. Whoever checks the credentials puts it into the extensions of the
/// request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Client {
    /// The id.
    pub id: Id,
    /// The client's own quota; `None` for that of the settings.
    pub rate: Option<Rate>,
    /// True if the client may read what is public, as everybody else does.
    pub reads_public: bool,
}

/// Whose requests are counted together, and at which rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct LimiterKey {
    who: Who,
    rate: Rate,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Who {
    Network(IpAddr),
    /// A network whose credentials have to be looked up.
    LookUp(IpAddr),
    Client(Id),
}

/// The quotas of one instance. Clones share the counts.
#[derive(Clone)]
pub struct Quotas {
    rate: Option<Rate>,
    /// The header of this rate.
    policy: Option<HeaderValue>,
    limiters: Arc<Cache<LimiterKey, Arc<Limiter>>>,
    clock: Clock,
}

impl Quotas {
    /// Creates the quotas with the rate in the settings.
    pub fn new(config: &Config, clock: Clock) -> Self {
        let rate = Rate::new(config.quotas.per_minute, config.quotas.burst);
        Self {
            rate,
            policy: rate.and_then(headers::policy),
            limiters: Arc::new(Cache::new(MOST_CLIENTS)),
            clock,
        }
    }

    /// Counts a request from a network. Returns `None` if no quota applies.
    pub fn count_network(&self, network: IpAddr) -> Option<Count> {
        self.count(Who::Network(network), self.rate?)
    }

    /// Counts a look-up of the client of a request. Whoever sends ever new credentials that nobody has is stopped before
    /// they cost more than requests without any. Returns `None` if no quota applies.
    pub fn count_look_up(&self, network: IpAddr) -> Option<Count> {
        self.count(Who::LookUp(network), self.rate?)
    }

    /// Counts a request of a client. Returns `None` if no quota applies.
    pub fn count_client(&self, client: Client) -> Option<Count> {
        self.count(Who::Client(client.id), self.rate_of(client)?)
    }

    /// Returns the rate that applies to a client; `None` if none does.
    pub fn rate_of(&self, client: Client) -> Option<Rate> {
        client.rate.or(self.rate)
    }

    /// Returns the header of a rate.
    fn policy(&self, rate: Rate) -> Option<HeaderValue> {
        match self.rate == Some(rate) {
            true => self.policy.clone(),
            false => headers::policy(rate),
        }
    }

    fn count(&self, who: Who, rate: Rate) -> Option<Count> {
        let counted = LimiterKey { who, rate };
        let make = || Ok::<_, ()>(Arc::new(Limiter::new(rate, self.clock.clone())));
        let limiter = self.limiters.get_or_insert_with(&counted, make);
        limiter.ok().map(|limiter| limiter.count())
    }
}
