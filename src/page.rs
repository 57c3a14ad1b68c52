//! Pages of lists: keyset cursors, forward and back, and the links around a page.

use std::fmt::Write as _;

use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

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
    /// The sort key of the item beside the cursor.
    #[serde(rename = "k")]
    pub key: K,
}

/// A list as it was asked for: knows the addresses of its pages, and binds cursors to its filters.
#[derive(Debug, Clone)]
pub struct Listing {
    path: String,
    /// Every parameter but `cursor` and `limit`, in the caller's order.
    filters: Vec<(String, String)>,
    limit: u32,
}

impl Listing {
    /// From the request's path and query string.
    pub fn new(path: &str, query: &str, limit: u32) -> Self {
        let filters = url::form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .filter(|(name, _)| name != "cursor" && name != "limit")
            .collect();
        Self {
            path: path.to_owned(),
            filters,
            limit,
        }
    }

    /// How many items a page has at most.
    pub fn limit(&self) -> u32 {
        self.limit
    }

    /// Reads a cursor that this list gave out.
    ///
    /// # Errors
    /// [`Error::Parameters`] when it is malformed, or bound to other filters.
    pub fn open<K: DeserializeOwned>(&self, cursor: Option<&str>) -> Result<Option<Cursor<K>>> {
        let Some(cursor) = cursor else {
            return Ok(None);
        };
        let refused = || {
            let detail = "is not a cursor of this list with these filters; leave it out to start from the first page";
            Error::parameter("cursor", "invalid_cursor", detail)
        };
        let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| refused())?;
        let (seal, payload) = bytes.split_at_checked(SEAL_LENGTH).ok_or_else(refused)?;
        if seal != self.seal(payload) {
            return Err(refused());
        }
        serde_json::from_slice(payload)
            .map(Some)
            .map_err(|_| refused())
    }

    /// Cuts a page out of `limit + 1` rows read in the cursor's direction, and says where it stands.
    pub fn page<T, K: Serialize>(
        &self,
        mut rows: Vec<T>,
        cursor: Option<&Cursor<K>>,
        key: impl Fn(&T) -> K,
        total: Option<i64>,
    ) -> (Vec<T>, PageInfo) {
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let back = cursor.is_some_and(|cursor| cursor.direction == Direction::Prev);
        if back {
            rows.reverse();
        }
        let (has_next, has_prev) = if back {
            (true, more)
        } else {
            (more, cursor.is_some())
        };
        let seal = |row: Option<&T>, direction, there: bool| {
            row.filter(|_| there).map(|row| {
                self.write(&Cursor {
                    direction,
                    key: key(row),
                })
            })
        };
        let next_cursor = seal(rows.last(), Direction::Next, has_next);
        let prev_cursor = seal(rows.first(), Direction::Prev, has_prev);
        let info = PageInfo {
            limit: self.limit,
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
        let mut bytes = self.seal(&payload);
        bytes.extend(payload);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Binds a cursor to the list's path and filters. No secret: a cursor holds nothing but a public sort key.
    fn seal(&self, payload: &[u8]) -> Vec<u8> {
        let mut context = digest::Context::new(&digest::SHA256);
        context.update(self.path.as_bytes());
        let mut filters = self.filters.clone();
        filters.sort();
        for (name, value) in &filters {
            context.update(format!("\n{}:{name}={value}", name.len()).as_bytes());
        }
        context.update(b"\0");
        context.update(payload);
        context
            .finish()
            .as_ref()
            .iter()
            .take(SEAL_LENGTH)
            .copied()
            .collect()
    }

    fn url(&self, cursor: Option<&str>) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(&self.filters);
        query.append_pair("limit", &self.limit.to_string());
        if let Some(cursor) = cursor {
            query.append_pair("cursor", cursor);
        }
        format!("{}?{}", self.path, query.finish())
    }
}

const SEAL_LENGTH: usize = 9;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn walk(listing: &Listing, cursor: Option<&str>) -> (Vec<u32>, PageInfo) {
        let cursor: Option<Cursor<u32>> = listing.open(cursor).unwrap();
        let all: Vec<u32> = (1..=5).collect();
        let rows: Vec<u32> = match &cursor {
            None => all.into_iter().take(3).collect(),
            Some(c) if c.direction == Direction::Next => {
                all.into_iter().filter(|n| *n > c.key).take(3).collect()
            }
            Some(c) => all
                .into_iter()
                .rev()
                .filter(|n| *n < c.key)
                .take(3)
                .collect(),
        };
        listing.page(rows, cursor.as_ref(), |row| *row, None)
    }

    #[test]
    fn a_walk_forward_and_back_meets_every_item_once() {
        let listing = Listing::new("/v1/tags", "lang=fr", 2);
        let (first, info) = walk(&listing, None);
        assert_eq!((first, info.prev.is_none()), (vec![1, 2], true));
        let (second, info) = walk(&listing, info.next_cursor.as_deref());
        assert_eq!(second, [3, 4]);
        let (back, back_info) = walk(&listing, info.prev_cursor.as_deref());
        assert_eq!((back, back_info.prev_cursor), (vec![1, 2], None));
        let (last, info) = walk(&listing, info.next_cursor.as_deref());
        assert_eq!((last, info.next), (vec![5], None));
    }

    #[test]
    fn a_cursor_is_bound_to_its_list_and_filters() {
        let (_, info) = walk(&Listing::new("/v1/tags", "lang=fr", 2), None);
        let cursor = info.next_cursor.as_deref();
        assert!(
            Listing::new("/v1/tags", "lang=fr&limit=5", 5)
                .open::<u32>(cursor)
                .is_ok()
        );
        for other in [
            Listing::new("/v1/tags", "lang=es", 2),
            Listing::new("/v1/authors", "lang=fr", 2),
        ] {
            assert!(other.open::<u32>(cursor).is_err());
        }
        for bad in ["", "x", "AAAA", "~~~"] {
            assert!(
                Listing::new("/v1/tags", "", 2)
                    .open::<u32>(Some(bad))
                    .is_err(),
                "{bad}"
            );
        }
    }
}
