//! Pagination: signed keyset cursors in both directions, page numbers, and links between pages.

mod cursor;
mod listing;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

pub use cursor::{Canonical, Cursor, CursorKey, Direction};
pub use listing::{FURTHER, Listing, Start};

/// The length of a `Link` header with which all headers of a response fit into 1 KB.
const LONGEST_LINK: usize = 460;

/// The position of a page in its list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PageInfo {
    /// The maximum number of items per page.
    #[schema(minimum = 1, maximum = 100, examples(20))]
    pub limit: u32,
    /// The URL of the next page; null on the last page. A numbered page leads to a numbered page, as far as `page` reaches.
    #[schema(format = "uri-reference")]
    pub next: Option<String>,
    /// The URL of the previous page; null on the first page.
    #[schema(format = "uri-reference")]
    pub prev: Option<String>,
    /// The cursor of the next page, as in `next`.
    pub next_cursor: Option<String>,
    /// The cursor of the previous page, as in `prev`.
    pub prev_cursor: Option<String>,
    /// The number of items in the whole list; present only with `count=true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub total: Option<i64>,
    /// The number of the page, from 1; present only if the request has `page`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 1)]
    pub number: Option<u32>,
    /// The number of pages in the whole list, of which `page` reaches those with the first 10,000 items; present only
    /// if the request has `page` and `count=true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0)]
    pub pages: Option<i64>,
    /// The address of the first page, for the `Link` header.
    #[serde(skip)]
    pub first: String,
}

impl PageInfo {
    /// Returns the `Link` header (RFC 8288) with the relations `first`, `next` and `prev`. If they do not fit into
    /// `LONGEST_LINK`, `first` is left out, and then `prev`, but never the only relation.
    pub fn link_header(&self) -> String {
        let link = |rel: &str, url: &str| format!("<{url}>; rel=\"{rel}\"");
        let first = link("first", &self.first);
        let next = self.next.as_deref().map(|url| link("next", url));
        let prev = self.prev.as_deref().map(|url| link("prev", url));
        let joined = |links: [Option<&String>; 3]| {
            let links: Vec<&str> = links.into_iter().flatten().map(String::as_str).collect();
            links.join(", ")
        };
        let choices = [
            joined([Some(&first), next.as_ref(), prev.as_ref()]),
            joined([None, next.as_ref(), prev.as_ref()]),
            joined([None, next.as_ref(), None]),
        ];
        let links = || choices.iter().filter(|links| !links.is_empty());
        let fitting = links().find(|links| links.len() <= LONGEST_LINK);
        fitting
            .or_else(|| links().next_back())
            .cloned()
            .unwrap_or_default()
    }
}

/// The parameters that choose a page of a list.
#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// The maximum number of items per page.
    #[param(minimum = 1, maximum = 100, default = 20)]
    pub limit: Option<u32>,
    /// The `next_cursor` or `prev_cursor` of another page. It is valid only for the same list, with the same filters
    /// and order.
    #[param(max_length = 4000)]
    pub cursor: Option<String>,
    /// The number of the page, from 1. Page numbers reach only the first 10,000 items. To read further, or to miss no
    /// item while the list changes, use `cursor`. `page` and `cursor` exclude each other. A numbered page has
    /// `page.number` and numbered links.
    #[param(minimum = 1, maximum = 10000)]
    pub page: Option<u32>,
    /// Whether to count all items of the list. The number is in `page.total`.
    #[param(default = false)]
    pub count: Option<bool>,
}
