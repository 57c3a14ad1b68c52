//! The relations of publications: authors, terms and other languages. One statement reads them for all publications.

use std::collections::HashMap;

use super::relation_rows::{self, Relation, RelationRow};
use super::row::{DeliveredRow, Members};
use crate::by_lang::ByLang;
use crate::catalogue::organizations::model::{OrganizationRef, shown_name};
use crate::catalogue::site::comments::CommentSettings;
use crate::catalogue::terms::model::TermRef;
use crate::db::Conn;
use crate::error::Result;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::languages::Languages;
use crate::publications::comments::discussion::{Discussion, ShownDiscussion};
use crate::publications::model::{
    Byline, PageRef, PublicPostSummary, SiteFacts, TranslationRef, Translator,
};
use crate::slugs::addresses::delivery_url;
use crate::timestamp::Timestamp;

/// Converts rows to posts with their requested relations, in order. Executes at most one statement.
///
/// # Errors
/// Returns database errors.
pub fn with_relations(
    conn: &mut Conn,
    rows: Vec<DeliveredRow>,
    members: Members,
    languages: &Languages,
    now: Timestamp,
) -> Result<Vec<PublicPostSummary>> {
    let found = match relation_rows::statement(&rows, members, languages, now) {
        Some(statement) => statement.load(conn)?,
        None => Vec::new(),
    };
    let mut found = by_publication(found);
    let site = found.remove(&OF_NO_PUBLICATION).unwrap_or_default();
    let settings = site.first().and_then(|row| row.settings.as_ref());
    let settings = settings.map_or(CommentSettings::CLOSED, |stored| stored.0);
    let to_public = |row: DeliveredRow| {
        let found = found.remove(&row.id).unwrap_or_default();
        let shown = ShownIn {
            lang: &row.lang,
            original: &row.original_lang,
            languages,
        };
        let relations = ShownRelations {
            site: members.site.then(|| site_facts(&site, shown)),
            discussion: members
                .discussion
                .then(|| discussion(&found, &settings, now)),
            ..ShownRelations::of(&found, shown)
        };
        to_public(row, members, relations, languages)
    };
    Ok(rows.into_iter().map(to_public).collect())
}

/// The number in rows that belong to no publication.
const OF_NO_PUBLICATION: i64 = 0;

/// Groups the rows by publication. The rows of each relation are in order.
fn by_publication(mut found: Vec<RelationRow>) -> HashMap<i64, Vec<RelationRow>> {
    found.sort_by(|a, b| (a.place, a.id, &a.lang).cmp(&(b.place, b.id, &b.lang)));
    let mut grouped: HashMap<i64, Vec<RelationRow>> = HashMap::new();
    for one in found {
        grouped.entry(one.publication).or_default().push(one);
    }
    grouped
}

/// The language in which a post is shown, its original language, and those that the reader accepts.
#[derive(Clone, Copy)]
pub(super) struct ShownIn<'a> {
    pub(super) lang: &'a Lang,
    pub(super) original: &'a Lang,
    pub(super) languages: &'a Languages,
}

impl ShownIn<'_> {
    /// Returns the role of a byline to show, and its language: in the language shown, else in the best one that the reader
    /// accepts, else in the original language of the post.
    pub(super) fn role(
        self,
        role: Option<&String>,
        roles: &ByLang<String>,
    ) -> (Option<String>, Option<Lang>) {
        let (own, beside) = (Some(self.original), Some(self.lang));
        match (role, self.languages.translation(own, beside, roles)) {
            (None, _) => (None, None),
            (Some(_), Some((lang, role))) => (Some(role.clone()), Some(lang.clone())),
            (Some(role), None) => (Some(role.clone()), Some(self.original.clone())),
        }
    }
}

