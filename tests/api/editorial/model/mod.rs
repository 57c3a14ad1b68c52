//! What the newsroom should be like, as plain facts: written after the contract, not after the code.
//!
//! [`World::judge`] says what an [`Ask`] may be answered, [`World::happen`] what comes of it when it is granted.

mod ask;
mod happen;
mod judge;
mod names;
mod public;
mod publish;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

pub use ask::{Ask, Draft, Seen, VERBS, Verb};
pub use judge::Refusal;
pub use names::Name;
pub use public::Found;
pub use publish::{Moment, Place, Row};
use tribuna::accounts::users::model::Role;
use tribuna::timestamp::Timestamp;

/// The languages that are written. A title in one begins with its first letter, so few slugs are of two languages.
pub const LANGS: [Lang; 2] = ["en", "fr"];

pub type Lang = &'static str;

/// The place of a post in the world, and of a person among the people.
pub type PostNumber = usize;
pub type PersonNumber = usize;

#[derive(Clone)]
pub struct World {
    pub people: Rc<Vec<Person>>,
    pub now: Timestamp,
    pub self_review: bool,
    pub posts: Vec<Post>,
    pub names: Vec<Name>,
    pub links: Vec<Link>,
    /// What the change log tells, and what the clock has still to tell it.
    pub log: Vec<Entry>,
    pub moments: Vec<Moment>,
    /// What was written since the step began: whoever read it before has a version that is past.
    pub touched: BTreeSet<(PostNumber, Option<Lang>)>,
    /// Drawn for moments, in the order in which they are entered.
    drawn: usize,
}

pub struct Person {
    pub name: &'static str,
    pub role: Role,
    pub id: String,
}

#[derive(Clone)]
pub struct Post {
    pub id: String,
    pub original: Lang,
    pub owner: PersonNumber,
    pub featured: bool,
    pub trashed_at: Option<Timestamp>,
    pub is_purged: bool,
    pub copies: BTreeMap<Lang, Copy>,
    pub places: BTreeMap<Lang, Place>,
    /// Kept when a language is deleted.
    pub history: BTreeMap<Lang, Vec<Snapshot>>,
    /// So are the steps that were taken.
    pub steps: BTreeMap<Lang, Vec<Step>>,
    /// The languages that the world has seen.
    pub seen: BTreeSet<Lang>,
}

/// A working copy.
#[derive(Clone)]
pub struct Copy {
    pub text: Text,
    pub revision: usize,
    pub stage: Stage,
    pub submitter: Option<PersonNumber>,
    /// How many steps had been taken in its language before it was begun.
    pub begun_after: usize,
}

/// What was done, by whom and on which revision.
pub type Step = (&'static str, PersonNumber, usize);

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    pub title: String,
    pub slug: String,
    /// All of the body: a word that was never written before.
    pub word: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    pub text: Text,
    pub featured: bool,
    pub by: PersonNumber,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Draft,
    Submitted,
    InReview,
    ChangesRequested,
    Approved,
    Archived,
}

impl Stage {
    pub fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Submitted => "submitted",
            Self::InReview => "in_review",
            Self::ChangesRequested => "changes_requested",
            Self::Approved => "approved",
            Self::Archived => "archived",
        }
    }

    pub fn is_under_review(self) -> bool {
        matches!(self, Self::Submitted | Self::InReview)
    }
}

/// A preview link.
#[derive(Clone)]
pub struct Link {
    pub id: String,
    pub token: String,
    pub post: PostNumber,
    pub lang: Lang,
    pub word: String,
    pub by: PersonNumber,
    pub expires_at: Timestamp,
    pub is_revoked: bool,
}

/// A line of the change log; nobody is the clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub by: Option<PersonNumber>,
    pub kind: &'static str,
    pub post: PostNumber,
    pub lang: Option<Lang>,
    pub operation: &'static str,
}

impl World {
    pub fn new(people: Vec<Person>, now: Timestamp, self_review: bool) -> Self {
        Self {
            people: Rc::new(people),
            now,
            self_review,
            posts: Vec::new(),
            names: Vec::new(),
            links: Vec::new(),
            log: Vec::new(),
            moments: Vec::new(),
            touched: BTreeSet::new(),
            drawn: 0,
        }
    }

    /// Editors and admins.
    pub fn decides(&self, who: PersonNumber) -> bool {
        matches!(self.people[who].role, Role::Editor | Role::Admin)
    }

    /// Whether somebody may read a post, whatever has become of it.
    pub fn sees(&self, who: PersonNumber, post: PostNumber) -> bool {
        let at = &self.posts[post];
        !at.is_purged && (self.decides(who) || at.owner == who)
    }

    pub fn copy(&self, post: PostNumber, lang: Lang) -> Option<&Copy> {
        self.posts[post].copies.get(lang)
    }

    /// The steps of the working copy that is there.
    pub fn steps(&self, post: PostNumber, lang: Lang) -> &[Step] {
        let all = self.posts[post].steps.get(lang);
        let begun_after = self.copy(post, lang).map_or(0, |copy| copy.begun_after);
        all.map_or(&[], |all| &all[begun_after..])
    }

    pub fn place(&self, post: PostNumber, lang: Lang) -> Option<&Place> {
        self.posts[post].places.get(lang)
    }

    /// What an editor sees of how far a language has come.
    pub fn status(&self, post: PostNumber, lang: Lang) -> &'static str {
        let stage = self
            .copy(post, lang)
            .map_or(Stage::Draft, |copy| copy.stage);
        match self.place(post, lang) {
            Some(place) if stage == Stage::Draft => place.status(self.now),
            _ => stage.word(),
        }
    }

    /// What somebody may do with a language of a post: whatever is granted when it is asked for in the plainest way.
    pub fn allowed_actions(
        &self,
        who: PersonNumber,
        post: PostNumber,
        lang: Lang,
    ) -> BTreeSet<String> {
        let later = Some(self.now.plus_seconds(1));
        let actions = [
            ("edit", Verb::Patch(Draft::default())),
            ("delete", Verb::Delete),
            ("submit", Verb::Submit),
            ("withdraw", Verb::Withdraw),
            ("review", Verb::Take),
            ("approve", Verb::Approve),
            ("request_changes", Verb::RequestChanges { with_note: true }),
            ("hand_back", Verb::HandBack),
            (
                "publish",
                Verb::Publish {
                    from: None,
                    until: None,
                },
            ),
            (
                "schedule",
                Verb::Publish {
                    from: later,
                    until: None,
                },
            ),
            ("unpublish", Verb::Unpublish),
            ("archive", Verb::Archive),
            ("unarchive", Verb::Unarchive),
            ("preview", Verb::MakeLink { ttl: None }),
        ];
        let granted = actions.into_iter().filter(|(_, verb)| {
            let ask = Ask {
                who,
                post,
                lang,
                verb: verb.clone(),
                seen: None,
            };
            self.judge(&ask).is_ok()
        });
        granted.map(|(action, _)| action.to_owned()).collect()
    }
}
