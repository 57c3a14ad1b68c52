//! An answer from memory equals the one that would be computed: at once on the instance that wrote, within a second on
//! others. A change removes only the answers that it concerns.

mod concurrency;
mod following;
mod invalidation;
mod random;
mod read_after_write;
mod silent_failures;

use crate::support::TestApp;
use crate::support::client::{Answer, Client};

/// True if the answer came from memory.
fn is_cached(answer: &Answer) -> bool {
    answer.header("cache-status") == "tribuna; hit"
}

/// The part of an answer that is independent of the cache. It leaves out the request id, the cache status, and the
/// lifetime, which a cache may shorten.
fn comparable(answer: &Answer) -> String {
    let mut body = answer.json.clone();
    if let Some(members) = body.as_object_mut() {
        members.remove("instance");
    }
    let headers = [
        "content-type",
        "content-language",
        "etag",
        "link",
        "location",
    ];
    let headers = headers.map(|name| {
        let value = answer.headers.get(name).map(|value| value.to_str());
        format!("{name}: {:?}", value.and_then(Result::ok))
    });
    format!("{}\n{}\n{body:#}", answer.status, headers.join("\n"))
}

/// Compares the answers of an instance with a cache and of one without. Returns true if the first came from memory.
async fn same(keeping: &Client, plain: &Client, address: &str) -> bool {
    let got = keeping.get(address).await;
    let expected = plain.get(address).await;
    assert!(!is_cached(&expected), "{expected}");
    assert_eq!(
        comparable(&got),
        comparable(&expected),
        "GET {address}: {}",
        got.header("cache-status")
    );
    is_cached(&got)
}

/// Addresses that are requested again and again.
struct Watched {
    keeping: Client,
    plain: Client,
    addresses: Vec<String>,
}

impl Watched {
    /// Watches an instance with a cache, and compares it with one without.
    fn new(keeping: &TestApp, plain: &TestApp, addresses: &[&str]) -> Self {
        Self {
            keeping: keeping.anonymous(),
            plain: plain.anonymous(),
            addresses: addresses.iter().map(|one| (*one).to_owned()).collect(),
        }
    }

    /// Requests all addresses, so that all are cached.
    async fn warm(&self) {
        for address in &self.addresses {
            self.keeping.get(address).await.expect(200);
            let again = self.keeping.get(address).await.expect(200);
            assert!(is_cached(&again), "{again}");
        }
    }

    /// Returns the addresses whose answers are no longer cached. All answers must be those of an instance without a
    /// cache.
    async fn invalidated(&self) -> Vec<&str> {
        let mut invalidated = Vec::new();
        for address in &self.addresses {
            if !same(&self.keeping, &self.plain, address).await {
                invalidated.push(address.as_str());
            }
        }
        invalidated
    }
}
