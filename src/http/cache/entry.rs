//! One answer, ready to be sent: as it is, and in each coding somebody asked for.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::web::{self, Bytes};
use aws_lc_rs::digest;
use tokio::sync::OnceCell;

use super::coding::Coding;
use super::epochs::Epoch;
use super::lifetime::Lifetime;
use super::surrogate_headers;
use super::surrogate_keys::{Cacheable, SurrogateKeys};
use crate::http::problem::Problem;
use crate::timestamp::Timestamp;

/// Shorter bodies fit into a packet anyway.
const SHORTEST_CODED: usize = 1024;
/// After how many seconds all instances know of a change: it is made known within one, and told of within another.
const SETTLED: i64 = 2;
/// The key of whatever says that something is not there or is elsewhere: any change may alter it.
pub const ABSENT: &str = "absent";

/// What all of an entry takes beside its bytes, in bytes: itself, its place in the store, what allocators add. Measured: with
/// bodies of 300 bytes and five keys, 127 MiB of weight took 122 MiB of memory.
const OVERHEAD: usize = size_of::<Entry>() + 256;
/// The same of a header.
const HEADER_OVERHEAD: usize = size_of::<(HeaderName, HeaderValue)>() + 48;

/// What the coded forms of a body of so many bytes may take together: a short one shrinks to less than half, and there are
/// three.
fn room_of(plain: usize) -> usize {
    plain + plain / 2
}

/// An answer.
pub struct Entry {
    /// Its status.
    pub status: StatusCode,
    /// The headers that every answer with it has.
    pub headers: Box<[(HeaderName, HeaderValue)]>,
    /// What went wrong: written out for each request.
    pub problem: Option<Problem>,
    /// What others may be told about it; of problems and redirects nothing.
    pub validity: Option<Validity>,
    /// When it ends by itself.
    pub until: Option<Timestamp>,
    /// What it shows, sorted.
    pub digests: Box<[u64]>,
    /// As it is.
    pub plain: Form,
    coded: [OnceCell<Option<Form>>; 3],
    /// How many bytes coded forms may still take.
    room: AtomicUsize,
}

/// A body and its validator.
#[derive(Debug)]
pub struct Form {
    /// The body.
    pub bytes: Bytes,
    /// A strong `ETag`: a function of the bytes.
    pub tag: HeaderValue,
}

/// What others may be told about an answer they may keep.
#[derive(Debug)]
pub struct Validity {
    lifetime: Lifetime,
    /// The header as long as no end is near.
    control: HeaderValue,
    /// `Last-Modified`, as a time and as it is written.
    modified: Option<(Timestamp, HeaderValue)>,
}

/// When an answer was begun, and what was known then.
#[derive(Debug, Clone, Copy)]
pub struct Begun {
    /// By the clock.
    pub at: Timestamp,
    /// Among changes.
    pub epoch: Epoch,
    /// When anything public had changed last.
    pub modified: Option<Timestamp>,
}

impl Entry {
    /// An answer that shows something.
    pub fn shown(
        headers: &HeaderMap,
        bytes: Bytes,
        shown: &Cacheable,
        lifetime: Lifetime,
        begun: Begun,
    ) -> Self {
        let mut headers = own_headers(headers);
        headers.extend(
            surrogate_headers::headers(&shown.keys)
                .into_iter()
                .flatten(),
        );
        Self {
            status: StatusCode::OK,
            headers: headers.into(),
            problem: None,
            validity: Some(Validity {
                lifetime,
                control: lifetime.control(None),
                modified: begun.modified.and_then(written),
            }),
            until: shown.until,
            digests: shown.keys.digests(),
            room: AtomicUsize::new(room_of(bytes.len())),
            plain: Form::new(bytes),
            coded: Default::default(),
        }
    }

    /// An answer that says that something is not there, or elsewhere, or that we failed.
    pub fn without_body(
        status: StatusCode,
        headers: &HeaderMap,
        problem: Option<Problem>,
        until: Timestamp,
    ) -> Self {
        let failed = status.is_server_error();
        Self {
            status,
            headers: own_headers(headers).into(),
            problem,
            validity: None,
            until: Some(until),
            // What shows nothing is never kept.
            digests: match failed {
                true => Box::default(),
                false => SurrogateKeys::new().with(ABSENT).digests(),
            },
            room: AtomicUsize::new(0),
            plain: Form {
                bytes: Bytes::new(),
                tag: HeaderValue::from_static("\"\""),
            },
            coded: Default::default(),
        }
    }

