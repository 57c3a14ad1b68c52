//! Adding and removing one byline, category or tag of a post, without naming the others.

use super::bylines::{Affiliation, NewByline};
use super::loaded::LoadedPost;
use super::model::{Post, PostPatch};
use super::relations::{self, Relations};
use super::shared::{self, PostChange};
use super::writing::to_edit;
use crate::accounts::api_keys::limits;
use crate::by_lang::ByLang;
use crate::catalogue::references::{ReferenceKind, ReferenceLookup, References};
use crate::changes::actor::By;
use crate::db::Conn;
use crate::error::{Code, Error, Result};
use crate::id::Id;
use crate::lang::Lang;
use crate::version::Seen;

/// The most bylines that a post can have.
pub const MOST_BYLINES: usize = 50;
/// The most categories, and the most tags, that a post can have.
pub const MOST_TERMS: usize = 200;

/// A byline, category or tag of a post: the kind of thing, and its id or slug as a path names it.
#[derive(Debug, Clone)]
pub struct Named {
    /// Author, category or tag.
    pub kind: ReferenceKind,
    /// The id, or a present slug in any language.
    pub id_or_slug: String,
}

impl Named {
    /// Names a thing.
    pub fn new(kind: ReferenceKind, id_or_slug: &str) -> Self {
        Self {
            kind,
            id_or_slug: id_or_slug.to_owned(),
        }
    }

    /// Returns the id of the thing, if it is among those that were found.
    fn among(&self, found: &References, post: &LoadedPost) -> Result<Id> {
        let thing = found.the_one(self.kind, &post.post.original_lang);
        thing.map_err(|error| error.naming(self.kind.into(), &self.id_or_slug))
    }
}

/// A byline, category or tag to add to a post.
#[derive(Debug, Clone)]
pub struct Addition {
    /// The author, category or tag.
    pub named: Named,
    /// The affiliation of a byline. Absent members stay as they are.
    pub affiliation: Affiliation,
    /// True to publish the list.
    pub publish: bool,
}

/// A byline, category or tag to remove from a post.
#[derive(Debug, Clone)]
pub struct Removal {
    /// The author, category or tag.
    pub named: Named,
    /// True to publish the list.
    pub publish: bool,
}

/// Adds a byline, category or tag as the last of its list; one that the post has stays where it is. A request that changes
/// nothing writes nothing.
///
/// # Errors
/// Returns the same errors as [`super::writing::update`]; [`Error::Missing`] if there is no such author, category or
/// tag; [`Error::Invalid`] for an unknown organization; `conflict` if the list is full, or if several terms have the
/// slug.
pub fn add(conn: &mut Conn, by: By, id: Id, seen: &Seen, addition: Addition) -> Result<Post> {
    let Addition {
        named,
        affiliation,
        publish,
    } = addition;
    let mut lookup = ReferenceLookup::one(named.kind, &named.id_or_slug)?;
    let place = affiliation.organization.flatten();
    lookup.organizations.extend(place);
    let (mut post, found) = to_edit(conn, by, id, seen, lookup)?;
    let thing = named.among(&found, &post)?;
    if place.is_some_and(|place| !found.organizations.contains(&place)) {
        return Err(Error::unknown("/organization", "organization"));
    }
    let relations = &post.relations;
    let patch = match named.kind {
        ReferenceKind::Author => with_byline(&post, thing, affiliation)?,
        ReferenceKind::Category => {
            categories_patch(with_term(&relations.categories, thing, "categories")?)
        }
        ReferenceKind::Tag => tags_patch(with_term(&relations.tags, thing, "tags")?),
    };
    let change = PostChange {
        publish: publish.then(|| patch.members()),
        patch,
        found,
        ..PostChange::default()
    };
    shared::change(conn, by, &mut post, change)?;
    post.written(conn, by)
}

