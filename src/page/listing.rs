//! The list that a request asks for, and the start of a page in it.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::cursor::{Cursor, CursorKey, Direction};
use super::{PageInfo, Paging};
use crate::error::{Error, Result};

/// The default number of items of a page.
const DEFAULT_LIMIT: u32 = 20;
/// The number of items that page numbers can reach. Reading a numbered page includes reading all items before it.
const DEEPEST: u32 = 10_000;
/// The advice for clients that want to go beyond that limit.
pub const FURTHER: &str = "to read further, follow the cursor in `next`";
/// The parameters that affect neither the selection nor the order of items. Cursors are not bound to them.
const UNBOUND: [&str; 6] = ["cursor", "limit", "page", "count", "fields", "include"];

/// The start of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start<K> {
    /// After this number of items.
    Row(u32),
    /// At a cursor.
    Beside(Cursor<K>),
}

impl<K> Start<K> {
    /// Returns whether the page is read backwards from its end.
    pub fn is_backward(&self) -> bool {
        matches!(self, Self::Beside(cursor) if cursor.direction == Direction::Prev)
    }
}

/// The list that a request asks for. It builds the addresses of its pages, and binds cursors to its filters and its
/// order.
#[derive(Clone)]
pub struct Listing {
    path: String,
    /// The parameters of the request except `cursor`, `page` and `limit`.
    parameters: Vec<(String, String)>,
    paging: Paging,
    key: CursorKey,
}

impl Listing {
    /// Creates the list for a request with this path and query. `paging` contains the paging parameters of the query.
    ///
    /// # Errors
    /// Returns [`Error::Parameters`] if a page number is combined with a cursor, or if it exceeds the depth limit.
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
            let detail = "cannot be combined with cursor; send one of the two";
            return Err(Error::parameter("page", "not_with_cursor", detail));
        }
        if page.saturating_mul(self.limit()) > DEEPEST {
            let detail = format!(
                "reaches only the first {DEEPEST} items, which are {} pages of {}; {FURTHER}",
                DEEPEST / self.limit(),
                self.limit()
            );
            return Err(Error::parameter("page", "too_deep", detail));
        }
        Ok(())
    }

    /// Returns the maximum number of items of a page.
    pub fn limit(&self) -> u32 {
        self.paging.limit.unwrap_or(DEFAULT_LIMIT)
    }

    /// Returns whether the request asks for the total number of items in the list.
    pub fn counts(&self) -> bool {
        self.paging.count.unwrap_or(false)
    }

    /// Returns the start of the page.
    ///
    /// # Errors
    /// Returns [`Error::Parameters`] for a cursor that is malformed, belongs to a list with other filters, or was not
    /// signed by this service.
    pub fn start<K: DeserializeOwned>(&self) -> Result<Start<K>> {
        let Some(cursor) = &self.paging.cursor else {
            let before = self.paging.page.unwrap_or(1).saturating_sub(1);
            return Ok(Start::Row(before * self.limit()));
        };
        self.key
            .verify(cursor, &self.description())
            .map(Start::Beside).ok_or_else(|| {
            let detail = "is not a cursor of this list with these filters and this order; omit it to start from the first page";
            Error::parameter("cursor", "invalid_cursor", detail)
        })
    }

    /// Builds a page from up to `limit + 1` rows, which were read from `start`: backwards if [`Start::is_backward`].
    /// The additional row shows that there are more.
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
        let description = self.description();
        let (has_prev, has_next) = match start {
            Start::Row(before) => (*before > 0, more),
            Start::Beside(cursor) if start.is_backward() => {
                rows.reverse();
                (more, cursor.key.is_some())
            }
            Start::Beside(cursor) => (cursor.key.is_some(), more),
        };
        // If a page has no rows, its cursor leads back to the end of the list.
        let cursor = |row: Option<&T>, direction, there: bool| {
            there.then(|| {
                let key = row.map(&key);
                self.key.sign(&Cursor { direction, key }, &description)
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

    /// Describes the list that a cursor is bound to: its path, filters, languages and order.
    fn description(&self) -> Vec<u8> {
        let bound = self
            .parameters
            .iter()
            .filter(|(name, _)| !UNBOUND.contains(&name.as_str()));
        let mut bound: Vec<_> = bound
            .filter_map(|(name, value)| Some((name, self.key.canonical(name, value)?)))
            .collect();
        bound.sort();
        serde_json::to_vec(&(&self.path, bound)).unwrap_or_default()
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
        // Parameters are sorted, so that equivalent queries get the same links.
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

/// Exactly the characters that must be encoded in a query: a link must not be longer than the address that the client
/// sent.
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
