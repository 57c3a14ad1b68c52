//! The rules, held against a table written by hand, over all there is to ask.

use super::*;
use Stage::{Approved, Archived, ChangesRequested, Draft, InReview, Submitted};

/// The stages, in the order of the columns below.
const STAGES: [Stage; 6] = [
    Draft,
    Submitted,
    InReview,
    ChangesRequested,
    Approved,
    Archived,
];

/// What may be done at each stage by each kind of person with a language that is not the original and was never
/// published. E edit, D delete, S submit, W withdraw, R review, A approve, C request changes, H hand back,
/// P publish or schedule, X archive, O unarchive, V preview.
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

fn person(facts: &Situation) -> Person {
    let Footing {
        role,
        own,
        was_public,
    } = facts.footing;
    match role {
        None | Some(Role::Editor | Role::Admin) if facts.submitter && !facts.reviews_own => {
            Person::EditorOfOwn
        }
        None | Some(Role::Editor | Role::Admin) => Person::Editor,
        Some(Role::Moderator) => Person::Stranger,
        Some(_) if !own => Person::Stranger,
        Some(Role::Contributor) if was_public => Person::Reader,
        Some(_) if facts.submitter => Person::Submitter,
        Some(_) => Person::Writer,
    }
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

/// What the table says, and what the other facts add to it or take from it.
fn expected(facts: &Situation) -> String {
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
    // Who once submitted takes it back, even when the post is out of their hands since.
    if person == Person::Reader && facts.submitter && !matches!(facts.stage, Draft | Archived) {
        letters.push('W');
    }
    if facts.original || facts.placed && !editor {
        letters.retain(|letter| letter != 'D');
    }
    if facts.placed && editor {
        letters.push('U');
    }
    letters
}

/// Every combination of facts there is.
fn product() -> Vec<Situation> {
    let roles = [
        None,
        Some(Role::Contributor),
        Some(Role::Author),
        Some(Role::Editor),
        Some(Role::Moderator),
        Some(Role::Admin),
    ];
    let mut all = Vec::new();
    for role in roles {
        for stage in STAGES {
            for bits in 0..128_u8 {
                let bit = |n: u8| bits >> n & 1 == 1;
                all.push(Situation {
                    footing: Footing {
                        role,
                        own: bit(0),
                        was_public: bit(1),
                    },
                    trashed: bit(2),
                    original: bit(3),
                    stage,
                    placed: bit(4),
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
    assert_eq!(all.len(), 6 * 6 * 128);
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
    let facts = Situation {
        footing: Footing {
            role: Some(Role::Author),
            own: true,
            was_public: false,
        },
        trashed: false,
        original: true,
        stage: Submitted,
        placed: false,
        submitter: true,
        reviews_own: false,
    };
    let refused = guard(Action::Submit, &facts).map_err(|error| error.to_string());
    let told = "the stage is submitted, and submit is possible from draft, changes_requested; \
                possible for you now: withdraw, preview";
    assert_eq!(refused, Err(told.to_owned()));
}

#[test]
fn a_whole_post_is_changed_and_deleted_by_its_writers_until_editors_have_it() {
    let whole = |role, placed, under_review| Whole {
        footing: Footing {
            role: Some(role),
            own: true,
            was_public: false,
        },
        trashed: false,
        placed,
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
        let trashed = Whole {
            trashed: true,
            ..whole(role, false, false)
        };
        assert_eq!(trashed.may_edit(), Err(Refusal::InTrash));
        assert_eq!(trashed.may_trash(), Err(Refusal::InTrash));
        let purges = trashed.footing.may_purge();
        assert_eq!(purges.is_ok(), role == Role::Admin);
    }
}
