//! The surrogate keys that a change affects, computed from its log entry alone.
//!
//! Delivery reads publications, terms, authors, organizations and their slugs. Every statement that writes to one of
//! them is accompanied by a log entry, and this module determines which responses each kind of entry may alter.

use crate::changes::Operation;
use crate::changes::reading::Entry;
use crate::delivery::surrogate_keys::{self, POSTS_IN_ANY};
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::surrogate_keys::SurrogateKeys;
use crate::timestamp::Timestamp;

/// Returns the kinds of resources that are public.
pub fn public_kinds() -> Vec<Kind> {
    Kind::all_public()
        .chain([Kind::Publication, Kind::Site, Kind::Comment])
        .collect()
}

/// Returns the keys that a change affects; `None` if it changes nothing public.
///
/// A change may also affect which resource a slug identifies. The entry does not contain the slugs of the resource, so
/// the follower looks them up and adds their keys ([`surrogate_keys::slug`]).
pub fn affected_keys(entry: &Entry) -> Option<SurrogateKeys> {
    let id = entry.entity_id?;
    let thing = |kind| surrogate_keys::thing(kind, id);
    let of = |kind| {
        Some(
            SurrogateKeys::new()
                .with(surrogate_keys::all(kind))
                .with(thing(kind)),
        )
    };
    match entry.kind {
        // Lists in the same language change, and lists in any language.
        Kind::Publication => {
            let keys = SurrogateKeys::new().with(thing(Kind::Post));
            Some(match &entry.lang {
                Some(lang) => keys.with(surrogate_keys::posts_in(lang)).with(POSTS_IN_ANY),
                // Publications always have a language. If one had none, all lists would change.
                None => keys.with(surrogate_keys::all(Kind::Post)),
            })
        }
        Kind::Post if entry.operation == Operation::PublishShared => shared_keys(entry, id),
        Kind::Post => is_public(entry).then(|| SurrogateKeys::new().with(thing(Kind::Post))),
        Kind::Site => Some(SurrogateKeys::new().with(surrogate_keys::all(Kind::Site))),
        Kind::Comment => entry.commented_post().map(|post| {
            SurrogateKeys::new()
                .with(surrogate_keys::all(Kind::Comment))
                .with(surrogate_keys::comments_of(post))
                .with(surrogate_keys::thing(Kind::Post, post))
        }),
        // A merge writes an entry for each of the two terms and for each child that it moves.
        kind if kind.is_public() => of(kind),
        // Other kinds are not public.
        _ => None,
    }
}

/// Returns the keys of a post and of the lists in the languages in which it was live when the properties that they
/// share were published; `None` if it was live in none.
fn shared_keys(entry: &Entry, id: Id) -> Option<SurrogateKeys> {
    let keys = SurrogateKeys::new().with(surrogate_keys::thing(Kind::Post, id));
    let Some(langs) = live_langs(entry) else {
        return Some(keys.with(surrogate_keys::all(Kind::Post)));
    };
    let langs = langs.iter().map(surrogate_keys::posts_in);
    let sets: Vec<String> = langs.collect();
    (!sets.is_empty()).then(|| {
        sets.into_iter()
            .fold(keys.with(POSTS_IN_ANY), SurrogateKeys::with)
    })
}

/// Returns the languages that were live according to the entry; `None` if it does not say.
fn live_langs(entry: &Entry) -> Option<Vec<Lang>> {
    let langs = entry.after.as_ref()?.0.get("langs")?;
    serde_json::from_value(langs.clone()).ok()
}

/// Returns whether a change alters what the public sees, so that it dates public responses (`Last-Modified`). Other
/// changes affect at most until when responses are valid: those to what is scheduled, and those to drafts.
pub fn is_visible(entry: &Entry) -> bool {
    match entry.kind {
        Kind::Publication => is_visible_in_publication(entry),
        Kind::Post if entry.operation == Operation::PublishShared => {
            live_langs(entry).is_none_or(|langs| !langs.is_empty())
        }
        // The publications that end with a post have entries of their own.
        Kind::Post => entry.operation == Operation::Update && entry.lang.is_some(),
        Kind::Site => true,
        Kind::Comment => entry.commented_post().is_some(),
        kind => kind.is_public(),
    }
}

