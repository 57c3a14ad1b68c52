//! Pages of lists: signed keyset cursors, forward and back, page numbers, and the links around a page.

use std::fmt::Write as _;

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use crate::error::{Error, Result};

/// Where a page stands in its list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PageInfo {
    /// How many items a page has at most.
    #[schema(minimum = 1, maximum = 100, examples(20))]
    pub limit: u32,
    /// The address of the next page; null on the last.
    #[schema(format = "uri-reference")]
    pub next: Option<String>,
    /// The address of the page before; null on the first.
    #[schema(format = "uri-reference")]
    pub prev: Option<String>,
    /// The cursor in `next`.
    pub next_cursor: Option<String>,
    /// The cursor in `prev`.
    pub prev_cursor: Option<String>,
    /// How many items the whole list has; only with `count=true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub total: Option<i64>,
    /// The address of the first page, for the `Link` header.
    #[serde(skip)]
    pub first: String,
}

impl PageInfo {
    /// The RFC 8288 `Link` header: `next`, `prev`, `first`.
    pub fn link_header(&self) -> String {
        let mut header = format!("<{}>; rel=\"first\"", self.first);
        for (rel, url) in [("next", &self.next), ("prev", &self.prev)] {
            if let Some(url) = url {
                // Writing to a String cannot fail.
                let _ = write!(header, ", <{url}>; rel=\"{rel}\"");
            }
        }
        header
    }
}

/// How much of a list is wanted, and from where.
#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// Items per page.
    #[param(minimum = 1, maximum = 100, default = 20)]
    pub limit: Option<u32>,
    /// From a page's `next_cursor` or `prev_cursor`; good for the same list with the same filters and order.
    #[param(max_length = 4000)]
    pub cursor: Option<String>,
    /// The page with this number, from 1, among the first 10,000 items; further on, and for walks that miss nothing, there is `cursor`.
    #[param(minimum = 1, maximum = 10000)]
    pub page: Option<u32>,
    /// Whether to count the whole list.
    #[param(default = false)]
    pub count: Option<bool>,
}

/// Default number of items of a page.
const DEFAULT_LIMIT: u32 = 20;
/// How deep page numbers lead, in items: to get there costs reading all before.
const DEEPEST: u32 = 10_000;
/// What leads deeper.
pub const FURTHER: &str = "follow next with its cursor from there";
/// Parameters that change what is said of each item, but not which there are nor their order.
const UNBOUND: [&str; 6] = ["cursor", "limit", "page", "count", "fields", "include"];

/// Which way a cursor leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Direction {
    /// On in the order of the list.
    #[serde(rename = "n")]
    Next,
    /// Back.
    #[serde(rename = "p")]
    Prev,
}

/// A place between two items of a list: the sort key of the one beside it, and the way to go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor<K> {
    /// The way to go from the key.
    #[serde(rename = "d")]
    pub direction: Direction,
    /// The sort key of the item beside the cursor; `None`: beyond the last.
    #[serde(rename = "k")]
    pub key: Option<K>,
}

/// Where a page begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start<K> {
    /// After so many items.
    Row(u32),
    /// Beside an item.
    Beside(Cursor<K>),
}

impl<K> Start<K> {
    /// Whether the page is read backwards, from its end.
    pub fn is_backward(&self) -> bool {
        matches!(self, Self::Beside(cursor) if cursor.direction == Direction::Prev)
    }
}

/// What cursors are signed with: the same on all instances.
#[derive(Clone)]
pub struct CursorKey(hmac::Key);

impl CursorKey {
    /// Out of 32 random bytes.
    pub fn new(secret: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }
}

/// A list as it was asked for: knows the addresses of its pages, and binds cursors to its filters and order.
#[derive(Clone)]
pub struct Listing {
    path: String,
    /// Every parameter but the place, in the caller's order.
    parameters: Vec<(String, String)>,
    paging: Paging,
    key: CursorKey,
}