/// The relations of a publication.
pub(super) struct ShownRelations {
    pub(super) authors: Vec<Byline>,
    pub(super) translators: Vec<Translator>,
    pub(super) categories: Vec<TermRef>,
    pub(super) tags: Vec<TermRef>,
    pub(super) translations: Vec<TranslationRef>,
    pub(super) parent: Option<PageRef>,
    /// The description of the site, if it was requested.
    pub(super) site: Option<SiteFacts>,
    /// The discussion, if it was requested.
    pub(super) discussion: Option<ShownDiscussion>,
}

impl ShownRelations {
    /// Collects the relations of a publication.
    fn of(found: &[RelationRow], shown: ShownIn<'_>) -> Self {
        let (lang, languages) = (shown.lang, shown.languages);
        let of = |part: Relation| found.iter().filter(move |one| one.part == part);
        Self {
            authors: of(Relation::Author)
                .filter_map(|one| byline(one, shown))
                .collect(),
            translators: of(Relation::Translator).filter_map(translator).collect(),
            categories: terms(of(Relation::Category), lang, languages),
            tags: terms(of(Relation::Tag), lang, languages),
            translations: of(Relation::Translation).filter_map(translation).collect(),
            parent: parent(of(Relation::Parent), lang, languages),
            site: None,
            discussion: None,
        }
    }
}

/// Returns the discussion of a post on a site with these settings.
fn discussion(
    found: &[RelationRow],
    settings: &CommentSettings,
    now: Timestamp,
) -> ShownDiscussion {
    let row = found.iter().find(|one| one.part == Relation::Discussion);
    let stored = row.and_then(|row| {
        Some(Discussion {
            comments: row.name.as_ref()?.parse().ok()?,
            close_at: row.close_at,
            comment_count: row.place,
            published_at: row.published_at,
        })
    });
    stored.unwrap_or(Discussion::NONE).shown(settings, now)
}

/// Converts a row to a post as delivered.
pub(super) fn to_public(
    mut row: DeliveredRow,
    members: Members,
    relations: ShownRelations,
    languages: &Languages,
) -> PublicPostSummary {
    PublicPostSummary {
        authors: relations.authors,
        translators: relations.translators,
        categories: relations.categories,
        tags: relations.tags,
        translations: relations.translations,
        parent: relations.parent,
        site: relations.site,
        comment_count: relations.discussion.map(|one| one.comment_count),
        comments_open: relations.discussion.map(|one| one.is_open()),
        comments_close_at: relations.discussion.and_then(|one| one.closes_at),
        site_url: None,
        can_republish: false,
        attribution: None,
        parent_id: row.parent_id,
        position: row.position,
        r#type: row.post_type,
        body: row.take_body(),
        seo: members.seo.then(|| row.take_seo()),
        url: delivery_url(Kind::Post, &row.slug, Some(&row.lang)),
        is_fallback: languages.wanted().is_some_and(|wanted| *wanted != row.lang),
        requested_lang: languages.wanted().cloned(),
        id: row.post_id,
        slug: row.slug,
        lang: row.lang,
        original_lang: row.original_lang,
        title: row.title,
        subtitle: row.subtitle,
        excerpt: row.excerpt,
        excerpt_source: row.excerpt_source,
        word_count: row.word_count,
        reading_minutes: row.reading_minutes,
        featured: row.featured,
        published_at: row.published_at,
        updated_at: row.updated_at,
        licence: row.licence,
        canonical_url: row.canonical_url,
    }
}

/// Returns what is stored about the site, for a post. `rows` is empty while nothing is stored.
pub(super) fn site_facts(rows: &[RelationRow], shown: ShownIn<'_>) -> SiteFacts {
    let Some(row) = rows.first() else {
        return SiteFacts::default();
    };
    SiteFacts {
        name: row.texts.as_ref().and_then(|texts| {
            let beside = Some(shown.lang);
            let own = texts.first().map(|(lang, _)| lang)?;
            let lang = shown
                .languages
                .choose_text(own, beside, |lang| texts.get(lang).is_some());
            let text = texts.get(&lang)?;
            Some((text.name.clone(), Some(lang)))
        }),
        licence: row.name.clone(),
    }
}