fn is_visible_in_publication(entry: &Entry) -> bool {
    match entry.operation {
        Operation::Schedule => false,
        Operation::Update => !changes_only(entry, &UNSEEN),
        // An entry of the clock has no facts; what it takes down was live.
        Operation::Unpublish => was_live(entry),
        _ => true,
    }
}

/// The members of a publication that no response shows.
const UNSEEN: [&str; 3] = ["unpublish_at", "time_zone", "replacement"];

/// Returns whether the entry has facts, and about these members only.
fn changes_only(entry: &Entry, members: &[&str]) -> bool {
    let sides = [&entry.before, &entry.after].into_iter().flatten();
    let facts = sides.filter_map(|side| side.0.as_object());
    let names: Vec<&String> = facts.flat_map(|facts| facts.keys()).collect();
    !names.is_empty() && names.iter().all(|name| members.contains(&name.as_str()))
}

/// Returns whether the publication was live before the change, as far as the facts say.
fn was_live(entry: &Entry) -> bool {
    let time = |member: &str| {
        let before = entry.before.as_ref()?;
        before.0.get(member)?.as_str()?.parse::<Timestamp>().ok()
    };
    let has_begun = time("published_at").is_none_or(|at| at <= entry.at);
    has_begun && time("unpublish_at").is_none_or(|end| entry.at < end)
}