impl Listing {
    /// From the request's path and query string, and what that says of the page.
    ///
    /// # Errors
    /// [`Error::Parameters`] for a page number beside a cursor, or one that leads too deep.
    pub fn new(path: &str, query: &str, paging: Paging, key: CursorKey) -> Result<Self> {
        let parameters = url::form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .filter(|(name, _)| !["cursor", "page", "limit"].contains(&name.as_str()))
            .collect();
        let listing = Self {
            path: path.to_owned(),
            parameters,
            paging,
            key,
        };
        listing.check_page()?;
        Ok(listing)
    }

    fn check_page(&self) -> Result<()> {
        let Some(page) = self.paging.page else {
            return Ok(());
        };
        if self.paging.cursor.is_some() {
            let detail = "is not for use with cursor: give the one or the other";
            return Err(Error::parameter("page", "not_with_cursor", detail));
        }
        if page.saturating_mul(self.limit()) > DEEPEST {
            let detail = format!(
                "leads no deeper than {DEEPEST} items, that is {} pages of {}; {FURTHER}",
                DEEPEST / self.limit(),
                self.limit()
            );
            return Err(Error::parameter("page", "too_deep", detail));
        }
        Ok(())
    }

    /// How many items a page has at most.
    pub fn limit(&self) -> u32 {
        self.paging.limit.unwrap_or(DEFAULT_LIMIT)
    }

    /// Whether the whole list is to be counted.
    pub fn counts(&self) -> bool {
        self.paging.count.unwrap_or(false)
    }

    /// Where the page begins.
    ///
    /// # Errors
    /// [`Error::Parameters`] for a cursor that is not of this list: malformed, of other filters, or signed by somebody else.
    pub fn start<K: DeserializeOwned>(&self) -> Result<Start<K>> {
        let Some(cursor) = &self.paging.cursor else {
            let before = self.paging.page.unwrap_or(1).saturating_sub(1);
            return Ok(Start::Row(before * self.limit()));
        };
        self.read(cursor).map(Start::Beside).ok_or_else(|| {
            let detail = "is no cursor of this list with these filters and this order; leave it out to start from the first page";
            Error::parameter("cursor", "invalid_cursor", detail)
        })
    }

    /// Cuts a page out of `limit + 1` rows read from `start`, backwards if that leads back, and says where it stands.
    pub fn page<T, K: Serialize>(
        &self,
        mut rows: Vec<T>,
        start: &Start<K>,
        key: impl Fn(&T) -> K,
        total: Option<i64>,
    ) -> (Vec<T>, PageInfo) {
        let limit = usize::try_from(self.limit()).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let (has_prev, has_next) = match start {
            Start::Row(before) => (*before > 0, more),
            Start::Beside(cursor) if start.is_backward() => {
                rows.reverse();
                (more, cursor.key.is_some())
            }
            Start::Beside(cursor) => (cursor.key.is_some(), more),
        };
        // Where nothing is left on the way, the list begins or ends elsewhere now.
        let cursor = |row: Option<&T>, direction, there: bool| {
            there.then(|| {
                let key = row.map(&key);
                self.write(&Cursor { direction, key })
            })
        };
        let next_cursor = cursor(rows.last(), Direction::Next, has_next);
        let prev_cursor = cursor(rows.first(), Direction::Prev, has_prev);
        let info = PageInfo {
            limit: self.limit(),
            next: next_cursor.as_deref().map(|cursor| self.url(Some(cursor))),
            prev: prev_cursor.as_deref().map(|cursor| self.url(Some(cursor))),
            next_cursor,
            prev_cursor,
            total,
            first: self.url(None),
        };
        (rows, info)
    }

