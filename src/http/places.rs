//! Places for requests that last, such as streams. Their number is limited, in all and for each client, so that no client
//! can lock the others out. A client is an API key or, without one, a network, as for quotas.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use actix_web::{HttpMessage, HttpRequest};

use super::address;
use super::quota;
use crate::config::Server;
use crate::id::Id;

/// The least share of a client, whatever the number of all places.
const MIN_SHARE: usize = 20;

/// The seconds after which a client without a place may try again.
pub const RETRY_SECONDS: u32 = 10;

/// A client who takes places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Occupant {
    /// A client without credentials of its own.
    Network(IpAddr),
    /// A client whom the credentials of the request identify.
    Client(Id),
}

impl Occupant {
    /// Returns the client of a request.
    pub fn of(request: &HttpRequest, server: &Server) -> Self {
        match request.extensions().get::<quota::Client>() {
            Some(client) => Self::Client(client.id),
            None => Self::Network(address::network(address::client(request, server))),
        }
    }
}

/// The reason for which a client gets no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Full {
    /// All places are taken.
    All,
    /// The client has taken all of its share.
    Share,
}

/// The places of an instance. Clones share them.
#[derive(Debug, Clone)]
pub struct Places(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    most: usize,
    share: usize,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    /// The places of each client who has any.
    by_occupant: HashMap<Occupant, usize>,
}

/// A place that is taken. It is free again when this is dropped.
#[derive(Debug)]
pub struct Place {
    places: Arc<Inner>,
    occupant: Occupant,
}

impl Places {
    /// Creates `most` places, of which each client may take `share`.
    pub fn new(most: usize, share: usize) -> Self {
        Self(Arc::new(Inner {
            most,
            share,
            taken: Mutex::default(),
        }))
    }

    /// Creates `most` places, of which each client may take a tenth, but at least 20.
    pub fn in_tenths(most: usize) -> Self {
        Self::new(most, MIN_SHARE.max(most / 10))
    }

    /// Takes a place.
    ///
    /// # Errors
    /// Returns why there is none for this client.
    pub fn take(&self, occupant: Occupant) -> Result<Place, Full> {
        let mut taken = self.0.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.all >= self.0.most {
            return Err(Full::All);
        }
        let own = taken.by_occupant.get(&occupant).copied();
        let own = own.unwrap_or_default();
        if own >= self.0.share {
            return Err(Full::Share);
        }
        taken.by_occupant.insert(occupant, own + 1);
        taken.all += 1;
        Ok(Place {
            places: Arc::clone(&self.0),
            occupant,
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let taken = &self.places.taken;
        let mut taken = taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.all = taken.all.saturating_sub(1);
        if let Some(own) = taken.by_occupant.get_mut(&self.occupant) {
            *own = own.saturating_sub(1);
            if *own == 0 {
                taken.by_occupant.remove(&self.occupant);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_client_takes_no_more_than_its_share() {
        let places = Places::in_tenths(50);
        let one = Occupant::Network("192.0.2.1".parse().unwrap());
        let other = Occupant::Client(Id::new());
        let mut held: Vec<Place> = (0..20).map(|_| places.take(one).unwrap()).collect();
        assert_eq!(places.take(one).unwrap_err(), Full::Share);
        let others: Vec<Place> = (0..20).map(|_| places.take(other).unwrap()).collect();
        let third = Occupant::Client(Id::new());
        held.extend((0..10).map(|_| places.take(third).unwrap()));
        assert_eq!(places.take(third).unwrap_err(), Full::All);
        drop(held);
        places.take(one).unwrap();
        drop(others);
        assert!(places.0.taken.lock().unwrap().by_occupant.is_empty());
    }
}