    /// Whether time has made it another.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.until.is_some_and(|until| until <= now)
    }

    /// Whether it is another within a second, so that nobody may keep it at all.
    pub fn is_ending(&self, now: Timestamp) -> bool {
        self.until.is_some_and(|until| until < now.plus_seconds(1))
    }

    /// What it takes at most, in bytes: room for its coded forms included.
    pub fn weight(&self) -> usize {
        let header = |(name, value): &(HeaderName, HeaderValue)| {
            name.as_str().len() + value.len() + HEADER_OVERHEAD
        };
        let headers: usize = self.headers.iter().map(header).sum();
        OVERHEAD
            + self.plain.bytes.len()
            + room_of(self.plain.bytes.len())
            + headers
            + size_of_val(&*self.digests)
    }

    /// The form that is sent to who wants `coding`; `None`: it has yet to be made.
    pub fn made(&self, coding: Option<Coding>) -> Option<Sent<'_>> {
        match coding.filter(|_| self.is_worth_coding()) {
            None => Some(self.as_it_is()),
            Some(coding) => {
                let form = self.cell(coding)?.get()?;
                Some(self.sent(form.as_ref(), coding))
            }
        }
    }

    /// The form that is sent to who wants `coding`. It is made now, if it has to be: once, and not on this thread. What is
    /// not smaller, or has no room beside the others, is not made again: who wants it gets the plain one.
    pub async fn form(&self, coding: Option<Coding>) -> Sent<'_> {
        if let Some(made) = self.made(coding) {
            return made;
        }
        let Some((coding, cell)) = coding.and_then(|coding| Some((coding, self.cell(coding)?)))
        else {
            return self.as_it_is();
        };
        match cell.get_or_try_init(|| self.encode(coding)).await {
            Ok(form) => self.sent(form.as_ref(), coding),
            Err(_) => self.as_it_is(),
        }
    }

    fn is_worth_coding(&self) -> bool {
        self.plain.bytes.len() >= SHORTEST_CODED
    }

    fn cell(&self, coding: Coding) -> Option<&OnceCell<Option<Form>>> {
        self.coded.get(coding as usize)
    }

    async fn encode(
        &self,
        coding: Coding,
    ) -> Result<Option<Form>, actix_web::error::BlockingError> {
        let bytes = self.plain.bytes.clone();
        let form = web::block(move || {
            let mut coded = coding.encode(&bytes).ok()?;
            coded.shrink_to_fit();
            (coded.len() < bytes.len()).then(|| Form::new(coded.into()))
        });
        Ok(form.await?.filter(|form| self.take_room(form.bytes.len())))
    }

    fn take_room(&self, bytes: usize) -> bool {
        let take = |room: usize| room.checked_sub(bytes);
        let order = Ordering::Relaxed;
        self.room.fetch_update(order, order, take).is_ok()
    }

    fn sent<'a>(&'a self, form: Option<&'a Form>, coding: Coding) -> Sent<'a> {
        form.map_or(self.as_it_is(), |form| Sent {
            form,
            coding: Some(coding),
        })
    }

    fn as_it_is(&self) -> Sent<'_> {
        Sent {
            form: &self.plain,
            coding: None,
        }
    }
}

/// A form as it is sent.
#[derive(Debug, Clone, Copy)]
pub struct Sent<'a> {
    /// The form.
    pub form: &'a Form,
    /// Its coding.
    pub coding: Option<Coding>,
}

impl Form {
    fn new(bytes: Bytes) -> Self {
        let tag = strong_tag(&bytes);
        Self { bytes, tag }
    }
}

impl Validity {
    /// How long it may be kept elsewhere.
    pub fn lifetime(&self) -> Lifetime {
        self.lifetime
    }

    /// `Cache-Control` at `now`, of an answer that ends at `until`.
    pub fn control(&self, now: Timestamp, until: Option<Timestamp>) -> HeaderValue {
        let left = until.map(|until| (until.millis() - now.millis()).div_euclid(1000));
        match left {
            Some(left) if left < self.lifetime.longest() => self.lifetime.control(Some(left)),
            _ => self.control.clone(),
        }
    }

    /// `Last-Modified`. Only once no other change of its second can come to light, here or on another instance: two states
    /// of an answer never have the same.
    pub fn modified(&self, now: Timestamp) -> Option<(i64, &HeaderValue)> {
        let (at, written) = self.modified.as_ref()?;
        (seconds(*at) + SETTLED < seconds(now)).then_some((seconds(*at), written))
    }
}

fn seconds(at: Timestamp) -> i64 {
    at.millis().div_euclid(1000)
}

fn written(at: Timestamp) -> Option<(Timestamp, HeaderValue)> {
    let since = Duration::from_secs(seconds(at).try_into().ok()?);
    let date = httpdate::fmt_http_date(UNIX_EPOCH.checked_add(since)?);
    Some((at, HeaderValue::try_from(date).ok()?))
}

/// What is another for each request, or is said anew, is left out: what `access_log` and CORS write, and how long to keep it.
fn own_headers(headers: &HeaderMap) -> Vec<(HeaderName, HeaderValue)> {
    let passing = |name: &HeaderName| {
        name.as_str().starts_with("access-control-")
            || matches!(name.as_str(), "vary" | "etag" | "content-encoding")
    };
    let own = headers.iter().filter(|(name, _)| !passing(name));
    own.map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

fn strong_tag(bytes: &[u8]) -> HeaderValue {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let digest = digest::digest(&digest::SHA256, bytes);
    let nibbles = digest.as_ref().iter().take(12);
    let nibbles = nibbles.flat_map(|byte| [byte >> 4, byte & 15]);
    let hex = nibbles.filter_map(|nibble| HEX.get(usize::from(nibble)).copied());
    let tag: Vec<u8> = [b'"'].into_iter().chain(hex).chain([b'"']).collect();
    HeaderValue::from_maybe_shared(Bytes::from(tag)).unwrap_or(HeaderValue::from_static("\"\""))
}
