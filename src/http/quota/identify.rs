//! The identification of clients by their credentials. The module that knows the credentials implements it.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::ServiceRequest;

use super::Client;

/// Identifies the clients of requests.
pub trait Identify: Clone + 'static {
    /// Identifies the client of a request, and keeps in its extensions what the check of the caller needs.
    fn identify(&self, request: &ServiceRequest) -> Identity;
}

/// The result of an identification.
pub enum Identity {
    /// The client; `None` if the request has no valid credentials of a client, so that its address counts.
    Known(Option<Client>),
    /// The client has to be looked up.
    Later(Pin<Box<dyn Future<Output = Mark>>>),
}

/// Keeps the result of a look-up in the extensions of the request. Returns the client.
pub type Mark = Box<dyn FnOnce(&ServiceRequest) -> Option<Client>>;
