//! Loads posts: the post with its original language, then its other languages and their publications.

use super::{Loader, slugs};
use crate::content;
use crate::db::Conn;
use crate::editorial::posts;
use crate::editorial::posts::bylines::{BylineRole, NewByline};
use crate::editorial::posts::model::NewPost;
use crate::editorial::publishing::planned_time::PlannedTime;
use crate::editorial::publishing::publish::publish_imported;
use crate::editorial::publishing::times::Times;
use crate::editorial::publishing::zone;
use crate::editorial::translations;
use crate::editorial::translations::first_translation::FirstTranslation;
use crate::editorial::translations::input::{NamedAuthor, NewTranslation};
use crate::editorial::translations::model::{BodySource, Seo};
use crate::error::{Error, Result};
use crate::id::Id;
use crate::import::record::{self, Byline, Format, Post, Publication, RecordKind, Translation};
use crate::kind::Kind;
use crate::lang::Lang;
use crate::licence;
use crate::post_type::PostType;
use crate::slugs::Owner;
use crate::text::in_one_line;
use crate::timestamp::Timestamp;
use crate::translation_id::TranslationId;

impl Loader {
    pub(super) fn post(
        &self,
        conn: &mut Conn,
        record: &Post,
        post_type: PostType,
        id: Option<Id>,
    ) -> Result<Id> {
        let new = self.new_post(conn, record, post_type, id)?;
        self.rules.post.check(&new)?;
        let id = match id {
            Some(id) => {
                posts::writing::replace_imported(conn, self.by(), id, new)?;
                id
            }
            None => posts::writing::insert(conn, self.by(), new)?.summary.id,
        };
        for (lang, translation) in record.translations.iter() {
            if *lang != record.original_lang {
                self.translation(conn, id, lang, translation)?;
            }
            if let Some(publication) = &translation.publication {
                self.publish(conn, id, lang, publication)?;
            }
        }
        Ok(id)
    }

    fn new_post(
        &self,
        conn: &mut Conn,
        record: &Post,
        post_type: PostType,
        id: Option<Id>,
    ) -> Result<NewPost> {
        let lang = &record.original_lang;
        let original = record.translations.get(lang).ok_or_else(|| {
            let detail = "must contain the original language";
            Error::invalid("/translations", "required", detail)
        })?;
        Ok(NewPost {
            translation: FirstTranslation {
                lang: lang.clone(),
                text: self.new_translation(conn, original, lang, id)?,
            },
            r#type: Some(post_type),
            parent: self.optional_id(
                conn,
                RecordKind::Page,
                record.parent.as_deref(),
                "/parent",
            )?,
            position: record.position,
            authors: self.bylines(conn, &record.authors)?,
            categories: self.ids(
                conn,
                RecordKind::Category,
                &record.categories,
                "/categories",
            )?,
            tags: self.ids(conn, RecordKind::Tag, &record.tags, "/tags")?,
            featured: Some(record.featured),
            licence: record.licence.as_deref().map(in_canonical_case),
            canonical_url: record.canonical_url.clone(),
        })
    }

    fn translation(
        &self,
        conn: &mut Conn,
        id: Id,
        lang: &Lang,
        record: &Translation,
    ) -> Result<()> {
        let new = self.new_translation(conn, record, lang, Some(id))?;
        self.rules.translation.check(&new)?;
        let id = TranslationId::new(id, lang.clone());
        translations::store::upsert(conn, self.by(), &id, new)
    }

    fn publish(&self, conn: &mut Conn, id: Id, lang: &Lang, record: &Publication) -> Result<()> {
        let times = times(lang, record)?;
        let id = TranslationId::new(id, lang.clone());
        publish_imported(conn, self.by(), &id, times, self.options)
    }

