//! The representations of one answer: its body as it is, and in each coding that a client asked for.

use std::sync::atomic::{AtomicUsize, Ordering};

use actix_web::error::BlockingError;
use actix_web::http::header::HeaderValue;
use actix_web::web::{self, Bytes};
use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tokio::sync::OnceCell;

use super::coding::Coding;

/// A shorter body fits into one packet as it is, and is not encoded.
const SHORTEST_ENCODED: usize = 1024;
/// How many bytes of the SHA-256 of a body its `ETag` has.
const ETAG_BYTES: usize = 12;

/// The bytes that all encoded bodies of one answer may take together. JSON shrinks to less than half, and there are three
/// codings.
fn encoded_budget(identity: usize) -> usize {
    identity + identity / 2
}

/// A body and its validator.
#[derive(Debug)]
pub struct Representation {
    /// The body.
    pub bytes: Bytes,
    /// The strong `ETag`, computed from the body.
    pub etag: HeaderValue,
}

/// A representation as it is sent.
#[derive(Debug, Clone, Copy)]
pub struct Selected<'a> {
    /// The representation.
    pub representation: &'a Representation,
    /// Its coding; `None` for the identity.
    pub coding: Option<Coding>,
}

/// All representations of one answer. Each coding is made when a client first asks for it.
pub struct Representations {
    identity: Representation,
    /// By coding. `Some(None)`: the encoded body is not smaller or found no room, so that the identity is sent.
    encoded: [OnceCell<Option<Representation>>; 3],
    /// The bytes that encoded bodies may still take.
    budget: AtomicUsize,
}

impl Representations {
    /// Those of a body.
    pub fn new(bytes: Bytes) -> Self {
        Self {
            budget: AtomicUsize::new(encoded_budget(bytes.len())),
            identity: Representation::new(bytes),
            encoded: Default::default(),
        }
    }

    /// The most bytes that they take together.
    pub fn weight(&self) -> usize {
        let identity = self.identity.bytes.len();
        identity + encoded_budget(identity)
    }

    /// The representation for a client that prefers `coding`; `None` if it has to be encoded first.
    pub fn ready(&self, coding: Option<Coding>) -> Option<Selected<'_>> {
        match coding.filter(|_| self.identity.bytes.len() >= SHORTEST_ENCODED) {
            None => Some(self.identity()),
            Some(coding) => {
                let encoded = self.cell(coding)?.get()?;
                Some(self.selected(encoded.as_ref(), coding))
            }
        }
    }

    /// The representation for a client that prefers `coding`. Encodes the body on another thread unless that was done
    /// before.
    pub async fn get(&self, coding: Option<Coding>) -> Selected<'_> {
        if let Some(ready) = self.ready(coding) {
            return ready;
        }
        let cell = coding.and_then(|coding| Some((coding, self.cell(coding)?)));
        let Some((coding, cell)) = cell else {
            return self.identity();
        };
        match cell.get_or_try_init(|| self.encode(coding)).await {
            Ok(encoded) => self.selected(encoded.as_ref(), coding),
            Err(_) => self.identity(),
        }
    }

    fn cell(&self, coding: Coding) -> Option<&OnceCell<Option<Representation>>> {
        self.encoded.get(coding as usize)
    }

    async fn encode(&self, coding: Coding) -> Result<Option<Representation>, BlockingError> {
        let bytes = self.identity.bytes.clone();
        let encoded = web::block(move || {
            let mut encoded = coding.encode(&bytes).ok()?;
            encoded.shrink_to_fit();
            (encoded.len() < bytes.len()).then(|| Representation::new(encoded.into()))
        });
        Ok(encoded.await?.filter(|one| self.reserve(one.bytes.len())))
    }

    fn reserve(&self, bytes: usize) -> bool {
        let reserve = |budget: usize| budget.checked_sub(bytes);
        let order = Ordering::Relaxed;
        self.budget.fetch_update(order, order, reserve).is_ok()
    }

    fn selected<'a>(&'a self, encoded: Option<&'a Representation>, coding: Coding) -> Selected<'a> {
        encoded.map_or(self.identity(), |representation| Selected {
            representation,
            coding: Some(coding),
        })
    }

    fn identity(&self) -> Selected<'_> {
        Selected {
            representation: &self.identity,
            coding: None,
        }
    }
}

impl Representation {
    fn new(bytes: Bytes) -> Self {
        let etag = strong_etag(&bytes);
        Self { bytes, etag }
    }
}

fn strong_etag(bytes: &[u8]) -> HeaderValue {
    let digest = digest::digest(&digest::SHA256, bytes);
    let digest = digest.as_ref().get(..ETAG_BYTES).unwrap_or_default();
    let etag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(digest));
    HeaderValue::try_from(etag).unwrap_or(HeaderValue::from_static("\"\""))
}
