//! The relations of a post: its bylines, categories and tags. A byline keeps the affiliation it had when it was
//! written.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};

use super::bylines::{BylineRole, NewByline, PostByline};
use crate::by_lang::ByLang;
use crate::catalogue::references::{ReferenceKind, References};
use crate::db::sql::Sql;
use crate::db::sql_types::{JsonDocument, Uuid};
use crate::db::{Conn, each};
use crate::error::{Error, Fault, Result};
use crate::id::Id;
use crate::lang::Lang;
use crate::schema::{post_bylines, post_terms};

/// The relations of one post.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Relations {
    /// The bylines, in order.
    pub authors: Vec<PostByline>,
    /// The ids of the categories, in order.
    pub categories: Vec<Id>,
    /// The ids of the tags, in order.
    pub tags: Vec<Id>,
}

/// The relations that a request asks for, not yet checked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Requested {
    /// The bylines, in order.
    pub authors: Vec<NewByline>,
    /// The ids of the categories, in order.
    pub categories: Vec<Id>,
    /// The ids of the tags, in order.
    pub tags: Vec<Id>,
}

/// Checks that every id exists, and completes absent affiliations: from the post's existing bylines, or else with the
/// author's current organization. Removes duplicate categories and tags. `found` is what was looked up of the request,
/// and `original` is the original language of the post.
///
/// # Errors
/// [`Error::Invalid`], with one fault for each unknown id and for each role that repeats, or lacks, the original language.
pub fn resolve(
    wanted: Requested,
    was: &Relations,
    found: References,
    original: &Lang,
) -> Result<Relations> {
    let known = known(was, found);
    let mut faults = Vec::new();
    for (index, line) in wanted.authors.iter().enumerate() {
        let role = line.role.as_deref();
        faults.extend(role_faults(
            role,
            &line.roles,
            original,
            &format!("/authors/{index}"),
        ));
    }
    let mut resolved = Relations {
        authors: bylines(wanted.authors, was, &known, &mut faults),
        categories: wanted.categories,
        tags: wanted.tags,
    };
    let terms = [
        (ReferenceKind::Category, "categories", &resolved.categories),
        (ReferenceKind::Tag, "tags", &resolved.tags),
    ];
    for (kind, member, ids) in terms {
        let is_unknown = |(_, id): &(usize, &Id)| known.terms.get(*id) != Some(&kind);
        let unknown = ids.iter().enumerate().filter(is_unknown);
        let fault = |(index, _)| Fault::unknown(&format!("/{member}/{index}"), kind.as_str());
        faults.extend(unknown.map(fault));
    }
    dedup(&mut resolved.categories);
    dedup(&mut resolved.tags);
    if faults.is_empty() {
        Ok(resolved)
    } else {
        Err(Error::Invalid(faults))
    }
}

/// Checks the role of a byline in other languages: there is one in the original language, which they do not repeat.
/// `pointer` is that of the byline.
pub(super) fn role_faults(
    role: Option<&str>,
    roles: &ByLang<BylineRole>,
    original: &Lang,
    pointer: &str,
) -> Vec<Fault> {
    let mut faults = Vec::new();
    if role.is_none() && !roles.is_empty() {
        let detail =
            format!("requires role, which is in the original language of the post, {original}");
        faults.push(Fault::pointer(
            format!("{pointer}/roles"),
            "needs_role",
            detail,
        ));
    }
    if roles.get(original).is_some() {
        let detail =
            format!("is the original language of the post, {original}; give that role in `role`");
        faults.push(Fault::pointer(
            format!("{pointer}/roles/{original}"),
            "duplicate",
            detail,
        ));
    }
    faults
}

/// Adds what the post refers to, which exists.
fn known(was: &Relations, mut known: References) -> References {
    for byline in &was.authors {
        known.authors.insert(byline.author, byline.organization);
        known.organizations.extend(byline.organization);
    }
    let categories = was
        .categories
        .iter()
        .map(|id| (*id, ReferenceKind::Category));
    let tags = was.tags.iter().map(|id| (*id, ReferenceKind::Tag));
    known.terms.extend(categories.chain(tags));
    known
}

fn bylines(
    wanted: Vec<NewByline>,
    was: &Relations,
    known: &References,
    faults: &mut Vec<Fault>,
) -> Vec<PostByline> {
    let mut resolved = Vec::new();
    for (index, byline) in wanted.into_iter().enumerate() {
        let Some(now) = known.authors.get(&byline.author) else {
            let pointer = format!("/authors/{index}/author");
            faults.push(Fault::unknown(&pointer, "author"));
            continue;
        };
        let before = was.authors.iter().find(|one| one.author == byline.author);
        if let Some(Some(id)) = byline.organization
            && !known.organizations.contains(&id)
        {
            let pointer = format!("/authors/{index}/organization");
            faults.push(Fault::unknown(&pointer, "organization"));
        }
        resolved.push(PostByline {
            author: byline.author,
            organization: byline
                .organization
                .unwrap_or_else(|| before.map_or(*now, |before| before.organization)),
            role: byline.role,
            roles: byline.roles,
        });
    }
    resolved
}

