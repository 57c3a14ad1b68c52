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

/// The parameters whose items may be separated by commas or repeated, which means the same.
const LISTS: [&str; 5] = ["fallback", "available_in", "exclude", "fields", "include"];

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
        let listing = Self {
            path: path.to_owned(),
            parameters: parameters(query),
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

    /// Returns the address of the list, which all its pages have in common.
    pub fn address(&self) -> String {
        self.url_with(&[])
    }

    /// Returns the address of the requested page.
    pub fn current(&self) -> String {
        self.url(match (&self.paging.cursor, self.paging.page) {
            (Some(cursor), _) => At::Cursor(cursor),
            (None, Some(number)) => At::Page(number),
            (None, None) => At::Start,
        })
    }

    /// Returns whether the request asks for the total number of items in the list.
    pub fn counts(&self) -> bool {
        self.paging.count.unwrap_or(false)
    }

    /// Returns whether a page of these rows needs the total number of items in the list: if the request asks for it, or
    /// if the page is a numbered one beyond the end of the list, which links to the last page.
    pub fn needs_total<T>(&self, rows: &[T]) -> bool {
        self.counts() || self.paging.page > Some(1) && rows.is_empty()
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
    /// The additional row shows that there are more. `total` is there if [`Self::needs_total`].
    pub fn page<T, K: Serialize>(
        &self,
        mut rows: Vec<T>,
        start: &Start<K>,
        key: impl Fn(&T) -> K,
        total: Option<i64>,
    ) -> (Vec<T>, PageInfo) {
        let (has_prev, has_next) = self.in_order(&mut rows, start);
        let description = self.description();
        // If a page has no rows, its cursor leads back to the end of the list.
        let cursor = |row: Option<&T>, direction, exists: bool| {
            exists.then(|| {
                let key = row.map(&key);
                self.key.sign(&Cursor { direction, key }, &description)
            })
        };
        let next_cursor = cursor(rows.last(), Direction::Next, has_next);
        let prev_cursor = cursor(rows.first(), Direction::Prev, has_prev);
        let pages = total.map(|total| pages(total, self.limit()));
        let pages = pages.filter(|_| self.paging.page.is_some());
        let counts = self.counts();
        let link = |page: Option<u32>, cursor: &Option<String>| {
            let cursor = cursor.as_deref()?;
            Some(self.url(page.map_or(At::Cursor(cursor), At::Page)))
        };
        let info = PageInfo {
            limit: self.limit(),
            next: link(self.next_number(), &next_cursor),
            prev: link(self.prev_number(pages), &prev_cursor),
            next_cursor,
            prev_cursor,
            total: total.filter(|_| counts),
            number: self.paging.page,
            pages: pages.filter(|_| counts),
            first: self.url(self.paging.page.map_or(At::Start, |_| At::Page(1))),
        };
        (rows, info)
    }

    /// Removes the additional row and puts the others in the order of the list. Returns whether the list has rows before and
    /// after them.
    fn in_order<T, K>(&self, rows: &mut Vec<T>, start: &Start<K>) -> (bool, bool) {
        let limit = usize::try_from(self.limit()).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        match start {
            Start::Row(before) => (*before > 0, more),
            Start::Beside(cursor) if start.is_backward() => {
                rows.reverse();
                (more, cursor.key.is_some())
            }
            Start::Beside(cursor) => (cursor.key.is_some(), more),
        }
    }

    /// Returns the number of the next page, if this one is numbered and page numbers reach the next one.
    fn next_number(&self) -> Option<u32> {
        let next = self.paging.page?.saturating_add(1);
        (next.saturating_mul(self.limit()) <= DEEPEST).then_some(next)
    }

    /// Returns the number of the page before a numbered one. Beyond the end of the list, that is the last page with items.
    fn prev_number(&self, pages: Option<i64>) -> Option<u32> {
        let prev = self.paging.page?.saturating_sub(1).max(1);
        let last = pages.and_then(|pages| u32::try_from(pages).ok());
        Some(prev.min(last.unwrap_or(prev).max(1)))
    }

    /// Describes the list that a cursor is bound to: its path, filters, languages and order.
    fn description(&self) -> Vec<u8> {
        let bound = self
            .parameters
            .iter()
            .filter(|(name, _)| !UNBOUND.contains(&name.as_str()));
        let mut bound: Vec<_> = bound
            .filter_map(|(name, value)| Some((name, self.key.canonical(&self.path, name, value)?)))
            .collect();
        bound.sort();
        serde_json::to_vec(&(&self.path, bound)).unwrap_or_default()
    }

    fn url(&self, at: At<'_>) -> String {
        let limit = ("limit", self.limit().to_string());
        let at = match at {
            At::Start => None,
            At::Page(number) => Some(("page", number.to_string())),
            At::Cursor(cursor) => Some(("cursor", cursor.to_owned())),
        };
        let own: Vec<(&str, String)> = std::iter::once(limit).chain(at).collect();
        self.url_with(&own)
    }

    /// Returns the path with the common parameters and these.
    fn url_with(&self, own: &[(&str, String)]) -> String {
        let own = own.iter().map(|(name, value)| (*name, value.as_str()));
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
        match pairs.as_slice() {
            [] => self.path.clone(),
            pairs => format!("{}?{}", self.path, pairs.join("&").replace("%20", "+")),
        }
    }
}

/// Returns the parameters that the pages of a list have in common. Repeated items of one list become one parameter, so
/// that their order is kept.
fn parameters(query: &str) -> Vec<(String, String)> {
    let mut parameters: Vec<(String, String)> = Vec::new();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        if ["cursor", "page", "limit"].contains(&&*name) {
            continue;
        }
        let given = parameters.iter_mut().find(|(given, _)| *given == name);
        match given.filter(|_| LISTS.contains(&&*name)) {
            Some((_, items)) => {
                items.push(',');
                items.push_str(&value);
            }
            None => parameters.push((name.into_owned(), value.into_owned())),
        }
    }
    parameters
}

/// The place of a page in its list, in a URL.
enum At<'a> {
    /// The beginning, which needs no parameter.
    Start,
    /// A page number.
    Page(u32),
    /// A cursor.
    Cursor(&'a str),
}

/// Returns the number of pages that this many items take.
fn pages(total: i64, limit: u32) -> i64 {
    let limit = i64::from(limit).max(1);
    total / limit + i64::from(total % limit > 0)
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
