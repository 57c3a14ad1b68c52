//! Single-flight: of concurrent requests for one cache key, the first becomes the leader and asks the origin; the
//! others wait for its result.
//!
//! `quick_cache` offers this too (`get_value_or_guard_async`), but with other rules. Here a request joins only a call
//! that started in its own epoch, because a result from before an invalidation may be out of date. Waiters also receive
//! results that are never stored, such as failures and oversized bodies.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use super::epochs::Epoch;

/// The calls in progress, by cache key. `T` is the type of their result.
pub struct SingleFlight<T>(Arc<Mutex<Calls<T>>>);

struct Calls<T> {
    by_key: HashMap<Box<str>, Call<T>>,
    started: u64,
}

struct Call<T> {
    number: u64,
    epoch: Epoch,
    started_at: Duration,
    result: watch::Receiver<Option<T>>,
}

/// The role of a request in a call.
pub enum Joined<T> {
    /// The request makes the call.
    Leader(Leader<T>),
    /// The request waits for the leader's result.
    Waiter(Waiter<T>),
}

/// The request that makes the call. If it is dropped without a result, for example because its client disconnected, one
/// of the waiters becomes the leader.
pub struct Leader<T> {
    flight: SingleFlight<T>,
    key: Box<str>,
    number: u64,
    result: watch::Sender<Option<T>>,
}

/// A request that waits for the leader's result.
pub struct Waiter<T>(watch::Receiver<Option<T>>);

impl<T: Clone> SingleFlight<T> {
    /// Joins the call for `key` if it started in `epoch` and not before `earliest`; otherwise starts a new call at
    /// `now`.
    pub fn join(&self, key: &str, epoch: Epoch, earliest: Duration, now: Duration) -> Joined<T> {
        let mut calls = self.calls();
        let may_join = |call: &&Call<T>| {
            call.epoch == epoch && call.started_at >= earliest && call.has_leader()
        };
        if let Some(call) = calls.by_key.get(key).filter(may_join) {
            return Joined::Waiter(Waiter(call.result.clone()));
        }
        calls.started += 1;
        let number = calls.started;
        let (result, receiver) = watch::channel(None);
        let call = Call {
            number,
            epoch,
            started_at: now,
            result: receiver,
        };
        calls.by_key.insert(key.into(), call);
        Joined::Leader(Leader {
            flight: self.clone(),
            key: key.into(),
            number,
            result,
        })
    }
}

impl<T> SingleFlight<T> {
    fn calls(&self) -> MutexGuard<'_, Calls<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Call<T> {
    fn has_leader(&self) -> bool {
        self.result.has_changed().is_ok()
    }
}

impl<T> Leader<T> {
    /// Passes the result to all waiters and ends the call.
    pub fn complete(self, result: T) {
        self.result.send_replace(Some(result));
    }
}

impl<T> Drop for Leader<T> {
    fn drop(&mut self) {
        let mut calls = self.flight.calls();
        // Another call may have started under the same key in a later epoch.
        let current = calls.by_key.get(&self.key);
        if current.is_some_and(|call| call.number == self.number) {
            calls.by_key.remove(&self.key);
        }
    }
}

impl<T: Clone> Waiter<T> {
    /// Waits for the leader's result. Returns `None` if the leader was dropped without one.
    pub async fn result(mut self) -> Option<T> {
        let result = self.0.wait_for(Option::is_some).await;
        result.ok()?.clone()
    }
}

impl<T> Clone for SingleFlight<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Default for SingleFlight<T> {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Calls {
            by_key: HashMap::new(),
            started: 0,
        })))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use actix_web::rt::System;

    use super::super::epochs::Epochs;
    use super::*;

    const NOW: Duration = Duration::from_secs(9);

    fn join(flight: &SingleFlight<u8>, key: &str, epoch: Epoch) -> Joined<u8> {
        flight.join(key, epoch, Duration::ZERO, NOW)
    }

    fn leader(joined: Joined<u8>) -> Leader<u8> {
        match joined {
            Joined::Leader(leader) => leader,
            Joined::Waiter(_) => panic!("a waiter"),
        }
    }

    fn waiter(joined: Joined<u8>) -> Waiter<u8> {
        match joined {
            Joined::Waiter(waiter) => waiter,
            Joined::Leader(_) => panic!("a leader"),
        }
    }

    #[test]
    fn requests_for_the_same_key_get_the_result_of_the_first() {
        System::new().block_on(async {
            let (flight, epoch) = (SingleFlight::default(), Epochs::default().current());
            let first = leader(join(&flight, "a", epoch));
            let waiting: Vec<_> = (0..3).map(|_| waiter(join(&flight, "a", epoch))).collect();
            drop(leader(join(&flight, "b", epoch)));
            first.complete(7);
            for one in waiting {
                assert_eq!(one.result().await, Some(7));
            }
            drop(leader(join(&flight, "a", epoch)));
            assert!(flight.calls().by_key.is_empty());
        });
    }

    #[test]
    fn the_waiters_of_a_leader_that_is_dropped_get_nothing_and_may_lead() {
        System::new().block_on(async {
            let (flight, epoch) = (SingleFlight::default(), Epochs::default().current());
            let first = leader(join(&flight, "a", epoch));
            let waiting = waiter(join(&flight, "a", epoch));
            drop(first);
            assert_eq!(waiting.result().await, None);
            let second = leader(join(&flight, "a", epoch));
            let waiting = waiter(join(&flight, "a", epoch));
            second.complete(8);
            assert_eq!(waiting.result().await, Some(8));
        });
    }

    #[test]
    fn nobody_joins_a_call_that_started_before_an_invalidation() {
        System::new().block_on(async {
            let (flight, epochs) = (SingleFlight::default(), Epochs::default());
            let before = leader(join(&flight, "a", epochs.current()));
            epochs.invalidate(Box::default(), None);
            let after = leader(join(&flight, "a", epochs.current()));
            let waiting = waiter(join(&flight, "a", epochs.current()));
            before.complete(1);
            let late = waiter(join(&flight, "a", epochs.current()));
            after.complete(2);
            assert_eq!(waiting.result().await, Some(2));
            assert_eq!(late.result().await, Some(2));
        });
    }

    #[test]
    fn nobody_joins_a_call_that_started_too_long_ago() {
        let (flight, epoch) = (SingleFlight::<u8>::default(), Epochs::default().current());
        let _slow = leader(join(&flight, "a", epoch));
        drop(waiter(flight.join("a", epoch, NOW, NOW)));
        let later = NOW + Duration::from_millis(1);
        drop(leader(flight.join("a", epoch, later, later)));
    }
}
