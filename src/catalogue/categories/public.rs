//! The category tree on the delivery surface: the relatives of each category, or the whole tree.

use std::collections::HashMap;

use diesel::QueryableByName;
use diesel::sql_types::{Integer, Text};

use super::model::{CategoryNode, PublicCategory};
use crate::by_lang::ByLang;
use crate::catalogue::terms::model::{TermName, TermRef, TermRow};
use crate::catalogue::terms::public;
use crate::catalogue::terms::shown::PublicTerm;
use crate::collation::CollationKey;
use crate::db::Conn;
use crate::db::sql::Sql;
use crate::db::sql_types::Uuid;
use crate::delivery::named_lists::NamedQuery;
use crate::delivery::reader::View;
use crate::error::{Error, Result};
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::languages::Languages;
use crate::page::{Listing, PageInfo};
use crate::slug::Slug;

/// Returns a page of categories. Executes five statements at any size.
///
/// # Errors
/// Returns [`Error::Parameters`] for a cursor of another list.
pub fn list(
    conn: &mut Conn,
    listing: &Listing,
    query: &NamedQuery,
    view: &View,
) -> Result<(Vec<PublicCategory>, PageInfo)> {
    let (terms, page) = public::list(conn, Kind::Category, listing, query, view)?;
    Ok((placed(conn, terms, view)?, page))
}

/// Returns a category by id, or by slug in any language.
///
/// # Errors
/// Returns [`Error::Moved`] for a former slug, and for the id of a term that was merged into another;
/// [`Error::NotFound`].
pub fn find(conn: &mut Conn, id_or_slug: &str, view: &View) -> Result<PublicCategory> {
    let term = public::find(conn, Kind::Category, id_or_slug, view)?;
    let found = placed(conn, vec![term], view)?;
    found.into_iter().next().ok_or(Error::NotFound)
}

/// Returns those categories in `ids` that exist.
///
/// # Errors
/// Returns database errors.
pub fn load_by_ids(conn: &mut Conn, ids: &[Id], view: &View) -> Result<Vec<PublicCategory>> {
    let terms = public::load_by_ids(conn, Kind::Category, ids, view)?;
    placed(conn, terms, view)
}

/// Returns the whole tree. Executes three statements.
///
/// # Errors
/// Returns database errors.
pub fn tree(conn: &mut Conn, view: &View) -> Result<Vec<CategoryNode>> {
    let mut by_parent: HashMap<Option<Id>, Vec<CategoryNode>> = HashMap::new();
    for (row, term) in public::all(conn, Kind::Category, view)? {
        let node = CategoryNode {
            term,
            position: row.position,
            children: Vec::new(),
        };
        by_parent.entry(row.parent).or_default().push(node);
    }
    Ok(grown(None, &mut by_parent))
}

/// Builds the nodes below a parent. The recursion is as deep as the tree may be
/// ([`crate::catalogue::terms::tree::MOST_LEVELS`]).
fn grown(
    parent: Option<Id>,
    by_parent: &mut HashMap<Option<Id>, Vec<CategoryNode>>,
) -> Vec<CategoryNode> {
    let mut nodes = by_parent.remove(&parent).unwrap_or_default();
    nodes.sort_by_cached_key(|node| (node.position, place(&node.term.name), node.term.id));
    for node in &mut nodes {
        node.children = grown(Some(node.term.id), by_parent);
    }
    nodes
}

/// The members that require [`Relatives`].
const RELATIVES: [&str; 3] = ["parent", "ancestors", "children"];

/// Returns the sort key of a name. It is missing only if the collation data is, and then for every name.
fn place(name: &str) -> Option<CollationKey> {
    CollationKey::new(name).ok()
}

/// The relatives of a category.
#[derive(Default)]
struct Relatives {
    /// From the top down.
    ancestors: Vec<TermRef>,
    /// The children with their positions.
    children: Vec<(i32, TermRef)>,
}

fn placed(
    conn: &mut Conn,
    terms: Vec<(TermRow, PublicTerm)>,
    view: &View,
) -> Result<Vec<PublicCategory>> {
    let mut relatives = if RELATIVES.iter().any(|member| view.asked.has(member)) {
        relatives(conn, &terms, &view.languages)?
    } else {
        HashMap::new()
    };
    let place = |(row, term): (TermRow, PublicTerm)| {
        let Relatives {
            ancestors,
            mut children,
        } = relatives.remove(&row.id).unwrap_or_default();
        children.sort_by_cached_key(|(position, child)| (*position, place(&child.name), child.id));
        PublicCategory {
            term,
            parent: ancestors.last().cloned(),
            ancestors,
            children: children.into_iter().map(|(_, child)| child).collect(),
            position: row.position,
        }
    };
    Ok(terms.into_iter().map(place).collect())
}

/// A name of an ancestor or a child of a category.
#[derive(QueryableByName)]
struct Relative {
    #[diesel(sql_type = Uuid)]
    root: Id,
    #[diesel(sql_type = Uuid)]
    id: Id,
    /// The distance of an ancestor; 0 for a child.
    #[diesel(sql_type = Integer)]
    distance: i32,
    #[diesel(sql_type = Integer)]
    position: i32,
    #[diesel(sql_type = Text)]
    lang: Lang,
    #[diesel(sql_type = Text)]
    slug: Slug,
    #[diesel(sql_type = Text)]
    name: String,
}

/// Reads the ancestors and children of each category, with their names, in one statement.
fn relatives(
    conn: &mut Conn,
    terms: &[(TermRow, PublicTerm)],
    languages: &Languages,
) -> Result<HashMap<Id, Relatives>> {
    let ids = terms.iter().map(|(row, _)| row.id);
    let mut sql = Sql::new(
        "WITH RECURSIVE up (root, id, distance) AS (\
         SELECT t.id, t.parent_id, 1 FROM terms t WHERE t.parent_id IS NOT NULL AND t.id IN ",
    );
    sql.bind_all(ids.clone()).push(
        " UNION ALL SELECT up.root, t.parent_id, up.distance + 1 FROM up JOIN terms t ON t.id = up.id \
         WHERE t.parent_id IS NOT NULL) \
         SELECT r.root, r.id, r.distance, r.position, n.lang, n.slug, n.name FROM (\
         SELECT up.root, up.id, up.distance, 0 AS position FROM up \
         UNION ALL SELECT c.parent_id, c.id, 0, c.position FROM terms c WHERE c.parent_id IN ",
    );
    sql.bind_all(ids).push(
        ") r JOIN term_names n ON n.term_id = r.id ORDER BY r.root, r.distance DESC, r.id, n.position",
    );
    let rows: Vec<Relative> = sql.load(conn)?;
    let mut relatives: HashMap<Id, Relatives> = HashMap::new();
    for names in rows.chunk_by(|a, b| (a.root, a.id) == (b.root, b.id)) {
        if let Some((first, term)) = names.first().zip(shown(names, languages)) {
            let relatives = relatives.entry(first.root).or_default();
            match first.distance {
                0 => relatives.children.push((first.position, term)),
                _ => relatives.ancestors.push(term),
            }
        }
    }
    Ok(relatives)
}

/// Returns the category in the language shown.
fn shown(rows: &[Relative], languages: &Languages) -> Option<TermRef> {
    let name = |row: &Relative| TermName {
        name: row.name.clone(),
        slug: row.slug.clone(),
        description: None,
    };
    let names: ByLang<TermName> = rows
        .iter()
        .map(|row| (row.lang.clone(), name(row)))
        .collect();
    TermRef::new(rows.first()?.id, &names, languages)
}
