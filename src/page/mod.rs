//! Pagination: signed keyset cursors in both directions, page numbers, and links between pages.

mod cursor;
mod listing;
#[cfg(test)]
mod tests;

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

pub use cursor::{Canonical, Cursor, CursorKey, Direction};
pub use listing::{FURTHER, Listing, Start};

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
    /// Returns the `Link` header (RFC 8288) with the relations `next`, `prev` and `first`.
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

/// The parameters that choose a page of a list.
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