fn byline(one: &RelationRow, shown: ShownIn<'_>) -> Option<Byline> {
    let (role, role_lang) = shown.role(one.role.as_ref(), one.roles.as_ref()?);
    Some(Byline {
        id: one.id?,
        slug: one.slug.clone()?,
        name: one.name.clone()?,
        role,
        role_lang,
        organization: organization(one, shown),
    })
}

fn organization(one: &RelationRow, shown: ShownIn<'_>) -> Option<OrganizationRef> {
    let official = (one.other_name.as_deref()?, one.other_lang.as_ref());
    let names = one.other_names.as_ref()?;
    let (name, lang) = shown_name(official, names, Some(shown.lang), shown.languages);
    Some(OrganizationRef {
        id: one.other_id?,
        slug: one.other_slug.clone()?,
        name,
        lang,
    })
}

fn translator(one: &RelationRow) -> Option<Translator> {
    Some(Translator {
        id: one.id?,
        slug: one.slug.clone()?,
        name: one.name.clone()?,
    })
}

/// Returns the translation in a row, if it contains one.
pub(super) fn translation(one: &RelationRow) -> Option<TranslationRef> {
    let (lang, slug) = (one.lang.clone()?, one.slug.clone()?);
    Some(TranslationRef {
        url: delivery_url(Kind::Post, &slug, Some(&lang)),
        lang,
        slug,
        is_outdated: one.flag == Some(true),
        title: one.name.clone(),
    })
}

/// Returns the page above in the language shown, else in the best one that the reader accepts, else in its original
/// language, else in the first that is public. `langs` are its public languages.
pub(super) fn parent<'a>(
    langs: impl Iterator<Item = &'a RelationRow>,
    shown: &Lang,
    languages: &Languages,
) -> Option<PageRef> {
    let langs: Vec<&RelationRow> = langs.collect();
    let original = langs.iter().find(|one| one.flag == Some(true));
    let first = original.or_else(|| langs.first())?;
    let page = best(&langs, first, shown, languages)?;
    let (lang, slug) = (page.lang.clone()?, page.slug.clone()?);
    Some(PageRef {
        id: page.id?,
        url: delivery_url(Kind::Post, &slug, Some(&lang)),
        lang,
        slug,
        title: page.name.clone()?,
    })
}

/// Returns each term with a name in the language shown, else in the best language that the reader accepts, else in its
/// original language. The names of a term are adjacent in `names`.
fn terms<'a>(
    names: impl Iterator<Item = &'a RelationRow>,
    shown: &Lang,
    languages: &Languages,
) -> Vec<TermRef> {
    let names: Vec<&RelationRow> = names.collect();
    let terms = names.chunk_by(|a, b| a.id == b.id);
    let term = |names: &[&RelationRow]| {
        let own = names.iter().find(|name| name.flag == Some(true))?;
        let name = best(names, own, shown, languages)?;
        Some(TermRef {
            id: name.id?,
            lang: name.lang.clone()?,
            slug: name.slug.clone()?,
            name: name.name.clone()?,
        })
    };
    terms.filter_map(term).collect()
}

/// Returns the row in the language `shown`, else in the best one that the reader accepts, else the row in the original
/// language.
fn best<'a>(
    rows: &[&'a RelationRow],
    original: &'a RelationRow,
    shown: &Lang,
    languages: &Languages,
) -> Option<&'a RelationRow> {
    let in_lang = |lang: &Lang| rows.iter().find(|row| row.lang.as_ref() == Some(lang));
    let own = original.lang.as_ref()?;
    let lang = languages.choose_text(own, Some(shown), |lang| in_lang(lang).is_some());
    Some(in_lang(&lang).copied().unwrap_or(original))
}
