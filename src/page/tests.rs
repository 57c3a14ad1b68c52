//! Paging through lists, and the validity of cursors.

#![allow(clippy::unwrap_used)]
use super::{CursorKey, Listing, PageInfo, Paging, Start};
use crate::error::Result;

fn canonical(name: &str, value: &str) -> Option<String> {
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
