//! Tests of the rules: every combination of facts, compared with a table written by hand.

use super::*;
use crate::changes::actor::{Authority, Role, Scope, Scopes};
use Stage::{Approved, Archived, ChangesRequested, Draft, InReview, Submitted};

/// The stages, in the order of the table's columns.
const STAGES: [Stage; 6] = [
    Draft,
    Submitted,
    InReview,
    ChangesRequested,
    Approved,
    Archived,
];

/// The actions allowed at each stage to each kind of person, for a language that is not the original and was never
/// published. E edit, D delete, S submit, W withdraw, R review, A approve, C request changes, H hand back, P publish
/// or schedule, X archive, O unarchive, V preview.
#[rustfmt::skip]
const TABLE: [(Person, [&str; 6]); 6] = [
    //                    draft     submitted   in_review   changes_req.  approved  archived
    (Person::Editor,    ["EDSPXV", "EDWRACXV", "EDWACHXV", "EDSWXV",     "EDWPXV", "DOV"]),
    (Person::EditorOfOwn, ["EDSPXV", "EDWXV",  "EDWHXV",   "EDSWXV",     "EDWPXV", "DOV"]),
    (Person::Writer,    ["EDSV",   "V",        "V",        "EDSV",       "EDV",    "DV"]),
    (Person::Submitter, ["EDSV",   "WV",       "WV",       "EDSWV",      "EDWV",   "DV"]),
    (Person::Reader,    ["V",      "V",        "V",        "V",          "V",      "V"]),
    (Person::Stranger,  ["",       "",         "",         "",           "",       ""]),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Person {
    Editor,
    EditorOfOwn,
    Writer,
    Submitter,
    Reader,
    Stranger,
}

fn person(facts: &TranslationContext) -> Person {
    let Relationship {
        authority,
        own,
        was_public,
    } = facts.relationship;
    let writer = if facts.submitter {
        Person::Submitter
    } else {
        Person::Writer
    };
    match authority {
        Authority::System | Authority::User(Role::Editor | Role::Admin) => {
            if facts.submitter && !facts.reviews_own {
                Person::EditorOfOwn
            } else {
                Person::Editor
            }
        }
        Authority::User(Role::Moderator) | Authority::Public => Person::Stranger,
        Authority::User(Role::Contributor | Role::Author) if !own => Person::Stranger,
        Authority::User(Role::Contributor) if was_public => Person::Reader,
        Authority::User(Role::Contributor | Role::Author) => writer,
        // A key that publishes is like an editor. One that writes may do with every post what an author may do with an own
        // one. A key that only reads takes no action.
        Authority::Key(scopes) if scopes.allow(Scope::ContentPublish) => {
            if facts.submitter && !facts.reviews_own {
                Person::EditorOfOwn
            } else {
                Person::Editor
            }
        }
        Authority::Key(scopes) if scopes.allow(Scope::ContentWrite) => writer,
        Authority::Key(_) => Person::Stranger,
    }
}

fn key(scopes: &[Scope]) -> Authority {
    Authority::Key(scopes.iter().copied().collect())
}

/// All kinds of authority.
fn authorities() -> [Authority; 14] {
    [
        Authority::System,
        Authority::User(Role::Contributor),
        Authority::User(Role::Author),
        Authority::User(Role::Editor),
        Authority::User(Role::Moderator),
        Authority::User(Role::Admin),
        Authority::Key(Scopes::default()),
        key(&[Scope::DeliveryRead]),
        key(&[Scope::MediaWrite, Scope::WebhooksManage]),
        key(&[Scope::ContentRead]),
        key(&[Scope::ContentWrite]),
        key(&[Scope::ContentRead, Scope::ContentWrite]),
        key(&[Scope::ContentPublish]),
        Authority::Public,
    ]
}

fn letters(action: Action) -> char {
    match action {
        Action::Edit => 'E',
        Action::Delete => 'D',
        Action::Submit => 'S',
        Action::Withdraw => 'W',
        Action::Review => 'R',
        Action::Approve => 'A',
        Action::RequestChanges => 'C',
        Action::HandBack => 'H',
        Action::Publish | Action::Schedule => 'P',
        Action::Unpublish => 'U',
        Action::Archive => 'X',
        Action::Unarchive => 'O',
        Action::Preview => 'V',
    }
}

/// Returns the actions that the table allows, adjusted for the facts that it does not cover.
fn expected(facts: &TranslationContext) -> String {
    if facts.trashed {
        return String::new();
    }
    let person = person(facts);
    let row = TABLE.iter().find(|row| row.0 == person).map(|row| row.1);
    let column = STAGES.iter().position(|stage| *stage == facts.stage);
    let mut letters = row
        .zip(column)
        .and_then(|(row, column)| row.get(column).copied())
        .unwrap_or("?")
        .to_owned();
    let editor = matches!(person, Person::Editor | Person::EditorOfOwn);
    // The submitter may withdraw, even if they may no longer edit the post.
    if person == Person::Reader && facts.submitter && !matches!(facts.stage, Draft | Archived) {
        letters.push('W');
    }
    if facts.original || facts.has_publication && !editor {
        letters.retain(|letter| letter != 'D');
    }
    if facts.has_publication && editor {
        letters.push('U');
    }
    letters
}

/// Returns every combination of facts.
fn product() -> Vec<TranslationContext> {
    let mut all = Vec::new();
    for authority in authorities() {
        for stage in STAGES {
            for bits in 0..128_u8 {
                let bit = |n: u8| bits >> n & 1 == 1;
                all.push(TranslationContext {
                    relationship: Relationship {
                        authority,
                        own: bit(0),
                        was_public: bit(1),
                    },
                    trashed: bit(2),
                    original: bit(3),
                    stage,
                    has_publication: bit(4),
                    submitter: bit(5),
                    reviews_own: bit(6),
                });
            }
        }
    }
    all
}

#[test]
fn everybody_may_what_the_table_says_and_nothing_else() {
    let all = product();
    assert_eq!(all.len(), 14 * 6 * 128);
    for facts in all {
        let mut found: Vec<char> = allowed_actions(&facts).into_iter().map(letters).collect();
        let mut wanted: Vec<char> = expected(&facts).chars().collect();
        found.dedup();
        found.sort_unstable();
        wanted.sort_unstable();
        assert_eq!(found, wanted, "{facts:?}");
    }
}

#[test]
fn publishing_and_scheduling_are_allowed_together() {
    for facts in product() {
        assert_eq!(
            check(Action::Publish, &facts),
            check(Action::Schedule, &facts)
        );
    }
}

#[test]
fn a_refusal_says_the_stage_and_what_is_possible() {
    let facts = TranslationContext {
        relationship: Relationship {
            authority: Authority::User(Role::Author),
            own: true,
            was_public: false,
        },
        trashed: false,
        original: true,
        stage: Submitted,
        has_publication: false,
        submitter: true,
        reviews_own: false,
    };
    let refused = guard(Action::Submit, &facts).map_err(|error| error.to_string());
    let detail = "The stage is submitted, and submit is possible from draft, changes_requested; \
                possible for you now: withdraw, preview.";
    assert_eq!(refused, Err(detail.to_owned()));
}

#[test]
fn a_whole_post_is_changed_and_deleted_by_its_writers_until_editors_have_it() {
    let whole = |role, has_publication, under_review| PostContext {
        relationship: Relationship {
            authority: Authority::User(role),
            own: true,
            was_public: false,
        },
        trashed: false,
        has_publication,
        is_live_or_scheduled: has_publication,
        has_unpublished_changes: false,
        under_review,
    };
    for role in [Role::Contributor, Role::Author] {
        assert_eq!(whole(role, false, false).may_edit(), Ok(()));
        assert_eq!(whole(role, true, false).may_edit(), Ok(()));
        let refused = Err(Refusal::UnderReview);
        assert_eq!(whole(role, false, true).may_edit(), refused);
        assert_eq!(whole(role, false, true).may_trash(), refused);
        let refused = Err(Refusal::Role(DELETES_PUBLIC));
        assert_eq!(whole(role, true, true).may_trash(), refused);
    }
    for role in [Role::Editor, Role::Admin] {
        assert_eq!(whole(role, true, true).may_edit(), Ok(()));
        assert_eq!(whole(role, true, true).may_trash(), Ok(()));
        let trashed = PostContext {
            trashed: true,
            ..whole(role, false, false)
        };
        assert_eq!(trashed.may_edit(), Err(Refusal::InTrash));
        assert_eq!(trashed.may_trash(), Err(Refusal::InTrash));
        let purges = trashed.relationship.may_purge();
        assert_eq!(purges.is_ok(), role == Role::Admin);
    }
}

/// Returns every possible relationship to a post.
fn relationships() -> impl Iterator<Item = Relationship> {
    authorities().into_iter().flat_map(|authority| {
        (0..4_u8).map(move |bits| Relationship {
            authority,
            own: bits & 1 == 1,
            was_public: bits & 2 == 2,
        })
    })
}

#[test]
fn for_the_public_no_post_is_there() {
    for facts in product() {
        if facts.relationship.authority == Authority::Public {
            for action in Action::ALL {
                assert_eq!(check(action, &facts), Err(Refusal::NotFound), "{action}");
            }
        }
    }
    for relationship in relationships().filter(|one| one.authority == Authority::Public) {
        assert_eq!(relationship.may_read(), Err(Refusal::NotFound));
        assert_eq!(relationship.may_write(), Err(Refusal::NotFound));
        assert_eq!(relationship.may_purge(), Err(Refusal::NotFound));
        assert!(!relationship.decides());
    }
}

#[test]
fn the_system_may_do_all() {
    for relationship in relationships().filter(|one| one.authority == Authority::System) {
        assert_eq!(relationship.may_read(), Ok(()));
        assert_eq!(relationship.may_write(), Ok(()));
        assert_eq!(relationship.may_purge(), Ok(()));
        assert!(relationship.decides());
    }
}

#[test]
fn a_key_does_what_its_scopes_say() {
    for relationship in relationships() {
        let Authority::Key(scopes) = relationship.authority else {
            continue;
        };
        let (reads, writes) = (
            scopes.allow(Scope::ContentRead),
            scopes.allow(Scope::ContentWrite),
        );
        let decides = scopes.allow(Scope::ContentPublish);
        assert!(reads || !writes, "who writes reads");
        assert!(writes || !decides, "who publishes writes");
        assert_eq!(relationship.may_read().is_ok(), reads);
        assert_eq!(relationship.may_write().is_ok(), writes);
        assert_eq!(relationship.may_preview().is_ok(), writes);
        assert_eq!(relationship.decides(), decides);
        assert!(relationship.may_purge().is_err());
    }
    let decisions = [
        Action::Review,
        Action::Approve,
        Action::RequestChanges,
        Action::HandBack,
        Action::Publish,
        Action::Schedule,
        Action::Unpublish,
        Action::Archive,
        Action::Unarchive,
    ];
    for facts in product() {
        if let Authority::Key(scopes) = facts.relationship.authority
            && !scopes.allow(Scope::ContentPublish)
        {
            for action in decisions {
                let refused = Err(Refusal::Role(NEEDS_EDITOR));
                assert_eq!(check(action, &facts), refused, "{action}");
            }
        }
    }
}

#[test]
fn the_rules_and_the_routes_agree_who_reads_and_who_decides() {
    for authority in authorities() {
        let reads = Access::Readers.check(authority).is_ok();
        assert_eq!(reach(authority).is_ok(), reads, "{authority:?}");
        let decides = Access::Editors.check(authority).is_ok();
        assert_eq!(authority.decides(), decides, "{authority:?}");
        let purges = Access::Admins.check(authority).is_ok();
        let relationship = Relationship {
            authority,
            own: true,
            was_public: false,
        };
        assert_eq!(relationship.may_purge().is_ok(), purges, "{authority:?}");
        let writes = Access::Writers.check(authority).is_ok();
        assert_eq!(relationship.may_write().is_ok(), writes, "{authority:?}");
    }
}

#[test]
fn nothing_but_what_is_open_to_all_is_open_to_the_public() {
    let all = [
        Access::Users,
        Access::Callers,
        Access::Readers,
        Access::Writers,
        Access::Editors,
        Access::EditingUsers,
        Access::Admins,
        Access::System,
    ];
    for access in all {
        assert!(access.check(Authority::System).is_ok());
        let refused = access.check(Authority::Public);
        assert!(matches!(refused, Err(Error::Unauthenticated(_))));
        let of_key = access.check(key(&[Scope::ContentRead, Scope::ContentWrite]));
        assert_eq!(
            of_key.is_ok(),
            matches!(access, Access::Callers | Access::Readers | Access::Writers)
        );
    }
}

#[test]
fn editors_publish_an_earlier_revision_at_every_stage_except_archived() {
    for facts in product() {
        let expected = match check(Action::Unpublish, &facts) {
            Err(refusal @ (Refusal::Role(_) | Refusal::InTrash)) => Err(refusal),
            _ if facts.relationship.authority == Authority::Public => Err(Refusal::NotFound),
            _ if facts.stage == Archived => Err(Refusal::Archived),
            _ => Ok(()),
        };
        assert_eq!(facts.may_publish_earlier(), expected, "{facts:?}");
    }
}
