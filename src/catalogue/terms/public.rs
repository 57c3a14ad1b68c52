//! SQL for the delivery surface of terms.

use std::collections::HashMap;

use super::model::{TermName, TermRow};
use super::shown::PublicTerm;
use super::{names, store};
use crate::by_lang::ByLang;
use crate::db::Conn;
use crate::db::sql::Sql;
use crate::delivery::named_lists::NamedQuery;
use crate::delivery::post_counts;
use crate::delivery::reader::View;
use crate::error::{Error, Result};
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::languages::Languages;
use crate::page::{Listing, PageInfo};
use crate::slug::Slug;
use crate::slugs::lookup::{Candidate, PresentName, SlugUse, decide, in_lower_case};
use crate::slugs::{self, Target, addresses};

/// Returns a page of terms, each with its row. Executes four statements.
///
/// # Errors
/// Returns [`Error::Parameters`] for a cursor of another list.
pub fn list(
    conn: &mut Conn,
    kind: Kind,
    listing: &Listing,
    query: &NamedQuery,
    view: &View,
) -> Result<(Vec<(TermRow, PublicTerm)>, PageInfo)> {
    let (rows, page) = store::rows(conn, kind, listing, query, &view.languages)?;
    let ids: Vec<Id> = rows.iter().map(|row| row.id).collect();
    let names = names::load(conn, &ids)?;
    Ok((to_public(conn, rows, &names, view)?, page))
}

/// Returns all terms of a kind, unordered. Executes three statements.
///
/// # Errors
/// Returns database errors.
pub fn all(conn: &mut Conn, kind: Kind, view: &View) -> Result<Vec<(TermRow, PublicTerm)>> {
    let mut sql = Sql::new("SELECT t.* FROM terms t WHERE t.kind = ");
    sql.bind(kind.as_str());
    let rows = sql.load(conn)?;
    let names = names::load_all(conn, kind)?;
    to_public(conn, rows, &names, view)
}

/// Returns those terms of a kind in `ids` that exist, each with its row. Executes three statements.
///
/// # Errors
/// Returns database errors.
pub fn load_by_ids(
    conn: &mut Conn,
    kind: Kind,
    ids: &[Id],
    view: &View,
) -> Result<Vec<(TermRow, PublicTerm)>> {
    let mut sql = Sql::new("SELECT t.* FROM terms t WHERE t.kind = ");
    sql.bind(kind.as_str()).push(" AND t.id IN ");
    let rows = sql.bind_all(ids.iter().copied()).load(conn)?;
    let names = names::load(conn, ids)?;
    to_public(conn, rows, &names, view)
}

/// Returns a term with its row, by id or by slug in any language.
///
/// # Errors
/// Returns [`Error::Moved`] for a former slug, one with capital letters, and the id of a term that was merged into
/// another; [`Error::NotFound`].
pub fn find(
    conn: &mut Conn,
    kind: Kind,
    id_or_slug: &str,
    view: &View,
) -> Result<(TermRow, PublicTerm)> {
    let address = |slug: &Slug| addresses::delivery_url(kind, slug, None);
    let (row, names) = in_lower_case(address, id_or_slug, |name| {
        lookup(conn, kind, name, &view.languages)
    })?;
    let names = HashMap::from([(row.id, names)]);
    let found = to_public(conn, vec![row], &names, view)?;
    found.into_iter().next().ok_or(Error::NotFound)
}

fn lookup(
    conn: &mut Conn,
    kind: Kind,
    id_or_slug: &str,
    languages: &Languages,
) -> Result<(TermRow, ByLang<TermName>)> {
    let mut written = id_or_slug.to_owned();
    if let Ok(id) = id_or_slug.parse::<Id>() {
        match store::find(conn, kind, id) {
            Err(Error::NotFound) => written = id.to_string(),
            found => return found.map(|term| (term.row, term.translations)),
        }
    }
    let targets = slugs::find(conn, kind, &written, languages.wanted())?;
    let ids: Vec<Id> = targets.iter().map(|target| target.id).collect();
    let mut names = names::load(conn, &ids)?;
    let candidate = |target: &Target| {
        let names = names.get(&target.id)?;
        Some(candidate(target, names, &written, languages))
    };
    let candidates = targets.iter().filter_map(candidate);
    // Without a language, the new slug might be that of another term in another language.
    let address = |now: Now<'_>| {
        let lang = languages.wanted().is_none().then_some(now.lang);
        addresses::delivery_url(kind, now.slug, lang)
    };
    let id = decide(candidates).found_or_moved(address)?.id;
    let names = names.remove(&id).unwrap_or_default();
    Ok((store::row(conn, kind, id)?, names))
}

/// The current name of a term.
#[derive(Clone)]
struct Now<'a> {
    id: Id,
    lang: &'a Lang,
    slug: &'a Slug,
}

impl PresentName for Now<'_> {
    fn lang(&self) -> Option<&Lang> {
        Some(self.lang)
    }

    fn slug(&self) -> &Slug {
        self.slug
    }
}

/// Determines how a term uses a slug. A slug in any language identifies a term, so that the requested one takes no
/// precedence.
fn candidate<'a>(
    target: &Target,
    names: &'a ByLang<TermName>,
    written: &str,
    languages: &Languages,
) -> Candidate<Now<'a>> {
    let now = |(lang, name): (&'a Lang, &'a TermName)| Now {
        id: target.id,
        lang,
        slug: &name.slug,
    };
    let shown = languages.best_of(names).map(now);
    let names: Vec<Now<'_>> = names.iter().map(now).collect();
    let usage = SlugUse::of(&names, written, &target.lang, shown);
    Candidate::new(target.id, usage)
}

/// Converts terms to their public form in the language shown, with the number of posts if requested.
fn to_public(
    conn: &mut Conn,
    rows: Vec<TermRow>,
    names: &HashMap<Id, ByLang<TermName>>,
    view: &View,
) -> Result<Vec<(TermRow, PublicTerm)>> {
    let ids = rows.iter().map(|row| row.id);
    let counts = post_counts::load(conn, ids, view)?;
    let shape = |row: TermRow| {
        let posts = counts.get(&row.id).copied().unwrap_or_default();
        let term = names
            .get(&row.id)
            .and_then(|names| PublicTerm::new(&row, names, &view.languages, posts));
        let term = term.ok_or_else(|| Error::Internal(format!("term {} has no name", row.id)))?;
        Ok((row, term))
    };
    rows.into_iter().map(shape).collect()
}