/// Removes repeated ids and keeps the first of each.
fn dedup(ids: &mut Vec<Id>) {
    let mut seen = std::collections::HashSet::new();
    ids.retain(|id| seen.insert(*id));
}

/// Replaces the relations of a post with resolved ones. Writes only the lists that differ.
///
/// # Errors
/// Database errors.
pub fn replace(conn: &mut Conn, post: Id, was: &Relations, new: &Relations) -> Result<()> {
    if was.authors != new.authors {
        replace_bylines(conn, post, &was.authors, &new.authors)?;
    }
    let terms =
        |relations: &Relations| [relations.categories.clone(), relations.tags.clone()].concat();
    let (was, new) = (terms(was), terms(new));
    if was != new {
        replace_terms(conn, post, &was, &new)?;
    }
    Ok(())
}

fn replace_bylines(
    conn: &mut Conn,
    post: Id,
    was: &[PostByline],
    new: &[PostByline],
) -> Result<()> {
    if !was.is_empty() {
        let old = post_bylines::table.filter(post_bylines::post_id.eq(post));
        each!(conn, diesel::delete(old).execute(conn))?;
    }
    let rows = (0..).zip(new).map(|(position, byline)| {
        (
            post_bylines::post_id.eq(post),
            post_bylines::position.eq(position),
            post_bylines::author_id.eq(byline.author),
            post_bylines::organization_id.eq(byline.organization),
            post_bylines::role.eq(byline.role.as_deref()),
            post_bylines::roles.eq(&byline.roles),
        )
    });
    let rows: Vec<_> = rows.collect();
    if !rows.is_empty() {
        let rows = diesel::insert_into(post_bylines::table).values(rows);
        each!(conn, rows.execute(conn))?;
    }
    Ok(())
}

fn replace_terms(conn: &mut Conn, post: Id, was: &[Id], new: &[Id]) -> Result<()> {
    if !was.is_empty() {
        let old = post_terms::table.filter(post_terms::post_id.eq(post));
        each!(conn, diesel::delete(old).execute(conn))?;
    }
    let rows = (0..).zip(new).map(|(position, term)| {
        (
            post_terms::post_id.eq(post),
            post_terms::term_id.eq(*term),
            post_terms::position.eq(position),
        )
    });
    let rows: Vec<_> = rows.collect();
    if !rows.is_empty() {
        let rows = diesel::insert_into(post_terms::table).values(rows);
        each!(conn, rows.execute(conn))?;
    }
    Ok(())
}

/// A byline, category or tag of a post.
#[derive(QueryableByName)]
struct RelatedRow {
    #[diesel(sql_type = Uuid)]
    post_id: Id,
    #[diesel(sql_type = Uuid)]
    id: Id,
    #[diesel(sql_type = Nullable<Uuid>)]
    organization_id: Option<Id>,
    #[diesel(sql_type = Nullable<Text>)]
    role: Option<String>,
    #[diesel(sql_type = Nullable<JsonDocument>)]
    roles: Option<ByLang<BylineRole>>,
    #[diesel(sql_type = Text)]
    kind: ReferenceKind,
}

/// Reads the relations of several posts, in one statement.
///
/// # Errors
/// Database errors.
pub fn load(conn: &mut Conn, posts: &[Id]) -> Result<HashMap<Id, Relations>> {
    let mut sql = Sql::new(
        "SELECT b.post_id, b.position, b.author_id AS id, b.organization_id, b.role, b.roles, 'author' AS kind \
         FROM post_bylines b WHERE b.post_id IN ",
    );
    sql.bind_all(posts.iter().copied()).push(
        " UNION ALL SELECT l.post_id, l.position, l.term_id, NULL, NULL, NULL, t.kind \
         FROM post_terms l JOIN terms t ON t.id = l.term_id WHERE l.post_id IN ",
    );
    sql.bind_all(posts.iter().copied())
        .push(" ORDER BY post_id, position");
    let rows: Vec<RelatedRow> = sql.load(conn)?;
    let mut found: HashMap<Id, Relations> = HashMap::new();
    for row in rows {
        let relations = found.entry(row.post_id).or_default();
        match row.kind {
            ReferenceKind::Author => relations.authors.push(PostByline {
                author: row.id,
                organization: row.organization_id,
                role: row.role,
                roles: row.roles.unwrap_or_default(),
            }),
            ReferenceKind::Category => relations.categories.push(row.id),
            ReferenceKind::Tag => relations.tags.push(row.id),
        }
    }
    Ok(found)
}
