//! A model of the newsroom, written after the contract and not after the code.
//!
//! [`World::check`] returns the answers that a [`Request`] may have; [`World::apply`] applies the effects of a granted
//! one.

mod apply;
mod names;
mod public;
mod publications;
mod request;
mod rules;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

pub use names::Name;
pub use public::PublicAnswer;
pub use publications::{Place, Row, Transition};
pub use request::{Draft, Request, Seen, VERBS, Verb};
pub use rules::Refusal;
use tribuna::accounts::users::model::Role;
use tribuna::timestamp::Timestamp;

/// The languages in use. Slugs begin with the first letter of their language, so few occur in both.
pub const LANGS: [Lang; 2] = ["en", "fr"];

pub type Lang = &'static str;

/// The index of a post in [`World::posts`], and of a person in [`World::people`].
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
    /// The change log, and the transitions that the scheduler has still to log.
    pub log: Vec<Entry>,
    pub transitions: Vec<Transition>,
    /// The resources written since the step began. Earlier `ETag`s of them are outdated.
    pub changed_in_step: BTreeSet<(PostNumber, Option<Lang>)>,
    /// The number of transitions planned so far.
    transition_count: usize,
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
    /// The revisions, which outlive a deleted translation.
    pub history: BTreeMap<Lang, Vec<Snapshot>>,
    /// The workflow steps, which outlive it too.
    pub steps: BTreeMap<Lang, Vec<Step>>,
    /// The languages in which the post was ever public.
    pub seen: BTreeSet<Lang>,
}

/// A working copy.
#[derive(Clone)]
pub struct Copy {
    pub text: Text,
    pub revision: usize,
    pub stage: Stage,
    pub submitter: Option<PersonNumber>,
    /// The number of steps taken in its language before this working copy was created.
    pub begun_after: usize,
}

/// The step, the person who took it, and the revision.
pub type Step = (&'static str, PersonNumber, usize);

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    pub title: String,
    pub slug: String,
    /// The whole body: one word, never used before.
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

/// An entry of the change log. `by` is `None` for the scheduler.
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
            transitions: Vec::new(),
            changed_in_step: BTreeSet::new(),
            transition_count: 0,
        }
    }

    /// True for editors and admins.
    pub fn decides(&self, who: PersonNumber) -> bool {
        matches!(self.people[who].role, Role::Editor | Role::Admin)
    }

    /// True if `who` may read the post, even in the trash.
    pub fn sees(&self, who: PersonNumber, post: PostNumber) -> bool {
        let at = &self.posts[post];
        !at.is_purged && (self.decides(who) || at.owner == who)
    }

    pub fn copy(&self, post: PostNumber, lang: Lang) -> Option<&Copy> {
        self.posts[post].copies.get(lang)
    }

    /// The steps of the present working copy.
    pub fn steps(&self, post: PostNumber, lang: Lang) -> &[Step] {
        let all = self.posts[post].steps.get(lang);
        let begun_after = self.copy(post, lang).map_or(0, |copy| copy.begun_after);
        all.map_or(&[], |all| &all[begun_after..])
    }

    pub fn place(&self, post: PostNumber, lang: Lang) -> Option<&Place> {
        self.posts[post].places.get(lang)
    }

    /// The status of a translation as editors see it.
    pub fn status(&self, post: PostNumber, lang: Lang) -> &'static str {
        let stage = self
            .copy(post, lang)
            .map_or(Stage::Draft, |copy| copy.stage);
        match self.place(post, lang) {
            Some(place) if stage == Stage::Draft => place.status(self.now),
            _ => stage.word(),
        }
    }

    /// The actions that `who` may take on a translation: those whose plainest request is granted.
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
            let request = Request {
                who,
                post,
                lang,
                verb: verb.clone(),
                seen: None,
            };
            self.check(&request).is_ok()
        });
        granted.map(|(action, _)| action.to_owned()).collect()
    }
}