    fn bylines(&self, conn: &mut Conn, records: &[Byline]) -> Result<Vec<NewByline>> {
        let records = records.iter().enumerate();
        let bylines = records.map(|(index, record)| {
            let pointer = |member| format!("/authors/{index}/{member}");
            let author = self.id(conn, RecordKind::Author, &record.author, &pointer("author"))?;
            let key = record.organization.as_deref();
            let organization = self.optional_id(
                conn,
                RecordKind::Organization,
                key,
                &pointer("organization"),
            )?;
            Ok(NewByline {
                author,
                // A byline without an organization gets the author's current one; `Some(None)` would mean none.
                organization: organization.map(Some),
                role: record.role.clone(),
                roles: record.roles.iter().map(role).collect(),
            })
        });
        bylines.collect()
    }

    fn new_translation(
        &self,
        conn: &mut Conn,
        record: &Translation,
        lang: &Lang,
        post: Option<Id>,
    ) -> Result<NewTranslation> {
        let owner = Owner {
            kind: Kind::Post,
            id: post.unwrap_or_default(),
            lang: Some(lang),
        };
        let slug = slugs::free(conn, owner, record.slug.as_deref(), &record.title)?;
        let pointer = format!("/translations/{lang}/translators");
        let translators = self.ids(conn, RecordKind::Author, &record.translators, &pointer)?;
        Ok(NewTranslation {
            title: record.title.clone(),
            slug: Some(slug),
            subtitle: record.subtitle.clone(),
            excerpt: record.excerpt.clone(),
            body: BodySource {
                format: record.body.format.into(),
                source: record.body.source.clone(),
            },
            seo: record.seo.as_ref().map(Seo::from),
            translators: translators.into_iter().map(NamedAuthor::from).collect(),
            note: None,
            take_over: false,
        })
    }
}

/// Returns a licence as the list of SPDX has it, or as it is, for the rules to refuse it.
fn in_canonical_case(licence: &str) -> String {
    licence::canonical(licence).unwrap_or_else(|_| licence.to_owned())
}

fn role((lang, role): (&Lang, &String)) -> (Lang, BylineRole) {
    (lang.clone(), BylineRole(in_one_line(role.clone())))
}

/// Reads the times of a publication, by the same rules as those of a request.
fn times(lang: &Lang, record: &Publication) -> Result<Times> {
    let pointer = |member: &str| format!("/translations/{lang}/publication/{member}");
    let zone = record.time_zone.as_deref().map(|name| {
        zone::find(name).ok_or_else(|| {
            let code = zone::UNKNOWN;
            Error::invalid(pointer("time_zone"), code, zone::EXPECTED)
        })
    });
    let zone = zone.transpose()?;
    let read = |text: &str, member: &str| -> Result<Timestamp> {
        let time: PlannedTime = text.parse().map_err(|expected: String| {
            Error::invalid(pointer(member), "wrong_format", expected)
        })?;
        let found = time.instant(zone.as_ref());
        found.map_err(|rule| Error::invalid(pointer(member), rule.code, rule.detail))
    };
    let read_optional = |text: &Option<String>, member: &str| {
        text.as_deref().map(|text| read(text, member)).transpose()
    };
    let begin = read(&record.publish_at, "publish_at")?;
    let end = read_optional(&record.unpublish_at, "unpublish_at")?;
    if end.is_some_and(|end| end <= begin) {
        let detail = "must be later than publish_at";
        return Err(Error::invalid(pointer("unpublish_at"), "too_early", detail));
    }
    let updated = read_optional(&record.updated_at, "updated_at")?;
    Ok(Times {
        begin,
        replaces: None,
        end,
        updated: updated.unwrap_or(begin).max(begin),
        zone: record.time_zone.clone().map(zone::canonical),
    })
}

impl From<Format> for content::Format {
    fn from(format: Format) -> Self {
        match format {
            Format::Markdown => Self::Markdown,
            Format::Html => Self::Html,
        }
    }
}

impl From<&record::Seo> for Seo {
    fn from(seo: &record::Seo) -> Self {
        Self {
            title: seo.title.clone(),
            description: seo.description.clone(),
        }
    }
}
