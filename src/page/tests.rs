//! Paging through lists, and the validity of cursors.

#![allow(clippy::unwrap_used)]
use super::{CursorKey, Listing, PageInfo, Paging, Start};
use crate::error::Result;

fn canonical(_: &str, name: &str, value: &str) -> Option<String> {
    match (name, value) {
        ("sort", "-created_at") => None,
        ("lang", _) => Some(value.to_ascii_lowercase()),
        _ => Some(value.to_owned()),
    }
}

fn key(byte: u8) -> CursorKey {
    CursorKey::new(&[byte; 32]).with_canonical(canonical)
}

fn listing(path: &str, query: &str, paging: Paging) -> Result<Listing> {
    Listing::new(path, query, paging, key(7))
}

/// Lists the tags in French, two per page.
fn tags(cursor: Option<String>, page: Option<u32>) -> Listing {
    tags_of(Paging {
        limit: Some(2),
        cursor,
        page,
        count: None,
    })
}

/// Lists the tags in French.
fn tags_of(paging: Paging) -> Listing {
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
fn a_numbered_page_leads_on_by_numbers_and_has_cursors_too() {
    let (second, info) = walk(&tags(None, Some(2)));
    assert_eq!(second, [3, 4]);
    assert_eq!(info.number, Some(2));
    let url = |page| format!("/v1/tags?lang=fr&limit=2&page={page}");
    assert_eq!(info.next.as_deref(), Some(&*url(3)));
    assert_eq!(info.prev.as_deref(), Some(&*url(1)));
    assert_eq!(info.first, url(1));
    assert_eq!(walk(&tags(info.prev_cursor, None)).0, [1, 2]);
    let (last, info) = walk(&tags(info.next_cursor, None));
    assert_eq!((last, info.next, info.number), (vec![5], None, None));
    assert!(info.prev.is_some_and(|prev| prev.contains("cursor=")));
    assert_eq!(walk(&tags(None, Some(3))).1.next, None);
    assert_eq!(walk(&tags(None, Some(1))).1.prev, None);
}

#[test]
fn the_pages_of_a_numbered_list_are_counted_with_its_items() {
    let page = |number, total, count| {
        let listing = tags_of(Paging {
            limit: Some(2),
            page: Some(number),
            count: Some(count),
            ..Paging::default()
        });
        let start: Start<u32> = listing.start().unwrap();
        assert!(listing.needs_total(&Vec::<u32>::new()));
        assert_eq!(listing.needs_total(&[1]), count);
        listing
            .page(Vec::new(), &start, |row: &u32| *row, Some(total))
            .1
    };
    for (total, pages, prev) in [(0, 0, 1), (1, 1, 1), (4, 2, 2), (5, 3, 3), (999, 500, 8)] {
        let info = page(9, total, true);
        assert_eq!((info.pages, info.total), (Some(pages), Some(total)));
        let prev = format!("/v1/tags?lang=fr&limit=2&page={prev}");
        assert_eq!(info.prev.as_deref(), Some(&*prev), "{total}");
        let info = page(9, total, false);
        assert_eq!((info.pages, info.total), (None, None));
        assert_eq!(info.prev.as_deref(), Some(&*prev), "{total}");
    }
    let counted = tags(None, None);
    let start: Start<u32> = counted.start().unwrap();
    let (_, info) = counted.page(vec![1], &start, |row| *row, Some(1));
    assert_eq!((info.number, info.pages), (None, None));
}

#[test]
fn the_deepest_numbered_page_leads_on_by_its_cursor() {
    let paging = Paging {
        limit: Some(100),
        page: Some(100),
        ..Paging::default()
    };
    let deepest = listing("/v1/tags", "", paging).unwrap();
    let start: Start<u32> = deepest.start().unwrap();
    let (_, info) = deepest.page((1..=101).collect(), &start, |row| *row, None);
    assert!(info.next.is_some_and(|next| next.contains("cursor=")));
    assert!(info.prev.is_some_and(|prev| prev.ends_with("page=99")));
}

#[test]
fn a_link_header_that_grows_too_long_keeps_what_leads_on() {
    let links = |query: usize, next: bool, prev: bool| {
        let url = |name: &str| format!("/v1/tags?q={}&{name}", "x".repeat(query));
        let info = PageInfo {
            next: next.then(|| url("next")),
            prev: prev.then(|| url("prev")),
            first: url("first"),
            ..walk(&tags(None, None)).1
        };
        let header = info.link_header();
        let rels = ["first", "next", "prev"];
        let is_there = |rel: &&str| header.contains(&format!("rel=\"{rel}\""));
        rels.into_iter()
            .filter(is_there)
            .collect::<Vec<_>>()
            .join(" ")
    };
    for (query, next, prev, expected) in [
        (1, true, true, "first next prev"),
        (180, true, true, "next prev"),
        (300, true, true, "next"),
        (900, true, true, "next"),
        (180, true, false, "first next"),
        (300, true, false, "next"),
        (900, false, true, "prev"),
        (900, false, false, "first"),
    ] {
        assert_eq!(links(query, next, prev), expected, "{query} {next} {prev}");
    }
}

#[test]
fn repeated_items_of_a_list_are_one_parameter_in_the_order_given() {
    let page = |query: &str| {
        let listing = listing("/v1/posts", query, Paging::default()).unwrap();
        let start: Start<u32> = listing.start().unwrap();
        listing.page((1..=21).collect(), &start, |row| *row, None).1
    };
    let repeated = page("tag=b&lang=fr&fallback=es&tag=a&fallback=en,pt&fields=x&fields=y");
    let first = "/v1/posts?fallback=es,en,pt&fields=x,y&lang=fr&tag=a&tag=b&limit=20";
    assert_eq!(repeated.first, first);
    let once = page("tag=a&tag=b&lang=fr&fallback=es,en,pt&fields=y");
    assert_eq!(repeated.next_cursor, once.next_cursor);
    let other = page("tag=a&tag=b&lang=fr&fallback=en,es,pt");
    assert_ne!(repeated.next_cursor, other.next_cursor);
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
    let open = |path: &str, query: &str, byte: u8| {
        let paging = Paging {
            cursor: cursor.clone(),
            ..Paging::default()
        };
        let listing = Listing::new(path, query, paging, key(byte)).unwrap();
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