/// Removes a byline, category or tag, if the post has it. Returns the version of the post.
///
/// # Errors
/// Returns the same errors as [`super::writing::update`]; [`Error::Missing`] if there is no such author, category or
/// tag; `conflict` if several terms have the slug.
pub fn remove(conn: &mut Conn, by: By, id: Id, seen: &Seen, removal: Removal) -> Result<i32> {
    let Removal { named, publish } = removal;
    let lookup = ReferenceLookup::one(named.kind, &named.id_or_slug)?;
    let (mut post, found) = to_edit(conn, by, id, seen, lookup)?;
    let thing = named.among(&found, &post)?;
    let others = |ids: &[Id]| ids.iter().copied().filter(|id| *id != thing).collect();
    let patch = match named.kind {
        ReferenceKind::Author => {
            let mut lines = lines(&post.relations);
            lines.retain(|line| line.author != thing);
            bylines_patch(lines)
        }
        ReferenceKind::Category => categories_patch(others(&post.relations.categories)),
        ReferenceKind::Tag => tags_patch(others(&post.relations.tags)),
    };
    let change = PostChange {
        publish: publish.then(|| patch.members()),
        patch,
        found,
        ..PostChange::default()
    };
    shared::change(conn, by, &mut post, change)?;
    limits::check_written_post(conn, by.actor, id)?;
    Ok(post.post.version)
}

fn with_byline(post: &LoadedPost, author: Id, affiliation: Affiliation) -> Result<PostPatch> {
    let mut lines = lines(&post.relations);
    let place = match lines.iter().position(|line| line.author == author) {
        Some(place) => place,
        None => {
            has_room(lines.len(), MOST_BYLINES, "authors")?;
            lines.push(NewByline::of(author));
            lines.len() - 1
        }
    };
    if let Some(line) = lines.get_mut(place) {
        affiliate(line, affiliation, &post.post.original_lang)?;
    }
    Ok(bylines_patch(lines))
}

/// Changes the members of a byline that are sent.
fn affiliate(line: &mut NewByline, affiliation: Affiliation, original: &Lang) -> Result<()> {
    let Affiliation {
        organization,
        role,
        roles,
    } = affiliation;
    line.organization = organization.or(line.organization);
    if role == Some(None) {
        line.roles = ByLang::default();
    }
    line.role = role.unwrap_or(line.role.take());
    line.roles = roles.unwrap_or_else(|| std::mem::take(&mut line.roles));
    let faults = relations::role_faults(line.role.as_deref(), &line.roles, original, "");
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Error::Invalid(faults))
    }
}

fn with_term(present: &[Id], term: Id, what: &str) -> Result<Vec<Id>> {
    let mut ids = present.to_vec();
    if !ids.contains(&term) {
        has_room(ids.len(), MOST_TERMS, what)?;
        ids.push(term);
    }
    Ok(ids)
}

fn lines(relations: &Relations) -> Vec<NewByline> {
    relations.authors.iter().cloned().map(Into::into).collect()
}

fn bylines_patch(lines: Vec<NewByline>) -> PostPatch {
    PostPatch {
        authors: Some(lines),
        ..PostPatch::default()
    }
}

fn categories_patch(ids: Vec<Id>) -> PostPatch {
    PostPatch {
        categories: Some(ids),
        ..PostPatch::default()
    }
}

fn tags_patch(ids: Vec<Id>) -> PostPatch {
    PostPatch {
        tags: Some(ids),
        ..PostPatch::default()
    }
}

fn has_room(present: usize, most: usize, what: &str) -> Result<()> {
    if present < most {
        return Ok(());
    }
    let detail = format!("a post has at most {most} {what}; remove one first");
    Err(Error::conflict(Code::Conflict, detail))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use serde_json::json;
    use utoipa::PartialSchema;

    use super::*;

    #[test]
    fn a_list_has_room_for_as_many_as_a_request_may_send() {
        let schema = serde_json::to_value(PostPatch::schema()).unwrap();
        for (member, most) in [
            ("authors", MOST_BYLINES),
            ("categories", MOST_TERMS),
            ("tags", MOST_TERMS),
        ] {
            let limit = schema.pointer(&format!("/properties/{member}/maxItems"));
            assert_eq!(limit, Some(&json!(most)), "{member}");
        }
    }
}
