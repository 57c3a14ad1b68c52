//! Merges a term into another one of its kind. References to the term then refer to the other one, to which all slugs
//! and the id of the term redirect.

use diesel::prelude::*;
use serde_json::json;

use super::model::Term;
use super::{store, tree};
use crate::accounts::api_keys::limits;
use crate::changes::actor::By;
use crate::changes::{self, Facts, Operation, preconditions};
use crate::db::sql::Sql;
use crate::db::{Conn, each};
use crate::error::{Error, Result};
use crate::id::Id;
use crate::kind::Kind;
use crate::postings;
use crate::schema::{import_refs, terms};
use crate::slugs;
use crate::version::Seen;

/// A term to merge, and the term of its kind that stays.
#[derive(Debug, Clone, Copy)]
pub struct Merger {
    /// The kind of both.
    pub kind: Kind,
    /// The id of the term to merge.
    pub id: Id,
    /// The id of the term that stays.
    pub into: Id,
}

/// Merges a term into another one, which it returns. `seen` is about the former.
///
/// # Errors
/// Returns the errors of [`limits::check_shared`]; [`Error::NotFound`]; [`Error::Stale`]; at `/into`: [`Error::Invalid`] for
/// what is no other term of the kind and for a tree that would be too deep, `category_cycle` for one below.
pub fn merge(conn: &mut Conn, by: By, seen: &Seen, merger: Merger) -> Result<Term> {
    limits::check_shared(by)?;
    let Merger { kind, id, into } = merger;
    let old = store::find(conn, kind, id)?;
    preconditions::check(conn, seen, old.row.version, id)?;
    if id == into {
        let detail = "must be the id of another term";
        return Err(Error::invalid("/into", "same", detail));
    }
    if store::existing(conn, kind, &[into])?.is_empty() {
        return Err(Error::unknown("/into", kind.as_str()));
    }
    let mut left = vec![id];
    if kind == Kind::Category {
        left = tree::lineage(conn, id)?;
        hand_children_over(conn, by, id, into)?;
    }
    // The posts change, so clients that have read one have an outdated version.
    Sql::new(
        "UPDATE posts SET version = version + 1 WHERE id IN (SELECT l.post_id FROM post_terms l WHERE l.term_id = ",
    )
    .bind(id)
    .push(")")
    .execute(conn)?;
    hand_links_over(conn, "post_terms", "post_id", id, into)?;
    hand_links_over(conn, "publication_terms", "publication_id", id, into)?;
    hand_links_over(conn, "api_key_categories", "key_id", id, into)?;
    hand_links_over(conn, "webhook_categories", "webhook_id", id, into)?;
    postings::regraft(conn, id, &left)?;
    slugs::hand_over(conn, kind, id, into, by.at)?;
    each!(
        conn,
        diesel::update(import_refs::table.filter(import_refs::entity_id.eq(id)))
            .set(import_refs::entity_id.eq(into))
            .execute(conn)
    )?;
    each!(conn, diesel::delete(terms::table.find(id)).execute(conn))?;
    let facts = Facts::deleted(&old.logged()).with("into", into);
    changes::append(conn, by, kind, id, Operation::Merge, facts)?;
    bump_version(conn, by, kind, into, Facts::none().with("merged", id))?;
    store::find(conn, kind, into)
}

fn hand_children_over(conn: &mut Conn, by: By, id: Id, into: Id) -> Result<()> {
    let above = tree::lineage(conn, into)?;
    tree::check_heir(conn, id, &above)?;
    let children = terms::table
        .filter(terms::parent_id.eq(id))
        .order(terms::id)
        .select(terms::id);
    let children: Vec<Id> = each!(conn, children.load(conn))?;
    for child in children {
        each!(
            conn,
            diesel::update(terms::table.find(child))
                .set(terms::parent_id.eq(into))
                .execute(conn)
        )?;
        let parent = |id: Id| json!({ "parent": id });
        let facts = Facts::updated(&parent(id), &parent(into));
        bump_version(conn, by, Kind::Category, child, facts)?;
    }
    Ok(())
}

/// Moves links from the term to the other one. A row that had both keeps one, at its position.
fn hand_links_over(conn: &mut Conn, table: &str, holder: &str, id: Id, into: Id) -> Result<()> {
    let mut both = Sql::new(&format!("DELETE FROM {table} WHERE term_id = "));
    both.bind(id)
        .push(&format!(
            " AND {holder} IN (SELECT {holder} FROM {table} WHERE term_id = "
        ))
        .bind(into)
        .push(")");
    both.execute(conn)?;
    let mut rest = Sql::new(&format!("UPDATE {table} SET term_id = "));
    rest.bind(into).push(" WHERE term_id = ").bind(id);
    rest.execute(conn)?;
    Ok(())
}

fn bump_version(conn: &mut Conn, by: By, kind: Kind, id: Id, facts: Facts) -> Result<()> {
    let set = (
        terms::version.eq(terms::version + 1),
        terms::updated_at.eq(by.at),
    );
    each!(
        conn,
        diesel::update(terms::table.find(id)).set(set).execute(conn)
    )?;
    changes::append(conn, by, kind, id, Operation::Update, facts)
}