    fn write<K: Serialize>(&self, cursor: &Cursor<K>) -> String {
        let payload = serde_json::to_vec(cursor).unwrap_or_default();
        let signature = hmac::sign(&self.key.0, &self.bound(&payload));
        let mut bytes: Vec<u8> = signature.as_ref().iter().copied().take(SIGNATURE).collect();
        bytes.extend(payload);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    fn read<K: DeserializeOwned>(&self, cursor: &str) -> Option<Cursor<K>> {
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let (signature, payload) = bytes.split_at_checked(SIGNATURE)?;
        let expected = hmac::sign(&self.key.0, &self.bound(payload));
        let expected = expected.as_ref().get(..SIGNATURE)?;
        aws_lc_rs::constant_time::verify_slices_are_equal(expected, signature).ok()?;
        serde_json::from_slice(payload).ok()
    }

    /// What is signed: the cursor together with the list's path, filters, languages and order.
    fn bound(&self, payload: &[u8]) -> Vec<u8> {
        let bound = self
            .parameters
            .iter()
            .filter(|(name, _)| !UNBOUND.contains(&name.as_str()));
        let mut binding: Vec<_> = bound
            .filter_map(|(name, value)| Some((name, meant(name, value)?)))
            .collect();
        binding.sort();
        let mut bytes = serde_json::to_vec(&(&self.path, binding)).unwrap_or_default();
        bytes.push(0);
        bytes.extend_from_slice(payload);
        bytes
    }

    fn url(&self, cursor: Option<&str>) -> String {
        let limit = self.limit().to_string();
        let own = [("limit", Some(limit.as_str())), ("cursor", cursor)];
        let own = own
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)));
        let given = self.parameters.iter();
        let given = given.map(|(name, value)| (name.as_str(), value.as_str()));
        let written = |text| utf8_percent_encode(text, IN_A_QUERY).to_string();
        // In one order, so that whoever asks for the same is given the same.
        let mut given: Vec<_> = given.collect();
        given.sort_unstable();
        let pairs: Vec<String> = given
            .into_iter()
            .chain(own)
            .map(|(name, value)| format!("{}={}", written(name), written(value)))
            .collect();
        format!("{}?{}", self.path, pairs.join("&").replace("%20", "+"))
    }
}

/// What cannot stand in a query as it is. No more than that: a link must not be longer than what was sent.
const IN_A_QUERY: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'&')
    .add(b'+')
    .add(b'<')
    .add(b'=')
    .add(b'>')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// A parameter's value, the same for all ways to write it; `None` for one that may be left out.
fn meant(name: &str, value: &str) -> Option<String> {
    let mut names: Vec<&str> = value.split(',').map(str::trim).collect();
    match name {
        "sort" if ["-published_at", "-created_at"].contains(&value) => None,
        "lang" => Some(value.to_ascii_lowercase()),
        // Their order matters.
        "fallback" => Some(names.join(",").to_ascii_lowercase()),
        "available_in" => {
            names.sort_unstable();
            Some(names.join(",").to_ascii_lowercase())
        }
        "category" | "tag" | "author" | "organization" | "exclude_category" | "exclude_tag" => {
            names.sort_unstable();
            Some(names.join(","))
        }
        _ => Some(value.to_owned()),
    }
}

