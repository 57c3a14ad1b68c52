//! The client that sends requests to receivers. It connects to addresses that were checked, and to no others: it resolves
//! a name once, and follows no redirects and no proxies. An attempt takes ten seconds at most, and of a response 64 KB are
//! read, for a second at most.

use std::fmt;
use std::io::Read;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, LazyLock};
use std::thread;
use std::time::{Duration, Instant};

use rustls::crypto::aws_lc_rs;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use ureq::config::Config;
use ureq::http::{HeaderMap, Request, Response, Uri, header};
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use ureq::{Agent, Body, Error as SendError};

use super::address::{Exempt, Lookup, Refusal, system_lookup};
use super::deliveries::model::{AttemptHeader, AttemptResponse};
use super::presets::Outgoing;
use crate::error::Error;

/// The time limit of an attempt, from the look-up of the name to the end of the response.
const TIME_LIMIT: Duration = Duration::from_secs(10);
/// The time limit of the body of a response. A receiver that sends it slowly must not hold up others.
const BODY_TIME_LIMIT: Duration = Duration::from_secs(1);
/// The maximum number of tests under way. Others wait.
const MAX_TESTS: usize = 4;
/// The maximum number of bytes of a response that are read.
const MAX_BODY: u64 = 64 * 1024;
/// The maximum number of characters of a body, and of a header, that are stored.
const MAX_STORED: usize = 4000;
/// The maximum number of headers that are stored.
const MAX_HEADERS: usize = 40;
/// The maximum length of all headers of a response.
const MAX_HEADERS_SIZE: usize = 64 * 1024;

/// The result of an attempt.
#[derive(Debug, Clone)]
pub struct Report {
    /// The time that it took.
    pub took: Duration,
    /// The status of the response, if there was one.
    pub status: Option<u16>,
    /// The reason for which it failed, if it did.
    pub failure: Option<String>,
    /// The response, shortened.
    pub response: Option<AttemptResponse>,
    /// The value of `Retry-After`.
    pub retry_after: Option<String>,
}

/// The client of an instance. Clones share it.
#[derive(Clone)]
pub struct Client {
    agent: Agent,
    exempt: Exempt,
    tests: Arc<Semaphore>,
}

impl Client {
    /// Creates a client. Private addresses and plain http are allowed for the hosts in `allow`.
    pub fn new(allow: &[String]) -> Self {
        Self::with(allow, system_lookup(), TIME_LIMIT)
    }

    /// Creates a client that resolves names by this function, and has this time limit for an attempt.
    pub fn with(allow: &[String], lookup: Lookup, limit: Duration) -> Self {
        let exempt = Exempt::new(allow);
        let resolver = CheckingResolver {
            exempt: exempt.clone(),
            lookup,
        };
        let agent = Agent::with_parts(config(limit), DefaultConnector::default(), resolver);
        Self {
            agent,
            exempt,
            tests: Arc::new(Semaphore::new(MAX_TESTS)),
        }
    }

    /// Waits until there is room for one more test, for as long as the permit is held.
    ///
    /// # Errors
    /// Returns [`Error::Internal`] if the client has been closed, which does not happen.
    pub(super) async fn permit_test(&self) -> Result<OwnedSemaphorePermit, Error> {
        let permit = Arc::clone(&self.tests).acquire_owned().await;
        permit.map_err(|error| Error::Internal(error.to_string()))
    }

    /// Sends a request, and waits for the response.
    pub fn send(&self, outgoing: &Outgoing) -> Report {
        let begun = Instant::now();
        let report = match self.sent(outgoing) {
            Ok(response) => Report::of(response),
            Err(failure) => Report {
                took: Duration::ZERO,
                status: None,
                failure: Some(shortened(&failure)),
                response: None,
                retry_after: None,
            },
        };
        Report {
            took: begun.elapsed(),
            ..report
        }
    }

    fn sent(&self, outgoing: &Outgoing) -> Result<Response<Body>, String> {
        let url = &outgoing.request.url;
        let checked = self
            .exempt
            .check_url(url)
            .map_err(|refusal| refusal.to_string())?;
        let mut request = Request::builder()
            .method(outgoing.request.method.as_str())
            .uri(checked.as_str());
        let headers = outgoing.request.headers.iter();
        for AttemptHeader { name, value } in headers {
            request = request.header(name, value);
        }
        if let Some((name, value)) = &outgoing.hidden {
            request = request.header(*name, value);
        }
        let request = request
            .body(outgoing.body.as_str())
            .map_err(|error| error.to_string())?;
        self.agent.run(request).map_err(|error| told(&error))
    }
}

