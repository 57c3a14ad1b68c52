//! The representations of one answer: its unencoded body, and the body in each coding that a client has asked for.

use std::sync::atomic::{AtomicUsize, Ordering};

use actix_web::error::BlockingError;
use actix_web::http::header::HeaderValue;
use actix_web::web::{self, Bytes};
use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tokio::sync::OnceCell;

use super::coding::Coding;

/// The minimum size of a body that is encoded. A shorter one fits into a single packet as it is.
const SHORTEST_ENCODED: usize = 1024;
/// The number of bytes of the body's SHA-256 in its `ETag`.
const ETAG_BYTES: usize = 12;

/// Returns the maximum total size of the encoded bodies of one answer, in bytes. JSON shrinks to less than half, and
/// there are three codings.
fn encoded_budget(identity: usize) -> usize {
    identity + identity / 2
}

/// A body with its validator.
#[derive(Debug)]
pub struct Representation {
    /// The body.
    pub bytes: Bytes,
    /// The strong `ETag`, computed from the body.
    pub etag: HeaderValue,
}

/// The representation chosen for a response.
#[derive(Debug, Clone, Copy)]
pub struct SelectedRepresentation<'a> {
    /// The representation.
    pub representation: &'a Representation,
    /// The content coding; `None` for the identity.
    pub coding: Option<Coding>,
}

/// All representations of one answer. The body is encoded when a client first asks for a coding.
pub struct Representations {
    identity: Representation,
    /// The encoded bodies by coding. `Some(None)` means that the identity is sent: the encoded body is not smaller, or
    /// it exceeds the budget.
    encoded: [OnceCell<Option<Representation>>; 3],
    /// The number of bytes that further encoded bodies may take.
    budget: AtomicUsize,
}

impl Representations {
    /// Creates the representations of a body.
    pub fn new(bytes: Bytes) -> Self {
        Self {
            budget: AtomicUsize::new(encoded_budget(bytes.len())),
            identity: Representation::new(bytes),
            encoded: Default::default(),
        }
    }

    /// Returns the maximum number of bytes that all representations take together.
    pub fn weight(&self) -> usize {
        let identity = self.identity.bytes.len();
        identity + encoded_budget(identity)
    }

    /// Returns the representation for a client that prefers `coding`; `None` if the body must be encoded first.
    pub fn ready(&self, coding: Option<Coding>) -> Option<SelectedRepresentation<'_>> {
        match coding.filter(|_| self.identity.bytes.len() >= SHORTEST_ENCODED) {
            None => Some(self.identity()),
            Some(coding) => {
                let encoded = self.cell(coding)?.get()?;
                Some(self.selected(encoded.as_ref(), coding))
            }
        }
    }

    /// Returns the representation for a client that prefers `coding`. Encodes the body on another thread unless that
    /// has been done.
    pub async fn get(&self, coding: Option<Coding>) -> SelectedRepresentation<'_> {
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

    fn selected<'a>(
        &'a self,
        encoded: Option<&'a Representation>,
        coding: Coding,
    ) -> SelectedRepresentation<'a> {
        encoded.map_or(self.identity(), |representation| SelectedRepresentation {
            representation,
            coding: Some(coding),
        })
    }

    fn identity(&self) -> SelectedRepresentation<'_> {
        SelectedRepresentation {
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
