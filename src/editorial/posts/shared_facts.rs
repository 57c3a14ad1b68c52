//! The shared properties of a post as each of its publications has them. When they are published, this module computes the
//! facts of the change log: the properties that the public saw before, and those that it sees now.

use serde_json::{Map, Value};

use super::bylines::PostByline;
use super::loaded::LoadedPost;
use super::model::PostRow;
use super::relations::Relations;
use super::rows::logged;
use crate::changes::Facts;
use crate::changes::actor::By;
use crate::db::Conn;
use crate::error::Result;
use crate::lang::Lang;
use crate::publications::writing::frozen::{self, FrozenProperties};
use crate::publications::writing::rows::PublicationRow;

/// The names of the members that all languages of a post share.
pub(super) const MEMBERS: [&str; 8] = [
    "parent",
    "position",
    "authors",
    "categories",
    "tags",
    "featured",
    "licence",
    "canonical_url",
];

/// Returns the members that each of the publications has, in the order of `rows`. Reads those that do not have the present
/// version of the post, in one statement.
///
/// # Errors
/// Database errors.
pub(super) fn members_of(
    conn: &mut Conn,
    post: &PostRow,
    relations: &Relations,
    rows: &[PublicationRow],
) -> Result<Vec<Value>> {
    let is_other = |row: &&PublicationRow| row.shared_version() != post.shared_version;
    let others: Vec<&PublicationRow> = rows.iter().filter(is_other).collect();
    let mut found = frozen::properties(conn, &others)?;
    let present = logged(post, relations);
    let members = |row: &PublicationRow| match found.remove(&row.id()) {
        Some(frozen) => members(frozen, post),
        None => present.clone(),
    };
    Ok(rows.iter().map(members).collect())
}

fn members(frozen: FrozenProperties, post: &PostRow) -> Value {
    let relations = Relations {
        authors: frozen.authors.into_iter().map(PostByline::from).collect(),
        categories: frozen.categories,
        tags: frozen.tags,
    };
    let then = PostRow {
        featured: frozen.featured,
        licence: frozen.licence,
        canonical_url: frozen.canonical_url,
        parent: frozen.parent,
        position: frozen.position,
        ..post.clone()
    };
    logged(&then, &relations)
}

/// The members that each publication of a post had, and that it has after some of them were published.
pub(super) struct Transfer {
    had: Vec<Value>,
    /// In the order of the publications, too.
    pub(super) has: Vec<Value>,
}

impl Transfer {
    /// Gives publications the named members of a post, which has the members `present`.
    pub(super) fn new(had: Vec<Value>, present: &Value, named: &[&str]) -> Self {
        let has = had.iter().map(|had| with_members(had, present, named));
        Self {
            has: has.collect(),
            had,
        }
    }

    /// Returns whether each publication had what it was given.
    pub(super) fn is_empty(&self) -> bool {
        self.had == self.has
    }

    /// Returns the names of the members that some publication did not have.
    pub(super) fn changed(&self) -> Vec<&'static str> {
        let all: Vec<usize> = (0..self.had.len()).collect();
        let differs = |member: &&str| self.first(&all, member).is_some();
        MEMBERS.into_iter().filter(differs).collect()
    }

    /// Returns the member, before and after, in the first of the publications in which it changes.
    fn first(&self, places: &[usize], member: &str) -> Option<(&Value, &Value)> {
        let both = places.iter().filter_map(|place| {
            let (had, has) = (self.had.get(*place)?, self.has.get(*place)?);
            Some((had.get(member)?, has.get(member)?))
        });
        let mut changes = both.filter(|(had, has)| had != has);
        changes.next()
    }

    /// Returns the members that changed for the public in some language, as they were in the first such language and as they
    /// are now, and the languages in which it sees the change. If no language is live, the members changed in what is
    /// scheduled. `rows` are the publications.
    pub(super) fn facts(&self, post: &LoadedPost, by: By, rows: &[PublicationRow]) -> Facts {
        let original = &post.post.original_lang;
        let places = |is: &dyn Fn(&PublicationRow) -> bool| {
            let all = rows.iter().enumerate().filter(|(_, row)| is(row));
            let (first, others): (Vec<_>, Vec<_>) =
                all.partition(|(_, row)| row.lang() == original);
            let places = first.into_iter().chain(others).map(|(place, _)| place);
            places.collect::<Vec<usize>>()
        };
        let live = places(&|row| row.is_live(by.at));
        let seen = match live.is_empty() {
            true => places(&|row| !row.has_ended(by.at)),
            false => live.clone(),
        };
        let (mut before, mut after) = (Map::new(), Map::new());
        for member in MEMBERS {
            if let Some((had, has)) = self.first(&seen, member) {
                before.insert(member.to_owned(), had.clone());
                after.insert(member.to_owned(), has.clone());
            }
        }
        let langs = match live.is_empty() || before.is_empty() {
            true => Vec::<&Lang>::new(),
            false => post.live_langs(by.at),
        };
        Facts::updated(&before, &after).with("langs", langs)
    }
}

fn with_members(had: &Value, present: &Value, named: &[&str]) -> Value {
    let mut has = had.clone();
    for (member, value) in has.as_object_mut().into_iter().flatten() {
        if named.contains(&member.as_str()) {
            *value = present.get(member).unwrap_or(value).clone();
        }
    }
    has
}

/// Returns what a new publication in the place of `row` changes of the members, before and after.
///
/// # Errors
/// Database errors.
pub(in crate::editorial) fn difference(
    conn: &mut Conn,
    post: &PostRow,
    relations: &Relations,
    row: Option<&PublicationRow>,
) -> Result<Facts> {
    let rows: Vec<PublicationRow> = row.into_iter().cloned().collect();
    let had = members_of(conn, post, relations, &rows)?;
    let present = logged(post, relations);
    Ok(had
        .first()
        .map_or_else(Facts::none, |had| Facts::updated(had, &present)))
}
