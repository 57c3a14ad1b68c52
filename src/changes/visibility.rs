//! What an entry of the log means for the public. All followers ask this module, so that they agree.
//!
//! There are two questions. A response is dated by what its readers saw change. A copy elsewhere has to change with
//! everything that it may contain: when a publication is over, readers no longer see it, while copies still have it until
//! the log tells them.

use super::Operation;
use super::reading::Entry;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::timestamp::Timestamp;

/// The members of a publication that nobody sees, whatever their values.
const UNSEEN: [&str; 2] = ["time_zone", "replacement"];
/// The member that says when a publication ends. No response shows it, but it may bring the publication back.
const END: &str = "unpublish_at";
/// The member that says why a publication was taken down. An entry about nothing else corrects what an earlier one said.
const REASON: &str = "reason";

/// Returns the kinds of resources that are public.
pub fn public_kinds() -> Vec<Kind> {
    Kind::all_public()
        .chain([Kind::Publication, Kind::Site, Kind::Comment])
        .collect()
}

/// Returns whether an entry alters what the public sees, so that it dates public responses (`Last-Modified`). Other
/// entries affect at most until when responses are valid: those about what is scheduled, and those about drafts.
pub fn is_seen(entry: &Entry) -> bool {
    match entry.kind {
        Kind::Publication => match entry.operation {
            Operation::Schedule => false,
            Operation::Update => {
                !is_only_about(entry, |member| member == END || UNSEEN.contains(&member))
            }
            Operation::Unpublish => {
                had_begun(entry)
                    && !was_over(entry)
                    && !is_only_about(entry, |member| member == REASON)
            }
            _ => true,
        },
        Kind::Post if entry.operation == Operation::PublishShared => was_live_in_any(entry),
        // The publications that end with a post have entries of their own. An update with a language records that a slug
        // was given to another post.
        Kind::Post => entry.operation == Operation::Update && entry.lang.is_some(),
        Kind::Site => true,
        Kind::Comment => entry.commented_post().is_some(),
        kind => kind.is_public(),
    }
}

/// Returns whether copies elsewhere may have to change with an entry: they contain posts, and the terms, authors and
/// organizations to which posts refer, and show the site in attributions.
pub fn concerns_copies(entry: &Entry) -> bool {
    match entry.kind {
        Kind::Publication => match entry.operation {
            Operation::Schedule => false,
            Operation::Update => !is_only_about(entry, |member| UNSEEN.contains(&member)),
            // What was only planned must not be told from what does not exist.
            Operation::Unpublish => had_begun(entry),
            _ => true,
        },
        Kind::Post => entry.operation == Operation::PublishShared && was_live_in_any(entry),
        Kind::Category | Kind::Tag | Kind::Author | Kind::Organization | Kind::Site => true,
        Kind::Comment => entry.commented_post().is_some(),
        // Working copies, accounts, keys and webhooks are in no copy.
        Kind::Translation
        | Kind::PreviewLink
        | Kind::User
        | Kind::Session
        | Kind::SigningKey
        | Kind::ApiKey
        | Kind::Webhook => false,
    }
}

/// Returns the languages in which a post was live when the properties that they share were published; `None` if the entry
/// does not say.
pub fn live_langs(entry: &Entry) -> Option<Vec<Lang>> {
    let langs = entry.after.as_ref()?.0.get("langs")?;
    serde_json::from_value(langs.clone()).ok()
}

fn was_live_in_any(entry: &Entry) -> bool {
    live_langs(entry).is_none_or(|langs| !langs.is_empty())
}

/// Returns whether the entry has facts, and only about these members.
fn is_only_about(entry: &Entry, is_meant: impl Fn(&str) -> bool) -> bool {
    let sides = [&entry.before, &entry.after].into_iter().flatten();
    let facts = sides.filter_map(|side| side.0.as_object());
    let mut members = facts.flat_map(|facts| facts.keys()).peekable();
    members.peek().is_some() && members.all(|member| is_meant(member))
}

/// Returns whether the publication had begun before the change. An entry of the clock has no facts: what it takes down
/// had begun.
pub fn had_begun(entry: &Entry) -> bool {
    time_before(entry, "published_at").is_none_or(|begin| begin <= entry.at)
}

/// Returns whether the publication was over before the change, although the clock had not written that yet.
fn was_over(entry: &Entry) -> bool {
    time_before(entry, END).is_some_and(|end| end <= entry.at)
}

