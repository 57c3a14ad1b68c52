//! The queries that resolve a slug: one for its owners, and one for their current names.

use diesel::QueryableByName;
use diesel::sql_types::Text;

use super::model::{Name, Question};
use crate::catalogue::terms;
use crate::db::Conn;
use crate::db::sql::Sql;
use crate::db::sql_types::Uuid;
use crate::error::{Error, Result};
use crate::id::Id;
use crate::kind::{Kind, SlugScope};
use crate::lang::Lang;
use crate::publications::siblings::{self, Sibling};
use crate::slug::Slug;
use crate::slugs::lookup::{Candidate, SlugLookup, SlugUse, decide};
use crate::slugs::{self, Target};
use crate::timestamp::Timestamp;

/// The result of a resolution, and its expiry.
pub struct Resolution {
    /// The result.
    pub lookup: SlugLookup<Name>,
    /// The next time at which a relevant publication appears or ends.
    pub until: Option<Timestamp>,
}

/// Resolves a slug at the time `now`. A post that was public once is gone, and so is a language of it that was public
/// once. In a requested language, the slug that a resource has in that language takes precedence over one that it has in
/// another.
///
/// # Errors
/// Returns [`Error::Gone`] and [`Error::NotInLanguage`] for a post that is public, but not in the requested language
/// or, without one, in that of the slug; database errors.
pub fn find(conn: &mut Conn, question: &Question, now: Timestamp) -> Result<Resolution> {
    let lang = question.slug_lang();
    let mut targets = slugs::find_at(conn, question.kind, question.slug.as_str(), lang, now)?;
    let ids: Vec<Id> = targets.iter().map(|target| target.id).collect();
    let (names, until) = names(conn, question.kind, ids, now)?;
    targets.retain(|target| target.public_at.is_some_and(|at| at <= now));
    let candidates = targets
        .iter()
        .filter_map(|target| candidate(question, target, &names));
    let lookup = decide(candidates);
    if let SlugLookup::Untranslated(id) = &lookup {
        return Err(untranslated(conn, *id, &names, lang, now)?);
    }
    Ok(Resolution { lookup, until })
}

/// Returns the error for a post that is public, but not in this language or, without one, in that of the slug.
fn untranslated(
    conn: &mut Conn,
    id: Id,
    names: &[Name],
    lang: Option<&Lang>,
    now: Timestamp,
) -> Result<Error> {
    let own = names.iter().filter(|name| name.id == id);
    let alternative = |name: &Name| {
        let (lang, post_type) = (name.lang.as_ref()?, name.post_type?);
        Some(siblings::alternative(lang, &name.slug, post_type))
    };
    let accepted = lang.map(|lang| vec![lang]);
    siblings::untranslated(
        conn,
        id,
        accepted,
        own.filter_map(alternative).collect(),
        now,
    )
}

/// Determines how a resource uses the slug. Each address stands for one language, the requested one or else that of the
/// slug: a slug of another language leads to the one in that language or, for a term without a name in it, to its first
/// name, in the order of `names`.
fn candidate(question: &Question, target: &Target, names: &[Name]) -> Option<Candidate<Name>> {
    let own = names.iter().filter(|name| name.id == target.id);
    let own: Vec<Name> = own.cloned().collect();
    let asked = question.slug_lang().map(Lang::as_str);
    let lang = asked.unwrap_or(&target.lang);
    let is_in = |name: &&Name, lang: &str| name.lang.as_ref().map_or("", Lang::as_str) == lang;
    let is_published = question.kind.slugs() == SlugScope::PerPublication;
    // The name of a term in a shorter form of the language, or else its first.
    let shorter = || {
        let mut lookup = question.slug_lang()?.lookup();
        lookup.find_map(|lang| own.iter().find(|name| name.lang.as_ref() == Some(&lang)))
    };
    let instead = || shorter().or_else(|| own.first());
    let shown = own.iter().find(|name| is_in(name, lang));
    let shown = shown.or_else(|| (!is_published).then(instead).flatten());
    let usage = match shown {
        Some(now) if lang != target.lang || !is_in(&now, lang) => {
            SlugUse::OtherLanguage(now.clone())
        }
        shown => SlugUse::of(&own, question.slug.as_str(), lang, shown.cloned()),
    };
    // Where there never was a post, none is gone.
    let may_be_gone = is_published && lang == target.lang;
    let candidate = Candidate {
        id: target.id,
        usage,
        in_wanted_lang: asked == Some(target.lang.as_str()),
    };
    Some(candidate).filter(|one| may_be_gone || one.usage != SlugUse::Gone)
}

/// Returns the current names of resources in order of preference, and the time until which they are valid.
fn names(
    conn: &mut Conn,
    kind: Kind,
    ids: Vec<Id>,
    now: Timestamp,
) -> Result<(Vec<Name>, Option<Timestamp>)> {
    Ok(match kind.slugs() {
        SlugScope::PerPublication => names_of_posts(conn, &ids, now)?,
        SlugScope::PerTermName => (names_of_terms(conn, &ids)?, None),
        SlugScope::One => (names_of_rows(conn, kind, &ids)?, None),
        SlugScope::None => (Vec::new(), None),
    })
}

/// Returns the slugs of live publications: the original first, then by date of publication.
fn names_of_posts(
    conn: &mut Conn,
    ids: &[Id],
    now: Timestamp,
) -> Result<(Vec<Name>, Option<Timestamp>)> {
    let (mut live, until) = siblings::load_live(conn, ids, now)?;
    live.sort_by_cached_key(|one| {
        let is_translated = one.lang != one.original_lang;
        (is_translated, one.published_at, one.lang.clone())
    });
    let name = |one: Sibling| Name {
        id: one.post_id,
        lang: Some(one.lang),
        slug: one.slug,
        post_type: Some(one.post_type),
    };
    Ok((live.into_iter().map(name).collect(), until))
}

/// Returns the names of terms, the original language first.
fn names_of_terms(conn: &mut Conn, ids: &[Id]) -> Result<Vec<Name>> {
    let mut found = Vec::new();
    for (id, names) in terms::names::load(conn, ids)? {
        found.extend(names.into_iter().map(|(lang, name)| Name {
            id,
            lang: Some(lang),
            slug: name.slug,
            post_type: None,
        }));
    }
    Ok(found)
}

/// Returns the slugs of resources with one slug for all languages. The table of such a kind is named by its plural.
fn names_of_rows(conn: &mut Conn, kind: Kind, ids: &[Id]) -> Result<Vec<Name>> {
    #[derive(QueryableByName)]
    struct Named {
        #[diesel(sql_type = Uuid)]
        id: Id,
        #[diesel(sql_type = Text)]
        slug: Slug,
    }
    let table = kind.plural();
    let mut sql = Sql::new(&format!(
        "SELECT t.id, t.slug FROM {table} t WHERE t.id IN "
    ));
    let rows: Vec<Named> = sql.bind_all(ids.iter().copied()).load(conn)?;
    let name = |Named { id, slug }| Name {
        id,
        lang: None,
        slug,
        post_type: None,
    };
    Ok(rows.into_iter().map(name).collect())
}