/// Returns whether a change to a whole post is public: the post was deleted, or one of its slugs moved to another post.
/// Changes to published content have entries of the kind publication, and working copies are not public.
fn is_public(entry: &Entry) -> bool {
    match entry.operation {
        Operation::Delete | Operation::Purge => true,
        // An update with a language records that a slug was given to another post.
        Operation::Update => entry.lang.is_some(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::db::sql_types::Json;

    /// Returns the keys of an entry, without the id.
    fn keys(kind: Kind, operation: Operation, lang: Option<&str>) -> Vec<String> {
        let entry = entry(kind, operation, lang);
        let id = entry.entity_id.unwrap_or_default();
        let keys = affected_keys(&entry).unwrap_or_default();
        let short = |key: &str| key.replace(&format!(":{id}"), ":*");
        keys.iter().map(short).collect()
    }

    fn entry(kind: Kind, operation: Operation, lang: Option<&str>) -> Entry {
        let id = Id::new();
        Entry {
            seq: 1,
            at: Timestamp::from_millis(0),
            kind,
            entity_id: Some(id),
            lang: lang.and_then(|lang| lang.parse().ok()),
            operation,
            before: None,
            after: (kind == Kind::Comment).then(|| Json(json!({ "post": id }))),
        }
    }

    #[test]
    fn what_nobody_sees_dates_no_response() {
        let publication = |operation, before: Value, after: Value| {
            let side = |side: Value| (!side.is_null()).then_some(Json(side));
            is_visible(&Entry {
                before: side(before),
                after: side(after),
                ..entry(Kind::Publication, operation, Some("fr"))
            })
        };
        let (earlier, now, later) = (
            "1969-12-31T00:00:00.000Z",
            "1970-01-01T00:00:00.000Z",
            "1970-01-02T00:00:00.000Z",
        );
        for (operation, before, after, expected) in [
            (Operation::Publish, Value::Null, Value::Null, true),
            (
                Operation::Schedule,
                Value::Null,
                json!({ "slug": "a" }),
                false,
            ),
            (
                Operation::Update,
                json!({ "unpublish_at": null }),
                json!({ "unpublish_at": later }),
                false,
            ),
            (
                Operation::Update,
                json!({ "replacement": {} }),
                json!({ "replacement": null }),
                false,
            ),
            (
                Operation::Update,
                json!({ "published_at": now }),
                json!({ "published_at": earlier }),
                true,
            ),
            (Operation::Update, Value::Null, Value::Null, true),
            (
                Operation::Unpublish,
                Value::Null,
                json!({ "at": now }),
                true,
            ),
            (
                Operation::Unpublish,
                json!({ "published_at": now, "unpublish_at": null }),
                Value::Null,
                true,
            ),
            (
                Operation::Unpublish,
                json!({ "published_at": later, "unpublish_at": null }),
                Value::Null,
                false,
            ),
            (
                Operation::Unpublish,
                json!({ "published_at": earlier, "unpublish_at": now }),
                Value::Null,
                false,
            ),
        ] {
            let case = format!("{operation} {before} {after}");
            assert_eq!(publication(operation, before, after), expected, "{case}");
        }
        for operation in Operation::ALL {
            let is_lost_slug = operation == Operation::Update;
            let is_shared = operation == Operation::PublishShared;
            assert_eq!(
                is_visible(&entry(Kind::Post, operation, Some("fr"))),
                is_lost_slug || is_shared
            );
            assert_eq!(is_visible(&entry(Kind::Post, operation, None)), is_shared);
            assert!(!is_visible(&entry(
                Kind::Translation,
                operation,
                Some("fr")
            )));
            assert!(is_visible(&entry(Kind::Tag, operation, None)));
        }
    }

    /// A new operation or kind in the log requires a decision here.
    #[test]
    fn every_kind_and_operation_is_known() {
        let fr = Some("fr");
        for operation in Operation::ALL {
            for kind in Kind::ALL {
                let expected: &[&str] = match (kind, operation) {
                    (Kind::Publication, _) => &["post:*", "posts:any", "posts:fr"],
                    (Kind::Post, Operation::Delete | Operation::Purge | Operation::Update) => {
                        &["post:*"]
                    }
                    (Kind::Post, Operation::PublishShared) => &["post:*", "posts"],
                    (Kind::Category, _) => &["categories", "category:*"],
                    (Kind::Tag, _) => &["tag:*", "tags"],
                    (Kind::Author, _) => &["author:*", "authors"],
                    (Kind::Organization, _) => &["organization:*", "organizations"],
                    (Kind::Site, _) => &["site"],
                    (Kind::Comment, Operation::Publish | Operation::Unpublish) => {
                        &["comments", "comments:*", "post:*"]
                    }
                    _ => &[],
                };
                assert_eq!(keys(kind, operation, fr), expected, "{kind} {operation}");
            }
        }
    }

    #[test]
    fn what_languages_share_affects_those_that_were_live() {
        let shared = |langs: Value| Entry {
            after: Some(Json(json!({ "featured": true, "langs": langs }))),
            ..entry(Kind::Post, Operation::PublishShared, None)
        };
        let live = shared(json!(["en", "fr"]));
        let keys = affected_keys(&live).unwrap_or_default();
        let sets: Vec<&str> = keys.iter().filter(|key| key.starts_with("posts")).collect();
        assert_eq!(sets, ["posts:any", "posts:en", "posts:fr"]);
        assert!(is_visible(&live));
        let planned = shared(json!([]));
        assert!(affected_keys(&planned).is_none() && !is_visible(&planned));
    }

    #[test]
    fn a_draft_affects_nothing() {
        for operation in [Operation::Create, Operation::Update, Operation::Restore] {
            assert!(keys(Kind::Post, operation, None).is_empty());
        }
        assert!(keys(Kind::Translation, Operation::Update, Some("fr")).is_empty());
    }

    #[test]
    fn the_kinds_that_affect_something_are_those_that_are_public() {
        for kind in Kind::ALL {
            let affects = |operation| !keys(kind, operation, Some("fr")).is_empty();
            let any = Operation::ALL.into_iter().any(affects);
            assert_eq!(any, public_kinds().contains(&kind), "{kind}");
        }
    }
}
