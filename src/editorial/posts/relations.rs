//! The relations of a post: its bylines, categories and tags. A byline keeps the affiliation it had when it was
//! written.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};

use super::model::{NewByline, PostByline};
use crate::catalogue::{authors, organizations, terms};
use crate::db::sql::Sql;
use crate::db::sql_types::Uuid;
use crate::db::{Conn, each};
use crate::error::{Error, Fault, Result};
use crate::id::Id;
use crate::kind::Kind;
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
/// author's current organization. Removes duplicate categories and tags.
///
/// # Errors
/// [`Error::Invalid`], with one fault for each unknown id.
pub fn resolve(conn: &mut Conn, wanted: Requested, was: &Relations) -> Result<Relations> {
    let mut faults = Vec::new();
    let mut resolved = Relations {
        authors: bylines(conn, wanted.authors, was, &mut faults)?,
        categories: wanted.categories,
        tags: wanted.tags,
    };
    let terms = [
        (
            Kind::Category,
            "categories",
            "category",
            &resolved.categories,
        ),
        (Kind::Tag, "tags", "tag", &resolved.tags),
    ];
    for (kind, member, noun, ids) in terms {
        let missing = terms::store::missing(conn, kind, ids)?;
        let named = ids
            .iter()
            .enumerate()
            .filter(|(_, id)| missing.contains(id));
        faults.extend(named.map(|(index, _)| Fault::unknown(&format!("/{member}/{index}"), noun)));
    }
    dedup(&mut resolved.categories);
    dedup(&mut resolved.tags);
    if faults.is_empty() {
        Ok(resolved)
    } else {
        Err(Error::Invalid(faults))
    }
}

fn bylines(
    conn: &mut Conn,
    wanted: Vec<NewByline>,
    was: &Relations,
    faults: &mut Vec<Fault>,
) -> Result<Vec<PostByline>> {
    let authors: Vec<Id> = wanted.iter().map(|byline| byline.author).collect();
    let current = authors::store::affiliations(conn, &authors)?;
    let named: Vec<Id> = wanted
        .iter()
        .filter_map(|byline| byline.organization.flatten())
        .collect();
    let known = organizations::store::refs(conn, &named)?;
    let mut resolved = Vec::new();
    for (index, byline) in wanted.into_iter().enumerate() {
        let Some(now) = current.get(&byline.author) else {
            faults.push(Fault::unknown(
                &format!("/authors/{index}/author"),
                "author",
            ));
            continue;
        };
        let before = was.authors.iter().find(|one| one.author == byline.author);
        if let Some(Some(id)) = byline.organization
            && !known.iter().any(|one| one.id == id)
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
        });
    }
    Ok(resolved)
}

/// Removes repeated ids and keeps the first of each.
fn dedup(ids: &mut Vec<Id>) {
    let mut seen = std::collections::HashSet::new();
    ids.retain(|id| seen.insert(*id));
}

/// Replaces the relations of a post with resolved ones.
///
/// # Errors
/// Database errors.
pub fn replace(conn: &mut Conn, post: Id, relations: &Relations) -> Result<()> {
    let bylines: Vec<_> = (0..)
        .zip(&relations.authors)
        .map(|(position, byline)| {
            (
                post_bylines::post_id.eq(post),
                post_bylines::position.eq(position),
                post_bylines::author_id.eq(byline.author),
                post_bylines::organization_id.eq(byline.organization),
                post_bylines::role.eq(byline.role.as_deref()),
            )
        })
        .collect();
    let terms: Vec<_> = (0..)
        .zip(relations.categories.iter().chain(&relations.tags))
        .map(|(position, term)| {
            (
                post_terms::post_id.eq(post),
                post_terms::term_id.eq(*term),
                post_terms::position.eq(position),
            )
        })
        .collect();
    each!(conn, {
        diesel::delete(post_bylines::table.filter(post_bylines::post_id.eq(post))).execute(conn)?;
        diesel::delete(post_terms::table.filter(post_terms::post_id.eq(post))).execute(conn)?;
    });
    if !bylines.is_empty() {
        let bylines = diesel::insert_into(post_bylines::table).values(bylines);
        each!(conn, bylines.execute(conn))?;
    }
    if !terms.is_empty() {
        let terms = diesel::insert_into(post_terms::table).values(terms);
        each!(conn, terms.execute(conn))?;
    }
    Ok(())
}

/// Reads the relations of several posts, in one statement.
///
/// # Errors
/// Database errors.
pub fn load(conn: &mut Conn, posts: &[Id]) -> Result<HashMap<Id, Relations>> {
    #[derive(QueryableByName)]
    struct Related {
        #[diesel(sql_type = Uuid)]
        post_id: Id,
        #[diesel(sql_type = Uuid)]
        id: Id,
        #[diesel(sql_type = Nullable<Uuid>)]
        organization_id: Option<Id>,
        #[diesel(sql_type = Nullable<Text>)]
        role: Option<String>,
        /// `None` for a byline.
        #[diesel(sql_type = Nullable<Text>)]
        kind: Option<Kind>,
    }
    let mut sql = Sql::new(
        "SELECT b.post_id, b.position, b.author_id AS id, b.organization_id, b.role, NULL AS kind \
         FROM post_bylines b WHERE b.post_id IN ",
    );
    sql.bind_all(posts.iter().copied()).push(
        " UNION ALL SELECT l.post_id, l.position, l.term_id, NULL, NULL, t.kind \
         FROM post_terms l JOIN terms t ON t.id = l.term_id WHERE l.post_id IN ",
    );
    sql.bind_all(posts.iter().copied())
        .push(" ORDER BY post_id, position");
    let rows: Vec<Related> = sql.load(conn)?;
    let mut found: HashMap<Id, Relations> = HashMap::new();
    for row in rows {
        let relations = found.entry(row.post_id).or_default();
        match row.kind {
            None => relations.authors.push(PostByline {
                author: row.id,
                organization: row.organization_id,
                role: row.role,
            }),
            Some(Kind::Category) => relations.categories.push(row.id),
            Some(_) => relations.tags.push(row.id),
        }
    }
    Ok(found)
}

/// Reads the relations of one post.
///
/// # Errors
/// Database errors.
pub fn load_one(conn: &mut Conn, post: Id) -> Result<Relations> {
    Ok(load(conn, &[post])?.remove(&post).unwrap_or_default())
}
