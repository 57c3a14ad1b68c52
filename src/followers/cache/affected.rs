//! The surrogate keys that a change affects, computed from its log entry alone.
//!
//! Delivery reads publications, terms, authors, organizations and their slugs. Every statement that writes to one of
//! them is accompanied by a log entry, and this module determines which responses each kind of entry may alter.

use crate::changes::Operation;
use crate::changes::reading::Entry;
use crate::changes::visibility::live_langs;
use crate::delivery::surrogate_keys::{self, POSTS_IN_ANY};
use crate::id::Id;
use crate::kind::Kind;
use crate::surrogate_keys::SurrogateKeys;

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
    use crate::changes::visibility::public_kinds;
    use crate::db::sql_types::Json;
    use crate::timestamp::Timestamp;

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
        let planned = shared(json!([]));
        assert!(affected_keys(&planned).is_none());
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