fn config(limit: Duration) -> Config {
    let tls = TlsConfig::builder()
        .unversioned_rustls_crypto_provider(Arc::new(aws_lc_rs::default_provider()))
        .root_certs(ROOTS.clone())
        .build();
    Agent::config_builder()
        .tls_config(tls)
        .timeout_global(Some(limit))
        .timeout_recv_body(Some(BODY_TIME_LIMIT))
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .proxy(None)
        .allow_non_standard_methods(true)
        .max_response_header_size(MAX_HEADERS_SIZE)
        .max_idle_connections(0)
        .user_agent(concat!("Tribuna/", env!("CARGO_PKG_VERSION")))
        .build()
}

/// The roots that the system trusts. Without any, every connection by TLS fails.
static ROOTS: LazyLock<RootCerts> = LazyLock::new(|| {
    let found = rustls_native_certs::load_native_certs();
    for error in &found.errors {
        log::warn!("a trusted root certificate cannot be read: {error}");
    }
    let roots = found.certs.iter();
    let roots: Vec<_> = roots
        .map(|der| Certificate::from_der(der).to_owned())
        .collect();
    RootCerts::new_with_certs(&roots)
});

/// Returns the failure in words that whoever manages the webhook understands.
fn told(error: &SendError) -> String {
    match error {
        SendError::Timeout(_) => "no response within the time limit".to_owned(),
        SendError::HostNotFound => "the host does not exist".to_owned(),
        SendError::Other(other) => other.to_string(),
        SendError::Io(error) => match error.get_ref().and_then(|inner| inner.downcast_ref()) {
            Some(refusal @ Refusal { .. }) => refusal.to_string(),
            None => error.to_string(),
        },
        other => other.to_string(),
    }
}

impl Report {
    /// Reads a response. Its status decides, whatever becomes of its body.
    fn of(mut response: Response<Body>) -> Self {
        let status = response.status();
        let failure = match status.as_u16() {
            200..=299 => None,
            300..=399 => Some(format!("answered {status}; redirects are not followed")),
            _ => Some(format!("answered {status}")),
        };
        let retry_after = response.headers().get(header::RETRY_AFTER);
        let retry_after = retry_after
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned);
        let headers = stored_headers(response.headers());
        let mut body = Vec::new();
        let mut reader = response.body_mut().as_reader().take(MAX_BODY);
        if let Err(error) = reader.read_to_end(&mut body) {
            log::debug!("the response of a webhook broke off: {error}");
        }
        Self {
            took: Duration::ZERO,
            status: Some(status.as_u16()),
            failure,
            response: Some(AttemptResponse {
                headers,
                body: shortened(&String::from_utf8_lossy(&body)),
            }),
            retry_after,
        }
    }

    /// Returns whether the receiver accepted the message.
    pub fn is_success(&self) -> bool {
        self.failure.is_none()
    }
}

fn stored_headers(headers: &HeaderMap) -> Vec<AttemptHeader> {
    let header = |(name, value): (&header::HeaderName, &header::HeaderValue)| {
        let value = String::from_utf8_lossy(value.as_bytes());
        AttemptHeader {
            name: name.as_str().to_owned(),
            value: shortened(&value),
        }
    };
    headers.iter().take(MAX_HEADERS).map(header).collect()
}

/// Returns the beginning of a text, without NUL, which PostgreSQL does not store.
fn shortened(text: &str) -> String {
    let characters = text.chars().take(MAX_STORED);
    characters
        .map(|one| if one == '\0' { '\u{fffd}' } else { one })
        .collect()
}

/// Resolves names, and refuses those that lead to forbidden addresses. The client connects to the addresses that it
/// returns, so there is no second look-up, which could have another answer.
struct CheckingResolver {
    exempt: Exempt,
    lookup: Lookup,
}

impl fmt::Debug for CheckingResolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CheckingResolver")
    }
}

impl Resolver for CheckingResolver {
    fn resolve(
        &self,
        uri: &Uri,
        _: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, SendError> {
        let host = uri.host().ok_or(SendError::HostNotFound)?.to_owned();
        let default = if uri.scheme_str() == Some("http") {
            80
        } else {
            443
        };
        let port = uri.port_u16().unwrap_or(default);
        let (exempt, lookup) = (self.exempt.clone(), Arc::clone(&self.lookup));
        // The system has no time limit for look-ups, so one that hangs is left alone.
        let (sender, receiver) = mpsc::sync_channel(1);
        let look_up = move || {
            let _ = sender.send(exempt.resolve(&lookup, &host, port));
        };
        thread::Builder::new()
            .name("webhook look-up".to_owned())
            .spawn(look_up)?;
        let found = match receiver.recv_timeout(*timeout.after) {
            Ok(found) => found?,
            Err(RecvTimeoutError::Timeout) => return Err(SendError::Timeout(timeout.reason)),
            Err(RecvTimeoutError::Disconnected) => return Err(SendError::HostNotFound),
        };
        let mut addresses = self.empty();
        for address in found.into_iter().take(16) {
            addresses.push(address);
        }
        match addresses.is_empty() {
            true => Err(SendError::HostNotFound),
            false => Ok(addresses),
        }
    }
}
