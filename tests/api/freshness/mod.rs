//! What is answered from memory is what would be answered without: for the instance that wrote at once, for others within a
//! second; and a change leaves in place whatever it does not concern.

mod following;
mod random;
mod silence;
mod spared;
mod together;
mod written;

use crate::support::TestApp;
use crate::support::client::{Answer, Client};

/// Whether an answer came from memory.
fn is_kept(answer: &Answer) -> bool {
    answer.header("cache-status") == "tribuna; hit"
}

/// What says the same whether it is kept or not: all but what is about the one request, the cache, and for how long the
/// answer may be kept, which may be less than possible.
fn said(answer: &Answer) -> String {
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

/// Asks an instance that keeps answers and one that does not, which must say the same; whether it was kept.
async fn same(keeping: &Client, plain: &Client, address: &str) -> bool {
    let got = keeping.get(address).await;
    let expected = plain.get(address).await;
    assert!(!is_kept(&expected), "{expected}");
    assert_eq!(
        said(&got),
        said(&expected),
        "GET {address}: {}",
        got.header("cache-status")
    );
    is_kept(&got)
}

/// Addresses that are asked for again and again.
struct Watched {
    keeping: Client,
    plain: Client,
    addresses: Vec<String>,
}

impl Watched {
    /// Of an instance that keeps answers, held against one that does not.
    fn new(keeping: &TestApp, plain: &TestApp, addresses: &[&str]) -> Self {
        Self {
            keeping: keeping.anonymous(),
            plain: plain.anonymous(),
            addresses: addresses.iter().map(|one| (*one).to_owned()).collect(),
        }
    }

    /// Asks for all of them, so that all are kept.
    async fn warm(&self) {
        for address in &self.addresses {
            self.keeping.get(address).await.expect(200);
            let again = self.keeping.get(address).await.expect(200);
            assert!(is_kept(&again), "{again}");
        }
    }

    /// Which of them are not kept any more. What is said is what would be said without a cache.
    async fn dropped(&self) -> Vec<&str> {
        let mut dropped = Vec::new();
        for address in &self.addresses {
            if !same(&self.keeping, &self.plain, address).await {
                dropped.push(address.as_str());
            }
        }
        dropped
    }
}