fn time_before(entry: &Entry, member: &str) -> Option<Timestamp> {
    let before = entry.before.as_ref()?;
    before.0.get(member)?.as_str()?.parse().ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use diesel::prelude::*;
    use diesel::sql_types::Bool;
    use serde_json::{Value, json};

    use super::*;
    use crate::changes::reading::PUBLIC;
    use crate::db::sql_types::Json;
    use crate::id::Id;

    /// An entry about comments says to which post they belong; others may have no facts.
    fn without_facts(kind: Kind, operation: Operation) -> Entry {
        let after = match kind {
            Kind::Comment => json!({ "post": Id::new() }),
            _ => Value::Null,
        };
        entry(kind, operation, Value::Null, after)
    }

    fn entry(kind: Kind, operation: Operation, before: Value, after: Value) -> Entry {
        let side = |side: Value| (!side.is_null()).then_some(Json(side));
        Entry {
            seq: 1,
            at: Timestamp::from_millis(0),
            kind,
            entity_id: Some(Id::new()),
            lang: None,
            operation,
            before: side(before),
            after: side(after),
        }
    }

    #[test]
    fn facts_say_what_readers_saw_and_what_copies_may_have() {
        use Operation::{Publish, PublishShared, Schedule, Unpublish, Update};
        let (earlier, now, later) = (
            "1969-12-31T00:00:00.000Z",
            "1970-01-01T00:00:00.000Z",
            "1970-01-02T00:00:00.000Z",
        );
        let times = |begin: &str, end: Option<&str>| json!({ "published_at": begin, END: end });
        let side = |member: &str, value: Value| json!({ member: value });
        let shared = |langs: Value| json!({ "featured": true, "langs": langs });
        let (none, published, post) = (Value::Null, Kind::Publication, Kind::Post);
        // The kind and the operation, the facts before and after, and the answers to both questions.
        #[rustfmt::skip]
        let cases = [
            (published, Publish, none.clone(), none.clone(), (true, true)),
            (published, Publish, none.clone(), json!({ "revision": 1 }), (true, true)),
            (published, Schedule, none.clone(), json!({ "slug": "a" }), (false, false)),
            (published, Update, none.clone(), none.clone(), (true, true)),
            (published, Update, side("time_zone", none.clone()), side("time_zone", json!("UTC")), (false, false)),
            (published, Update, side("replacement", json!({})), side("replacement", none.clone()), (false, false)),
            (published, Update, side(END, none.clone()), side(END, json!(later)), (false, true)),
            (published, Update, side("published_at", json!(now)), side("published_at", json!(earlier)), (true, true)),
            (published, Update, times(now, None), times(earlier, Some(later)), (true, true)),
            // By the clock.
            (published, Unpublish, none.clone(), json!({ "at": now }), (true, true)),
            (published, Unpublish, times(now, None), none.clone(), (true, true)),
            (published, Unpublish, times(earlier, Some(later)), json!({ "reason": "legal" }), (true, true)),
            // The reason of an earlier takedown.
            (published, Unpublish, none.clone(), side(REASON, json!("legal")), (false, true)),
            // Only planned.
            (published, Unpublish, times(later, None), none.clone(), (false, false)),
            // Over, but the clock has not written that yet: readers see it no more, and copies still have it.
            (published, Unpublish, times(earlier, Some(now)), none.clone(), (false, true)),
            (post, PublishShared, none.clone(), none.clone(), (true, true)),
            (post, PublishShared, none.clone(), shared(json!(["en"])), (true, true)),
            (post, PublishShared, none.clone(), shared(json!([])), (false, false)),
            (post, Update, none.clone(), side("featured", json!(true)), (false, false)),
        ];
        for (kind, operation, before, after, expected) in cases {
            let case = format!("{kind} {operation} {before} {after}");
            let entry = entry(kind, operation, before, after);
            assert_eq!(
                (is_seen(&entry), concerns_copies(&entry)),
                expected,
                "{case}"
            );
        }
    }

    /// The index of public entries leaves out nothing that copies need, and little else.
    #[test]
    fn the_condition_in_sql_agrees() {
        let mut conn = SqliteConnection::establish(":memory:").unwrap();
        for kind in Kind::ALL {
            for operation in Operation::ALL {
                let condition = format!(
                    "(SELECT {PUBLIC} FROM (SELECT '{}' AS kind, '{}' AS operation))",
                    kind.as_str(),
                    operation.as_str()
                );
                let select = diesel::select(diesel::dsl::sql::<Bool>(&condition));
                let is_read: bool = select.get_result(&mut conn).unwrap();
                let entry = without_facts(kind, operation);
                assert_eq!(concerns_copies(&entry), is_read, "{kind} {operation}");
                assert!(!is_read || public_kinds().contains(&kind));
            }
        }
    }

    #[test]
    fn readers_see_what_copies_contain_and_slugs_that_were_given_away() {
        for kind in Kind::ALL {
            for operation in Operation::ALL {
                let whole = without_facts(kind, operation);
                assert_eq!(
                    is_seen(&whole),
                    concerns_copies(&whole),
                    "{kind} {operation}"
                );
                let lang = "fr".parse().ok();
                let in_lang = Entry { lang, ..whole };
                let is_lost_slug = kind == Kind::Post && operation == Operation::Update;
                let expected = concerns_copies(&in_lang) || is_lost_slug;
                assert_eq!(is_seen(&in_lang), expected, "{kind} {operation}");
            }
        }
    }
}
