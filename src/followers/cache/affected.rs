//! Which keys a change touches. Pure.
//!
//! Delivery reads publications, terms, authors, organizations and the slugs of these, and each statement that writes to one
//! of them stands beside an entry of the log. What follows says of each kind of entry which answers it may alter.

use crate::changes::Operation;
use crate::changes::reading::Entry;
use crate::delivery::surrogate_keys::{self, POSTS_IN_ANY};
use crate::http::cache::surrogate_keys::SurrogateKeys;
use crate::kind::Kind;

/// The kinds of things that the public sees something of.
pub fn public_kinds() -> Vec<Kind> {
    Kind::with_delivery().chain([Kind::Publication]).collect()
}

/// The keys that a change touches; `None` when nothing that the public sees is another by it.
///
/// A slug may lead to another post or term than before, and the log does not tell slugs that stay: who follows looks up those
/// of each thing that is touched ([`surrogate_keys::slug`]).
pub fn touched(entry: &Entry) -> Option<SurrogateKeys> {
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
        // Appears, goes, is another or has other times: in its language, and for readers who take any.
        Kind::Publication => {
            let keys = SurrogateKeys::new().with(thing(Kind::Post));
            Some(match &entry.lang {
                Some(lang) => keys.with(surrogate_keys::posts_in(lang)).with(POSTS_IN_ANY),
                // Never written so; if it were, all lists would be meant.
                None => keys.with(surrogate_keys::all(Kind::Post)),
            })
        }
        Kind::Post => is_public(entry).then(|| SurrogateKeys::new().with(thing(Kind::Post))),
        // Which terms there are, what they are called, where in the tree they stand, and which posts carry them: of merged
        // ones there is an entry for each of the two, and for each child that moves.
        kind if kind.has_delivery() => of(kind),
        // The public reads nothing of it.
        _ => None,
    }
}

/// Whether what was done to a post as a whole alters what is said of it: that it is gone, or where a slug leads. What shows it
/// has entries of its own, for each publication; and working copies are not public before they are published.
fn is_public(entry: &Entry) -> bool {
    match entry.operation {
        Operation::Delete | Operation::Purge => true,
        // Of one language of it, the one thing that is told is that a slug was given to another post.
        Operation::Update => entry.lang.is_some(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::Id;
    use crate::timestamp::Timestamp;

    /// The keys of an entry, without the id.
    fn keys(kind: Kind, operation: Operation, lang: Option<&str>) -> Vec<String> {
        let id = Id::new();
        let entry = Entry {
            seq: 1,
            at: Timestamp::from_millis(0),
            kind,
            entity_id: Some(id),
            lang: lang.and_then(|lang| lang.parse().ok()),
            operation,
        };
        let keys = touched(&entry).unwrap_or_default();
        let short = |key: &str| key.replace(&format!(":{id}"), ":*");
        keys.iter().map(short).collect()
    }

    /// A new word in the log must be thought about here.
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
                    (Kind::Category, _) => &["categories", "category:*"],
                    (Kind::Tag, _) => &["tag:*", "tags"],
                    (Kind::Author, _) => &["author:*", "authors"],
                    (Kind::Organization, _) => &["organization:*", "organizations"],
                    _ => &[],
                };
                assert_eq!(keys(kind, operation, fr), expected, "{kind} {operation}");
            }
        }
    }

    #[test]
    fn a_draft_touches_nothing() {
        for operation in [Operation::Create, Operation::Update, Operation::Restore] {
            assert!(keys(Kind::Post, operation, None).is_empty());
        }
        assert!(keys(Kind::Translation, Operation::Update, Some("fr")).is_empty());
    }

    #[test]
    fn the_kinds_that_touch_something_are_those_that_are_public() {
        for kind in Kind::ALL {
            let touches = |operation| !keys(kind, operation, Some("fr")).is_empty();
            let any = Operation::ALL.into_iter().any(touches);
            assert_eq!(any, public_kinds().contains(&kind), "{kind}");
        }
    }
}
