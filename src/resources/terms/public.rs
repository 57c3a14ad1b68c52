//! All SQL of what the public reads of terms. A term never vanishes for want of a language: it is navigation, and shows its
//! own when there is none that the reader will take.

use std::collections::HashMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::model::{Kind, TermName, TermRef, TermRow};
use super::store;
use crate::by_lang::ByLang;
use crate::db::Conn;
use crate::db::sql::Sql;
use crate::error::{Error, Result};
use crate::id::Id;
use crate::lang::Lang;
use crate::languages::Languages;
use crate::page::PageInfo;
use crate::resources::listing::Wanted;
use crate::resources::live::{self, PostCount, View};
use crate::resources::slugs::{self, Lead};
use crate::slug::Slug;
use crate::timestamp::Timestamp;

/// A term, as the public sees it, in the language chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PublicTerm {
    /// Its id.
    pub id: Id,
    /// Its slug in this language.
    pub slug: Slug,
    /// Its name.
    pub name: String,
    /// What belongs here, in plain text.
    pub description: Option<String>,
    /// The language chosen.
    pub lang: Lang,
    /// The language asked for.
    pub requested_lang: Option<Lang>,
    /// Whether another language stands in for the one asked for.
    pub is_fallback: bool,
    /// What it is called in each of its languages, its own first.
    pub translations: Vec<PublicTermName>,
    /// How many live posts carry it; with `lang`, in a language the reader will take.
    #[schema(minimum = 0)]
    pub post_count: i64,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// What a term is called in a language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PublicTermName {
    /// The language.
    pub lang: Lang,
    /// The slug in it.
    pub slug: Slug,
    /// The name in it.
    pub name: String,
}

impl PublicTerm {
    /// `None` for a term that is being made or deleted at this moment: it has no name.
    fn new(
        row: &TermRow,
        names: &ByLang<TermName>,
        languages: &Languages,
        posts: i64,
    ) -> Option<Self> {
        let (lang, shown) = chosen(names, languages)?;
        let requested_lang = languages.wanted().cloned();
        let written = |(lang, name): (&Lang, &TermName)| PublicTermName {
            lang: lang.clone(),
            slug: name.slug.clone(),
            name: name.name.clone(),
        };
        Some(Self {
            id: row.id,
            slug: shown.slug.clone(),
            name: shown.name.clone(),
            description: shown.description.clone(),
            is_fallback: requested_lang.as_ref().is_some_and(|wanted| wanted != lang),
            lang: lang.clone(),
            requested_lang,
            translations: names.iter().map(written).collect(),
            post_count: posts,
            updated_at: row.updated_at,
        })
    }
}

/// The name to be shown, and its language.
pub fn chosen<'a>(
    names: &'a ByLang<TermName>,
    languages: &Languages,
) -> Option<(&'a Lang, &'a TermName)> {
    let first = names.first()?;
    let lang = languages.choose(first.0, |lang| names.get(lang).is_some());
    let found = lang.and_then(|lang| names.iter().find(|(found, _)| *found == lang));
    Some(found.unwrap_or(first))
}

impl TermRef {
    /// The term in the language chosen; `None` when it has no name.
    pub fn new(id: Id, names: &ByLang<TermName>, languages: &Languages) -> Option<Self> {
        let (_, TermName { name, slug, .. }) = chosen(names, languages)?;
        Some(Self {
            id,
            slug: slug.clone(),
            name: name.clone(),
        })
    }
}

/// A page with the rows behind it, newest first; `q` is text in a name, in any language. Four statements.
///
/// # Errors
/// [`Error::Parameters`] for a cursor that is not of this list.
pub fn list(
    conn: &mut Conn,
    kind: Kind,
    wanted: &Wanted,
    q: Option<&str>,
    view: &View,
) -> Result<(Vec<(TermRow, PublicTerm)>, PageInfo)> {
    let (rows, page) = store::rows(conn, kind, wanted, q)?;
    let ids: Vec<Id> = rows.iter().map(|row| row.id).collect();
    let names = store::names(conn, &ids)?;
    let mut roots = Sql::new("t.id IN ");
    roots.bind_all(ids);
    Ok((dressed(conn, rows, &names, &roots, view)?, page))
}

