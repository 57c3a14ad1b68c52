//! One fill for each address, however many ask: the first is the pilot, the others are passengers and get what it brings.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use super::epochs::Epoch;

/// Those under way. `T` is what they bring.
pub struct Flights<T>(Arc<Mutex<Aloft<T>>>);

struct Aloft<T> {
    flights: HashMap<Box<str>, Flight<T>>,
    begun: u64,
}

struct Flight<T> {
    number: u64,
    epoch: Epoch,
    began: Duration,
    news: watch::Receiver<Option<T>>,
}

/// Where somebody who asks finds themselves.
pub enum Seat<T> {
    /// Who must bring it.
    Pilot(Pilot<T>),
    /// Who will get it.
    Passenger(Passenger<T>),
}

/// Who fills. When it is dropped without having landed, as when its client hangs up, one of the passengers is the next.
pub struct Pilot<T> {
    flights: Flights<T>,
    key: Box<str>,
    number: u64,
    news: watch::Sender<Option<T>>,
}

/// Who waits.
pub struct Passenger<T>(watch::Receiver<Option<T>>);

impl<T: Clone> Flights<T> {
    /// A seat in the flight that began in this epoch, and not before `earliest`, or in a new one that begins now: what
    /// another brings may be out of date.
    pub fn board(&self, key: &str, epoch: Epoch, earliest: Duration, now: Duration) -> Seat<T> {
        let mut aloft = self.aloft();
        let there = aloft.flights.get(key);
        let fits = |flight: &&Flight<T>| {
            flight.epoch == epoch && flight.began >= earliest && flight.is_aloft()
        };
        if let Some(flight) = there.filter(fits) {
            return Seat::Passenger(Passenger(flight.news.clone()));
        }
        aloft.begun += 1;
        let number = aloft.begun;
        let (news, receiver) = watch::channel(None);
        let flight = Flight {
            number,
            epoch,
            began: now,
            news: receiver,
        };
        aloft.flights.insert(key.into(), flight);
        Seat::Pilot(Pilot {
            flights: self.clone(),
            key: key.into(),
            number,
            news,
        })
    }
}

impl<T> Flights<T> {
    fn aloft(&self) -> MutexGuard<'_, Aloft<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Flight<T> {
    /// A pilot that is gone brings nothing any more.
    fn is_aloft(&self) -> bool {
        self.news.has_changed().is_ok()
    }
}

impl<T> Pilot<T> {
    /// Gives the passengers what it brings.
    pub fn land(self, brought: T) {
        self.news.send_replace(Some(brought));
    }
}

impl<T> Drop for Pilot<T> {
    fn drop(&mut self) {
        let mut aloft = self.flights.aloft();
        let ours = aloft.flights.get(&self.key);
        if ours.is_some_and(|flight| flight.number == self.number) {
            aloft.flights.remove(&self.key);
        }
    }
}

impl<T: Clone> Passenger<T> {
    /// What the pilot brought; `None`: it brought nothing.
    pub async fn landed(mut self) -> Option<T> {
        let landed = self.0.wait_for(Option::is_some).await;
        landed.ok()?.clone()
    }
}

impl<T> Clone for Flights<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Default for Flights<T> {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Aloft {
            flights: HashMap::new(),
            begun: 0,
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

    fn board(flights: &Flights<u8>, key: &str, epoch: Epoch) -> Seat<u8> {
        flights.board(key, epoch, Duration::ZERO, NOW)
    }

    fn pilot(seat: Seat<u8>) -> Pilot<u8> {
        match seat {
            Seat::Pilot(pilot) => pilot,
            Seat::Passenger(_) => panic!("a passenger"),
        }
    }

    fn passenger(seat: Seat<u8>) -> Passenger<u8> {
        match seat {
            Seat::Passenger(passenger) => passenger,
            Seat::Pilot(_) => panic!("a pilot"),
        }
    }

    #[test]
    fn who_asks_for_the_same_gets_what_the_first_brings() {
        System::new().block_on(async {
            let (flights, epoch) = (Flights::default(), Epochs::default().now());
            let first = pilot(board(&flights, "a", epoch));
            let waiting: Vec<_> = (0..3)
                .map(|_| passenger(board(&flights, "a", epoch)))
                .collect();
            drop(pilot(board(&flights, "b", epoch)));
            first.land(7);
            for one in waiting {
                assert_eq!(one.landed().await, Some(7));
            }
            drop(pilot(board(&flights, "a", epoch)));
            assert!(flights.aloft().flights.is_empty());
        });
    }

    #[test]
    fn a_pilot_that_is_gone_leaves_its_seat_to_a_passenger() {
        System::new().block_on(async {
            let (flights, epoch) = (Flights::default(), Epochs::default().now());
            let first = pilot(board(&flights, "a", epoch));
            let waiting = passenger(board(&flights, "a", epoch));
            drop(first);
            assert_eq!(waiting.landed().await, None);
            let second = pilot(board(&flights, "a", epoch));
            let waiting = passenger(board(&flights, "a", epoch));
            second.land(8);
            assert_eq!(waiting.landed().await, Some(8));
        });
    }

    #[test]
    fn nobody_joins_a_flight_that_began_before_a_change() {
        System::new().block_on(async {
            let (flights, epochs) = (Flights::default(), Epochs::default());
            let before = pilot(board(&flights, "a", epochs.now()));
            epochs.invalidate(Box::default(), None);
            let after = pilot(board(&flights, "a", epochs.now()));
            let waiting = passenger(board(&flights, "a", epochs.now()));
            before.land(1);
            let late = passenger(board(&flights, "a", epochs.now()));
            after.land(2);
            assert_eq!(waiting.landed().await, Some(2));
            assert_eq!(late.landed().await, Some(2));
        });
    }

    #[test]
    fn nobody_joins_a_flight_that_has_been_under_way_for_too_long() {
        let (flights, epoch) = (Flights::<u8>::default(), Epochs::default().now());
        let _slow = pilot(board(&flights, "a", epoch));
        drop(passenger(flights.board("a", epoch, NOW, NOW)));
        let later = NOW + Duration::from_millis(1);
        drop(pilot(flights.board("a", epoch, later, later)));
    }
}