/// How many bytes of a signature a cursor carries: 128 bits.
const SIGNATURE: usize = 16;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn listing(path: &str, query: &str, paging: Paging) -> Result<Listing> {
        Listing::new(path, query, paging, CursorKey::new(&[7; 32]))
    }

    /// The tags in French, two a page.
    fn tags(cursor: Option<String>, page: Option<u32>) -> Listing {
        let limit = Some(2);
        let paging = Paging {
            limit,
            cursor,
            page,
            count: None,
        };
        listing("/v1/tags", "lang=fr", paging).unwrap()
    }

    fn walk(listing: &Listing) -> (Vec<u32>, PageInfo) {
        let all = 1..=5;
        let start: Start<u32> = listing.start().unwrap();
        let rows: Vec<u32> = match &start {
            Start::Row(before) => all
                .skip(usize::try_from(*before).unwrap())
                .take(3)
                .collect(),
            Start::Beside(cursor) if start.is_backward() => all
                .rev()
                .filter(|n| cursor.key.is_none_or(|key| *n < key))
                .take(3)
                .collect(),
            Start::Beside(cursor) => all
                .filter(|n| cursor.key.is_none_or(|key| *n > key))
                .take(3)
                .collect(),
        };
        listing.page(rows, &start, |row| *row, None)
    }

    #[test]
    fn a_walk_forward_and_back_meets_every_item_once() {
        let (first, info) = walk(&tags(None, None));
        assert_eq!((first, info.prev.is_none()), (vec![1, 2], true));
        let (second, info) = walk(&tags(info.next_cursor, None));
        assert_eq!(second, [3, 4]);
        let (back, back_info) = walk(&tags(info.prev_cursor, None));
        assert_eq!((back, back_info.prev_cursor), (vec![1, 2], None));
        let (last, info) = walk(&tags(info.next_cursor, None));
        assert_eq!((last, info.next), (vec![5], None));
    }

    #[test]
    fn a_numbered_page_leads_on_by_cursors() {
        let (second, info) = walk(&tags(None, Some(2)));
        assert_eq!(second, [3, 4]);
        assert_eq!(walk(&tags(info.prev_cursor, None)).0, [1, 2]);
        assert_eq!(walk(&tags(info.next_cursor, None)).0, [5]);
    }

    #[test]
    fn an_empty_page_leads_back_to_what_there_is() {
        let (none, info) = walk(&tags(None, Some(9)));
        assert_eq!((none.len(), info.next), (0, None));
        let (last, info) = walk(&tags(info.prev_cursor, None));
        assert_eq!((last, info.next), (vec![4, 5], None));
        assert_eq!(walk(&tags(info.prev_cursor, None)).0, [2, 3]);
    }

    #[test]
    fn a_page_number_is_refused_beside_a_cursor_and_too_deep() {
        let beside = Paging {
            cursor: Some("x".into()),
            page: Some(1),
            ..Paging::default()
        };
        let deep = Paging {
            limit: Some(100),
            page: Some(101),
            ..Paging::default()
        };
        for paging in [beside, deep] {
            assert!(listing("/v1/tags", "", paging).is_err());
        }
        let deepest = Paging {
            limit: Some(100),
            page: Some(100),
            ..Paging::default()
        };
        assert!(listing("/v1/tags", "", deepest).is_ok());
    }

    #[test]
    fn a_cursor_is_bound_to_its_list_filters_and_key_and_to_nothing_else() {
        let cursor = walk(&tags(None, None)).1.next_cursor;
        let open = |path: &str, query: &str, key: u8| {
            let paging = Paging {
                cursor: cursor.clone(),
                ..Paging::default()
            };
            let listing = Listing::new(path, query, paging, CursorKey::new(&[key; 32])).unwrap();
            listing.start::<u32>().is_ok()
        };
        assert!(open("/v1/tags", "lang=fr", 7));
        assert!(open(
            "/v1/tags",
            "fields=name&limit=5&count=true&lang=FR&sort=-created_at",
            7
        ));
        assert!(!open("/v1/tags", "lang=es", 7));
        assert!(!open("/v1/tags", "", 7));
        assert!(!open("/v1/authors", "lang=fr", 7));
        assert!(!open("/v1/tags", "lang=fr", 8));
    }

    #[test]
    fn what_is_no_cursor_is_refused() {
        let good = walk(&tags(None, None)).1.next_cursor.unwrap();
        let tampered = format!("{}A", good.get(..good.len() - 1).unwrap());
        for bad in ["", "x", "AAAA", "~~~", &tampered] {
            assert!(
                tags(Some(bad.to_owned()), None).start::<u32>().is_err(),
                "{bad}"
            );
        }
    }
}