/// All of a kind, in no order. Three statements.
///
/// # Errors
/// What the database reports.
pub fn all(conn: &mut Conn, kind: Kind, view: &View) -> Result<Vec<(TermRow, PublicTerm)>> {
    let mut sql = Sql::new("SELECT t.* FROM terms t WHERE t.kind = ");
    sql.bind(kind.as_str());
    let rows = sql.load(conn)?;
    let names = store::names_of_all(conn, kind)?;
    let mut roots = Sql::new("t.kind = ");
    roots.bind(kind.as_str());
    dressed(conn, rows, &names, &roots, view)
}

/// One with its row, by id or by slug in any language.
///
/// # Errors
/// [`Error::Moved`] for a slug it once had and for the id of one that was merged into it, [`Error::NotFound`].
pub fn find(
    conn: &mut Conn,
    kind: Kind,
    id_or_slug: &str,
    view: &View,
) -> Result<(TermRow, PublicTerm)> {
    let (row, names) = lookup(conn, kind, id_or_slug, &view.languages)?;
    let mut root = Sql::new("t.id = ");
    root.bind(row.id);
    let names = HashMap::from([(row.id, names)]);
    let found = dressed(conn, vec![row], &names, &root, view)?;
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
    let leads = slugs::find(conn, kind.slugs(), &written, languages.wanted())?;
    let ids: Vec<Id> = leads.iter().map(|lead| lead.id).collect();
    let mut names = store::names(conn, &ids)?;
    // A slug may be one term's present name in one language, and another's former name in another.
    let current = leads
        .iter()
        .find(|lead| name_led_to(&names, lead).is_some_and(|name| name.slug.as_str() == written));
    if let Some(Lead { id, .. }) = current {
        let names = names.remove(id).unwrap_or_default();
        return Ok((store::row(conn, kind, *id)?, names));
    }
    let lead = leads.first().ok_or(Error::NotFound)?;
    let shown = || Some(chosen(names.get(&lead.id)?, languages)?.1);
    let name = name_led_to(&names, lead).or_else(shown);
    let slug = &name.ok_or(Error::NotFound)?.slug;
    Err(Error::Moved(format!("{}/{slug}", kind.path())))
}

/// What the term is called now in the language that the slug is in.
fn name_led_to<'a>(names: &'a HashMap<Id, ByLang<TermName>>, lead: &Lead) -> Option<&'a TermName> {
    names.get(&lead.id)?.get(&lead.lang.parse().ok()?)
}

/// In the language chosen, with the number of live posts below each; `roots` is the condition that finds the rows.
fn dressed(
    conn: &mut Conn,
    rows: Vec<TermRow>,
    names: &HashMap<Id, ByLang<TermName>>,
    roots: &Sql,
    view: &View,
) -> Result<Vec<(TermRow, PublicTerm)>> {
    let counts = post_counts(conn, roots, view)?;
    let dress = |row: TermRow| {
        let posts = counts.get(&row.id).copied().unwrap_or_default();
        let term = PublicTerm::new(&row, names.get(&row.id)?, &view.languages, posts)?;
        Some((row, term))
    };
    Ok(rows.into_iter().filter_map(dress).collect())
}

/// A post counts once for a category, however many of its descendants it carries.
fn post_counts(conn: &mut Conn, roots: &Sql, view: &View) -> Result<HashMap<Id, i64>> {
    let mut sql =
        Sql::new("WITH RECURSIVE down (root, id) AS (SELECT t.id, t.id FROM terms t WHERE ");
    sql.append(roots).push(
        " UNION ALL SELECT down.root, t.id FROM down JOIN terms t ON t.parent_id = down.id) \
         SELECT down.root AS id, count(DISTINCT p.post_id) AS posts FROM down \
         JOIN publication_terms l ON l.term_id = down.id JOIN publications p ON p.id = l.publication_id WHERE ",
    );
    live::visible(&mut sql, view);
    sql.push(" GROUP BY down.root");
    let rows: Vec<PostCount> = sql.load(conn)?;
    Ok(rows.into_iter().map(|row| (row.id, row.posts)).collect())
}
