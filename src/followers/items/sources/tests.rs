//! Tests of sources.

use serde_json::{Value, json};

use super::*;
use crate::changes::visibility::is_seen;
use crate::db::sql_types::Json;
use crate::timestamp::Timestamp;

fn entry(kind: Kind, operation: Operation, before: Value, after: Value) -> Entry {
    let side = |side: Value| (!side.is_null()).then_some(Json(side));
    Entry {
        seq: 1,
        at: Timestamp::from_millis(0),
        kind,
        entity_id: Some(Id::new()),
        lang: "fr".parse().ok(),
        operation,
        before: side(before),
        after: side(after),
    }
}

fn names(entry: &Entry) -> Vec<&'static str> {
    let name = |source: &Source| match source {
        Source::Post(_) => "post",
        Source::PagesBelow(_) => "pages",
        Source::PostsOf(_) => "posts",
        Source::TranslatedBy(_) => "translated",
        Source::Thing(..) => "thing",
        Source::RelativesOf(_) => "relatives",
        Source::AuthorsOf(_) => "authors",
        Source::AllPosts => "all",
        Source::CommentsOf(_) => "comments",
    };
    sources(entry).iter().map(name).collect()
}

#[test]
fn a_name_concerns_what_shows_it_and_other_members_do_not() {
    let update = |kind, member: &str| {
        let side = json!({ member: "x" });
        names(&entry(kind, Operation::Update, side.clone(), side))
    };
    for (kind, member, expected) in [
        (Kind::Tag, "translations", &["thing", "posts"][..]),
        (Kind::Author, "name", &["thing", "posts", "translated"]),
        (Kind::Author, "bio", &["thing"]),
        (Kind::Author, "organization", &["thing"]),
        (Kind::Organization, "names", &["thing", "posts", "authors"]),
        (Kind::Organization, "country", &["thing"]),
        (Kind::Site, "licence", &["all"]),
        (Kind::Site, "comments", &["all"]),
        (Kind::Site, "contact", &[]),
        (
            Kind::Category,
            "translations",
            &["thing", "posts", "relatives"],
        ),
    ] {
        assert_eq!(update(kind, member), expected, "{kind} {member}");
    }
}

#[test]
fn a_moved_category_concerns_both_parents() {
    let parent = || json!({ "parent": Id::new() });
    let moved = entry(Kind::Category, Operation::Update, parent(), parent());
    let expected = ["thing", "posts", "relatives", "thing", "thing"];
    assert_eq!(names(&moved), expected);
}

#[test]
fn what_was_only_planned_concerns_nothing() {
    let planned = json!({ "published_at": "1970-01-02T00:00:00.000Z", "unpublish_at": null });
    let unpublished = entry(
        Kind::Publication,
        Operation::Unpublish,
        planned,
        Value::Null,
    );
    assert!(sources(&unpublished).is_empty());
    let shared = json!({ "featured": true, "langs": [] });
    let shared = entry(Kind::Post, Operation::PublishShared, Value::Null, shared);
    assert!(sources(&shared).is_empty());
    let scheduled = entry(
        Kind::Publication,
        Operation::Schedule,
        Value::Null,
        Value::Null,
    );
    assert!(sources(&scheduled).is_empty());
}

/// The cache and the copies elsewhere must agree on what is public. One exception: a slug that was given away changes no
/// item.
#[test]
fn whatever_dates_public_responses_concerns_items() {
    for kind in Kind::ALL {
        for operation in Operation::ALL {
            let facts = match kind {
                Kind::Comment => json!({ "post": Id::new() }),
                _ => Value::Null,
            };
            let entry = entry(kind, operation, Value::Null, facts);
            let concerns = !sources(&entry).is_empty();
            let is_lost_slug = kind == Kind::Post && operation == Operation::Update;
            let expected = is_seen(&entry) && !is_lost_slug;
            assert_eq!(concerns, expected, "{kind} {operation}");
        }
    }
}
