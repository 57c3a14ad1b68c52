//! From the entries of the log to what is to be evaluated: posts by language, and other resources.

use std::collections::{BTreeSet, HashMap};

use super::gathering::{Gathered, Touch};
use super::model::{ItemFilter, ItemKind};
use super::position::{Place, Position};
use crate::db::Conn;
use crate::error::Result;
use crate::id::Id;
use crate::lang::Lang;
use crate::post_type::PostType;
use crate::publications::siblings::{self, Sibling};
use crate::timestamp::Timestamp;

/// Something to evaluate: a post in one language, or another resource.
pub struct Candidate<'a> {
    /// The kind.
    pub kind: ItemKind,
    /// The id.
    pub id: Id,
    /// The language of a post.
    pub lang: Option<Lang>,
    /// The state.
    pub state: State,
    /// The type of a post, if it is known.
    pub post_type: Option<PostType>,
    /// The last entry that concerns it.
    pub last: &'a Touch,
    /// True if it may have been in the copy before, in any state of the copy since the beginning of the page.
    pub may_be_known: bool,
}

/// The state of a post in one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It is public; other resources always are, unless they do not exist.
    Live,
    /// Its time is over.
    Over,
    /// It was taken down.
    TakenDown {
        /// True if another language is live.
        elsewhere_live: bool,
    },
}

impl Candidate<'_> {
    /// Returns the place of the item.
    pub fn place(&self) -> Place {
        self.last.place(self.lang.clone())
    }

    /// Returns the position after the item.
    pub fn position(&self) -> Position {
        Position {
            seq: self.last.seq,
            at: Some(self.last.at),
            within: Some(self.place()),
        }
    }
}

/// Returns the publications of the posts that entries concern.
///
/// # Errors
/// Returns database errors.
pub fn publications(conn: &mut Conn, gathered: &Gathered) -> Result<Vec<Sibling>> {
    let posts = gathered.touched.keys();
    let posts = posts.filter(|(kind, _)| *kind == ItemKind::Post);
    let posts: Vec<Id> = posts.map(|(_, id)| *id).collect();
    match posts.as_slice() {
        [] => Ok(Vec::new()),
        posts => siblings::load(conn, posts),
    }
}

/// Returns what is to be evaluated, in no particular order.
pub fn candidates<'a>(
    gathered: &'a Gathered,
    rows: &'a [Sibling],
    filter: &ItemFilter,
    now: Timestamp,
) -> Vec<Candidate<'a>> {
    let mut by_post: HashMap<Id, Vec<&Sibling>> = HashMap::new();
    for row in rows {
        by_post.entry(row.post_id).or_default().push(row);
    }
    let mut found = Vec::new();
    for ((kind, id), touches) in &gathered.touched {
        match kind {
            ItemKind::Post => {
                let rows = by_post.remove(id).unwrap_or_default();
                let post = TouchedPost::new(*id, touches, rows, now);
                found.extend(post.candidates(filter, now));
            }
            ItemKind::Category
            | ItemKind::Tag
            | ItemKind::Author
            | ItemKind::Organization
            | ItemKind::Comment => {
                found.extend(touches.last().map(|last| Candidate {
                    kind: *kind,
                    id: *id,
                    lang: None,
                    state: State::Live,
                    post_type: None,
                    last,
                    may_be_known: true,
                }));
            }
        }
    }
    found
}

/// A post that entries concern.
struct TouchedPost<'a> {
    id: Id,
    touches: &'a [Touch],
    /// Its publications, in all states.
    rows: Vec<&'a Sibling>,
    /// Its languages that are live.
    live: BTreeSet<&'a Lang>,
}

impl<'a> TouchedPost<'a> {
    fn new(id: Id, touches: &'a [Touch], rows: Vec<&'a Sibling>, now: Timestamp) -> Self {
        let live = rows.iter().filter(|row| row.is_live(now));
        Self {
            id,
            touches,
            live: live.map(|row| &row.lang).collect(),
            rows,
        }
    }

    /// Returns the languages to evaluate: those that are live, and those of which an entry says that they were. Nothing
    /// tells of a language that was never public.
    fn candidates(&self, filter: &ItemFilter, now: Timestamp) -> Vec<Candidate<'a>> {
        let only = filter.of_posts().only();
        let own = self.rows.first().map(|row| row.post_type);
        if only.is_some() && own.is_some() && own != only {
            return Vec::new();
        }
        let named = self.touches.iter().filter_map(|touch| touch.lang.as_ref());
        let langs: BTreeSet<&Lang> = self.live.iter().copied().chain(named).collect();
        let langs = langs.into_iter().filter(|lang| filter.has_lang(lang));
        let candidate = |lang: &Lang| {
            Some(Candidate {
                kind: ItemKind::Post,
                id: self.id,
                state: self.state(lang, now),
                post_type: own,
                last: self.last(lang)?,
                may_be_known: self.may_be_known(lang),
                lang: Some(lang.clone()),
            })
        };
        langs.filter_map(candidate).collect()
    }

    fn state(&self, lang: &Lang, now: Timestamp) -> State {
        let mut own = self.rows.iter().filter(|row| row.lang == *lang);
        if self.live.contains(lang) {
            State::Live
        } else if own.any(|row| row.is_over(now)) {
            State::Over
        } else {
            State::TakenDown {
                elsewhere_live: !self.live.is_empty(),
            }
        }
    }

    /// Returns the last entry that concerns a language. A live one lists the others, so whatever concerns one of them
    /// concerns it, too.
    fn last(&self, lang: &Lang) -> Option<&'a Touch> {
        let is_live = self.live.contains(lang);
        let mut touches = self.touches.iter();
        touches.rfind(|touch| is_live || touch.lang.as_ref() == Some(lang))
    }

    /// Returns false if no copy can have the language, unless it matches now: the only entry that may have moved it in
    /// or out of a filter is its first publication.
    fn may_be_known(&self, lang: &Lang) -> bool {
        let is_own = |touch: &&Touch| touch.lang.as_ref().is_none_or(|named| named == lang);
        let moving = self.touches.iter().filter(|touch| touch.moves);
        let moving: Vec<&Touch> = moving.filter(is_own).collect();
        match moving.as_slice() {
            [] => false,
            [only] => !only.is_first,
            _ => true,
        }
    }
}
