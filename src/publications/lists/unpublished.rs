//! Previews: shows a snapshot in the format of delivery without publishing it.

use std::collections::HashMap;

use super::relation_rows::{self, RelationRow};
use super::relations::{self, ShownIn, ShownRelations};
use super::row::{DeliveredRow, Members};
use crate::by_lang::ByLang;
use crate::catalogue::authors;
use crate::catalogue::organizations;
use crate::catalogue::organizations::model::OrganizationRef;
use crate::catalogue::terms::model::{TermName, TermRef};
use crate::catalogue::terms::{names, store as terms};
use crate::db::Conn;
use crate::error::Result;
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::languages::Languages;
use crate::publications::comments::discussion::ShownDiscussion;
use crate::publications::model::{Byline, PublicPost, TranslationRef, Translator};
use crate::publications::writing::snapshot::PublicationSnapshot;
use crate::slug::Slug;
use crate::slugs;
use crate::slugs::addresses::delivery_url;
use crate::timestamp::Timestamp;

/// Returns the post as it would be public. Authors and terms that no longer exist are left out.
///
/// # Errors
/// Returns database errors.
pub fn show(
    conn: &mut Conn,
    new: PublicationSnapshot,
    members: Members,
    now: Timestamp,
) -> Result<PublicPost> {
    let others: Vec<RelationRow> = if members.translations {
        relation_rows::others(new.post_id, &new.lang, members, now).load(conn)?
    } else {
        Vec::new()
    };
    let (categories, tags) = named(conn, &new.terms, &new.lang)?
        .into_iter()
        .partition::<Vec<_>, _>(|(kind, _)| *kind == Kind::Category);
    let mut translations: Vec<TranslationRef> =
        others.iter().filter_map(relations::translation).collect();
    if members.shown_translation {
        translations.push(shown_translation(&new, members));
        translations.sort_by(|a, b| a.lang.cmp(&b.lang));
    }
    let above: Vec<RelationRow> = match new.parent.filter(|_| members.parent) {
        Some(page) => relation_rows::parent(page, now).load(conn)?,
        None => Vec::new(),
    };
    let site: Option<Vec<RelationRow>> = match members.site {
        true => Some(relation_rows::site().load(conn)?),
        false => None,
    };
    let only = |terms: Vec<(Kind, TermRef)>| terms.into_iter().map(|(_, term)| term).collect();
    let languages = Languages::default();
    let people = people(conn, &new)?;
    let shown = ShownIn {
        lang: &new.lang,
        original: &new.original_lang,
        languages: &languages,
    };
    let relations = ShownRelations {
        site: site.map(|rows| relations::site_facts(&rows, shown)),
        discussion: members.discussion.then_some(ShownDiscussion::NONE),
        authors: bylines(conn, &new, &people, &languages)?,
        translators: translators(&new, &people),
        categories: only(categories),
        tags: only(tags),
        translations,
        parent: relations::parent(above.iter(), &new.lang, &languages),
    };
    let row = DeliveredRow::unpublished(new, members);
    Ok(relations::to_public(row, members, relations, &languages).into())
}

/// Returns the snapshot among the languages of its post.
fn shown_translation(new: &PublicationSnapshot, members: Members) -> TranslationRef {
    TranslationRef {
        url: delivery_url(Kind::Post, &new.slug, Some(&new.lang)),
        lang: new.lang.clone(),
        slug: new.slug.clone(),
        is_outdated: false,
        title: members.translated_titles.then(|| new.title.clone()),
    }
}

/// The slugs and names of authors.
type People = HashMap<Id, (Slug, String)>;

/// Reads the authors in the bylines and the translators that exist.
fn people(conn: &mut Conn, new: &PublicationSnapshot) -> Result<People> {
    let authors = new.bylines.iter().map(|line| line.author);
    let ids: Vec<Id> = authors.chain(new.translators.iter().copied()).collect();
    let found = authors::store::load_refs(conn, &ids)?.into_iter();
    Ok(found.map(|(id, slug, name)| (id, (slug, name))).collect())
}

fn bylines(
    conn: &mut Conn,
    new: &PublicationSnapshot,
    people: &People,
    languages: &Languages,
) -> Result<Vec<Byline>> {
    let ids: Vec<Id> = new
        .bylines
        .iter()
        .filter_map(|line| line.organization)
        .collect();
    let places = organizations::store::load_by_ids(conn, &ids)?;
    let shown = ShownIn {
        lang: &new.lang,
        original: &new.original_lang,
        languages,
    };
    let mut bylines = Vec::new();
    for line in &new.bylines {
        let Some((slug, name)) = people.get(&line.author).cloned() else {
            continue;
        };
        let (role, role_lang) = shown.role(line.role.as_ref(), &line.roles);
        let place = places.iter().find(|one| Some(one.id) == line.organization);
        let named = |place| OrganizationRef::new(place, Some(&new.lang), languages);
        bylines.push(Byline {
            id: line.author,
            slug,
            name,
            role,
            role_lang,
            organization: place.cloned().map(named),
        });
    }
    Ok(bylines)
}

fn translators(new: &PublicationSnapshot, people: &People) -> Vec<Translator> {
    let translator = |id: &Id| {
        let (slug, name) = people.get(id).cloned()?;
        Some(Translator {
            id: *id,
            slug,
            name,
        })
    };
    new.translators.iter().filter_map(translator).collect()
}

/// Returns terms with their kinds, in order. They are named in `lang`, or else in their original language.
fn named(conn: &mut Conn, ids: &[Id], lang: &Lang) -> Result<Vec<(Kind, TermRef)>> {
    let ids = &present(conn, ids)?;
    let categories = terms::existing(conn, Kind::Category, ids)?;
    let names = names::load(conn, ids)?;
    let term = |id: &Id| {
        let (lang, name) = shown(names.get(id)?, lang)?;
        let kind = if categories.contains(id) {
            Kind::Category
        } else {
            Kind::Tag
        };
        let term = TermRef {
            id: *id,
            lang: lang.clone(),
            slug: name.slug.clone(),
            name: name.name.clone(),
        };
        Some((kind, term))
    };
    Ok(ids.iter().filter_map(term).collect())
}

/// Returns the name in `lang`, or else in the original language, with its language.
fn shown<'a>(names: &'a ByLang<TermName>, lang: &Lang) -> Option<(&'a Lang, &'a TermName)> {
    let in_lang = names.iter().find(|(found, _)| *found == lang);
    in_lang.or_else(|| names.first())
}

/// Replaces each term that was merged into another one by that one.
fn present(conn: &mut Conn, ids: &[Id]) -> Result<Vec<Id>> {
    let names = names::load(conn, ids)?;
    let mut present = Vec::new();
    for id in ids {
        let mut heir = *id;
        if !names.contains_key(id) {
            for kind in [Kind::Category, Kind::Tag] {
                let target = slugs::find(conn, kind, &id.to_string(), None)?;
                heir = target.first().map_or(heir, |target| target.id);
            }
        }
        if !present.contains(&heir) {
            present.push(heir);
        }
    }
    Ok(present)
}
