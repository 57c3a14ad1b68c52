//! Writing records into the database: each in a transaction of its own, by the rules of the management API, and never
//! twice. What a source made before is found again by its key, and updated only when its record has changed.

use aws_lc_rs::digest;
use diesel::prelude::*;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use validator::Validate;

use super::record::{Byline, Post, Publication, Record, Term, Translation};
use crate::by_lang::ByLang;
use crate::catalogue::authors::model::{AuthorEdit, NewAuthor};
use crate::catalogue::categories::model::NewCategory;
use crate::catalogue::organizations::model::NewOrganization;
use crate::catalogue::tags::model::NewTag;
use crate::catalogue::terms::edit::{NewTerm, TermEdit};
use crate::catalogue::{authors, organizations, terms};
use crate::changes::actor::{Actor, By};
use crate::clock::Clock;
use crate::content::{self, ExternalLinks};
use crate::db::{Conn, Db, each};
use crate::editorial;
use crate::editorial::posts;
use crate::editorial::posts::model::{NewPost, PostPatch};
use crate::editorial::publishing::{self, Times};
use crate::editorial::translations::model::NewTranslation;
use crate::editorial::workflow::store as workflow;
use crate::editorial::workflow::words::Action;
use crate::error::{Error, Fault, Result};
use crate::http::contract::compiled::{Contract, Target};
use crate::http::input::typed;
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::schema::import_refs;
use crate::slug::Slug;
use crate::slugs::{self, Owner};
use crate::timestamp::Timestamp;
use crate::version::Seen;

/// What became of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is new.
    Imported,
    /// It was there, and its record has changed.
    Updated,
    /// It was there, and is as it was.
    Unchanged,
    /// It was left alone, and why.
    Skipped(String),
}

/// Loads the records of one source.
pub struct Loader<'a> {
    /// The name under which its records are found again.
    pub source: String,
    /// The rules.
    pub contract: &'a Contract,
    /// What becomes of links to other sites.
    pub links: ExternalLinks,
    /// What time it is.
    pub clock: Clock,
}

impl Loader<'_> {
    /// Loads one record, whole or not at all.
    ///
    /// # Errors
    /// Only what ends the whole import: a database that is away, a fault of ours.
    pub fn load(&self, db: &Db, record: &Record) -> Result<Outcome> {
        outcome(db.write_now(|conn| self.write(conn, record)))
    }

    /// Loads all records and takes everything back, to see what would be done; `each` hears of every one.
    ///
    /// # Errors
    /// As [`Loader::load`], and what `each` returns.
    pub fn rehearse(
        &self,
        db: &Db,
        records: &[Record],
        mut each: impl FnMut(&Record, Outcome) -> Result<()>,
    ) -> Result<()> {
        let done: Result<()> = db.write_now(|conn| {
            for record in records {
                let tried = conn.savepoint(|conn| self.write(conn, record));
                each(record, outcome(tried)?)?;
            }
            Err(Error::NotFound)
        });
        match done {
            Err(Error::NotFound) => Ok(()),
            other => other,
        }
    }

    fn write(&self, conn: &mut Conn, record: &Record) -> Result<Outcome> {
        let hash = hash(record)?;
        let before = self.known(conn, record.kind(), record.key())?;
        if before.as_ref().is_some_and(|(_, same)| *same == hash) {
            return Ok(Outcome::Unchanged);
        }
        let id = before.map(|(id, _)| id);
        let written = match record {
            Record::Organization(_) => self.organization(conn, record, id)?,
            Record::Author(_) => self.author(conn, record, id)?,
            Record::Category(_) | Record::Tag(_) => self.term(conn, record, id)?,
            Record::Post(post) => self.post(conn, post, id)?,
        };
        self.remember(conn, record, written, &hash)?;
        Ok(if id.is_some() {
            Outcome::Updated
        } else {
            Outcome::Imported
        })
    }

    fn by(&self) -> By {
        By::new(Actor::Import, self.clock.now())
    }

    fn organization(&self, conn: &mut Conn, record: &Record, id: Option<Id>) -> Result<Id> {
        let mut body = body_of(record)?;
        self.settle_slug(conn, &mut body, (Kind::Organization, id, None), "name")?;
        let new: NewOrganization = self.read("/v1/admin/organizations", body)?;
        let made = match id {
            Some(id) => {
                organizations::store::update(conn, self.by(), id, &Seen::default(), new.into())?
            }
            None => organizations::store::insert(conn, self.by(), new)?,
        };
        Ok(made.id)
    }

    fn author(&self, conn: &mut Conn, record: &Record, id: Option<Id>) -> Result<Id> {
        let mut body = body_of(record)?;
        self.settle_slug(conn, &mut body, (Kind::Author, id, None), "name")?;
        self.refer(conn, &mut body, "organization", "organization")?;
        let new: NewAuthor = self.read("/v1/admin/authors", body)?;
        let made = match id {
            Some(id) => authors::store::update(
                conn,
                self.by(),
                id,
                &Seen::default(),
                AuthorEdit::Replace(new),
            )?,
            None => authors::store::insert(conn, self.by(), new)?,
        };
        Ok(made.id)
    }

    fn term(&self, conn: &mut Conn, record: &Record, id: Option<Id>) -> Result<Id> {
        let mut body = body_of(record)?;
        let (kind, names): (Kind, &ByLang<Term>) = match record {
            Record::Category(category) => (Kind::Category, &category.translations),
            Record::Tag(tag) => (Kind::Tag, &tag.translations),
            _ => return Err(Error::Internal("not a term".into())),
        };
        for (lang, _) in names.iter() {
            if let Some(name) = body.pointer_mut(&format!("/translations/{lang}")) {
                self.settle_slug(conn, name, (kind, id, Some(lang)), "name")?;
            }
        }
        self.refer(conn, &mut body, "parent", "category")?;
        let (new, edit): (NewTerm, TermEdit) = if kind == Kind::Category {
            let new: NewCategory = self.read("/v1/admin/categories", body)?;
            (new.clone().into(), new.into())
        } else {
            let new: NewTag = self.read("/v1/admin/tags", body)?;
            (new.clone().into(), new.into())
        };
        let made = match id {
            Some(id) => terms::store::update(conn, self.by(), kind, id, &Seen::default(), edit)?,
            None => terms::store::insert(conn, self.by(), kind, new)?,
        };
        Ok(made.row.id)
    }

    fn post(&self, conn: &mut Conn, post: &Post, id: Option<Id>) -> Result<Id> {
        let original = post.translations.get(&post.original_lang).ok_or_else(|| {
            Error::invalid(
                "/translations",
                "required",
                "must hold the original language",
            )
        })?;
        let mut first = self.translation_body(conn, original, &post.original_lang, id)?;
        if let Some(first) = first.as_object_mut() {
            first.insert("lang".into(), post.original_lang.as_str().into());
        }
        let body = json!({
            "translation": first,
            "authors": self.bylines(conn, &post.authors)?,
            "categories": self.all(conn, "category", "/categories", &post.categories)?,
            "tags": self.all(conn, "tag", "/tags", &post.tags)?,
            "featured": post.featured,
            "licence": post.licence,
            "canonical_url": post.canonical_url,
        });
        let new: NewPost = self.read("/v1/admin/posts", body)?;
        let id = match id {
            Some(id) => self.update_post(conn, id, new)?,
            None => posts::store::insert(conn, self.by(), new)?.summary.id,
        };
        for (lang, translation) in post.translations.iter() {
            if *lang != post.original_lang {
                self.translation(conn, id, lang, translation)?;
            }
            if let Some(publication) = &translation.publication {
                self.publish(conn, id, lang, publication)?;
            }
        }
        Ok(id)
    }

    fn update_post(&self, conn: &mut Conn, id: Id, new: NewPost) -> Result<Id> {
        let old = posts::rows::row(conn, id)?;
        if old.deleted_at.is_some() {
            return Err(Error::NotFound);
        }
        let patch = PostPatch {
            authors: Some(new.authors),
            categories: Some(new.categories),
            tags: Some(new.tags),
            featured: Some(new.featured),
            licence: Some(new.licence),
            canonical_url: Some(new.canonical_url),
        };
        let row = posts::store::write(conn, self.by(), old, patch, None)?;
        let lang = new.translation.lang.clone();
        editorial::translations::store::put(
            conn,
            self.by(),
            &row,
            &lang,
            new.translation.into(),
            "/translation/slug",
        )?;
        Ok(id)
    }

    fn translation(
        &self,
        conn: &mut Conn,
        id: Id,
        lang: &Lang,
        translation: &Translation,
    ) -> Result<()> {
        let body = self.translation_body(conn, translation, lang, Some(id))?;
        let path = format!("/v1/admin/posts/{id}/translations/{lang}");
        let new: NewTranslation = self.check("PUT", &path, body)?;
        let row = posts::rows::row(conn, id)?;
        editorial::translations::store::put(conn, self.by(), &row, lang, new, "/slug")
    }

    fn translation_body(
        &self,
        conn: &mut Conn,
        one: &Translation,
        lang: &Lang,
        id: Option<Id>,
    ) -> Result<Value> {
        let mut body = json!({
            "title": one.title, "slug": one.slug, "subtitle": one.subtitle, "excerpt": one.excerpt,
            "body": one.body, "seo": one.seo,
        });
        self.settle_slug(conn, &mut body, (Kind::Post, id, Some(lang)), "title")?;
        Ok(body)
    }

    fn publish(
        &self,
        conn: &mut Conn,
        id: Id,
        lang: &Lang,
        publication: &Publication,
    ) -> Result<()> {
        let at = |text: &str, member: &str| -> Result<Timestamp> {
            let pointer = format!("/translations/{lang}/publication/{member}");
            text.parse()
                .map_err(|expected: &str| Error::invalid(pointer, "wrong_format", expected))
        };
        let begin = at(&publication.publish_at, "publish_at")?;
        let end = publication
            .unpublish_at
            .as_deref()
            .map(|text| at(text, "unpublish_at"))
            .transpose()?;
        if end.is_some_and(|end| end <= begin) {
            return Err(Error::invalid(
                "/unpublish_at",
                "too_early",
                "must be later than publish_at",
            ));
        }
        let updated = publication
            .updated_at
            .as_deref()
            .map(|text| at(text, "updated_at"))
            .transpose()?;
        let copy = editorial::translations::rows::row(conn, id, lang)?.ok_or(Error::NotFound)?;
        // What editors put away, or have under review, an import does not publish.
        let post = posts::rows::row(conn, id)?;
        workflow::guard(conn, self.by(), &post, lang, Action::Publish)?;
        let rendition = content::render(copy.body_format, &copy.body_source, self.links);
        let times = Times {
            begin,
            replaces: None,
            end,
            updated: updated.unwrap_or(begin).max(begin),
            zone: None,
        };
        publishing::place(conn, self.by(), copy, times, rendition)
    }

    /// A slug of the source may be no slug of ours, or be taken: the nearest free one is.
    fn settle_slug(
        &self,
        conn: &mut Conn,
        body: &mut Value,
        (kind, id, lang): (Kind, Option<Id>, Option<&Lang>),
        title: &str,
    ) -> Result<()> {
        let Some(object) = body.as_object_mut() else {
            return Ok(());
        };
        let text = ["slug", title]
            .iter()
            .find_map(|name| object.get(*name)?.as_str());
        let text = text.unwrap_or_default();
        let wanted = text
            .parse()
            .unwrap_or_else(|_| Slug::derive(text, kind.as_str()));
        let owner = Owner {
            kind,
            id: id.unwrap_or_default(),
            lang,
        };
        let slug = slugs::first_free(conn, owner, &wanted)?;
        object.insert("slug".into(), slug.as_str().into());
        Ok(())
    }

    /// Puts the id in the place of a key.
    fn refer(&self, conn: &mut Conn, body: &mut Value, member: &str, kind: &str) -> Result<()> {
        let Some(object) = body.as_object_mut() else {
            return Ok(());
        };
        if let Some(key) = object.get(member).and_then(Value::as_str) {
            let id = self.id(conn, kind, key, &format!("/{member}"))?;
            object.insert(member.into(), id.to_string().into());
        }
        Ok(())
    }

    fn bylines(&self, conn: &mut Conn, bylines: &[Byline]) -> Result<Vec<Value>> {
        let mut list = Vec::new();
        for (index, line) in bylines.iter().enumerate() {
            let author = self.id(
                conn,
                "author",
                &line.author,
                &format!("/authors/{index}/author"),
            )?;
            let organization = match &line.organization {
                Some(key) => Some(self.id(
                    conn,
                    "organization",
                    key,
                    &format!("/authors/{index}/organization"),
                )?),
                None => None,
            };
            let mut byline = json!({ "author": author, "role": line.role });
            // Left out, the author's current one is taken; null would say nobody.
            if let (Some(organization), Some(byline)) = (organization, byline.as_object_mut()) {
                byline.insert("organization".into(), organization.to_string().into());
            }
            list.push(byline);
        }
        Ok(list)
    }

    fn all(&self, conn: &mut Conn, kind: &str, pointer: &str, keys: &[String]) -> Result<Vec<Id>> {
        keys.iter()
            .enumerate()
            .map(|(index, key)| self.id(conn, kind, key, &format!("{pointer}/{index}")))
            .collect()
    }

    fn id(&self, conn: &mut Conn, kind: &str, key: &str, pointer: &str) -> Result<Id> {
        let known = self.known(conn, kind, key)?;
        known.map(|(id, _)| id).ok_or_else(|| {
            let detail = format!("no {kind} with the key {key:?} came before");
            Error::invalid(pointer, "unknown_reference", detail)
        })
    }

    fn known(&self, conn: &mut Conn, kind: &str, key: &str) -> Result<Option<(Id, Vec<u8>)>> {
        let row = import_refs::table.find((&self.source, kind, key));
        let row = row.select((import_refs::entity_id, import_refs::hash));
        Ok(each!(conn, row.first(conn).optional())?)
    }

    fn remember(&self, conn: &mut Conn, record: &Record, id: Id, hash: &[u8]) -> Result<()> {
        let key = (
            import_refs::source.eq(&self.source),
            import_refs::kind.eq(record.kind()),
            import_refs::key.eq(record.key()),
        );
        let value = (import_refs::entity_id.eq(id), import_refs::hash.eq(hash));
        each!(
            conn,
            diesel::insert_into(import_refs::table)
                .values((key, value))
                .on_conflict((import_refs::source, import_refs::kind, import_refs::key))
                .do_update()
                .set(value)
                .execute(conn)
        )?;
        Ok(())
    }

    fn read<T: DeserializeOwned + Validate>(&self, path: &str, body: Value) -> Result<T> {
        self.check("POST", path, body)
    }

    /// Holds a body against the contract, as if it had been sent.
    fn check<T: DeserializeOwned + Validate>(
        &self,
        method: &str,
        path: &str,
        body: Value,
    ) -> Result<T> {
        match self.contract.find(method, path) {
            Target::Operation(operation) => operation.body(&body)?,
            _ => return Err(Error::Internal(format!("no operation {method} {path}"))),
        }
        typed(body).map_err(Error::Invalid)
    }
}

/// Whether a source has brought anything yet.
///
/// # Errors
/// What the database reports.
pub fn has_source(conn: &mut Conn, source: &str) -> Result<bool> {
    let rows = import_refs::table.filter(import_refs::source.eq(source));
    Ok(each!(
        conn,
        diesel::select(diesel::dsl::exists(rows)).get_result(conn)
    )?)
}

/// A record that breaks a rule, or whose thing has been deleted here, is skipped; everything else ends the import.
fn outcome(written: Result<Outcome>) -> Result<Outcome> {
    match written {
        Err(Error::Invalid(faults)) => {
            let list: Vec<String> = faults.iter().map(Fault::to_string).collect();
            Ok(Outcome::Skipped(list.join("; ")))
        }
        Err(Error::Conflict(conflict)) => Ok(Outcome::Skipped(conflict.detail)),
        Err(Error::NotFound) => Ok(Outcome::Skipped(
            "it was deleted here since it was imported".into(),
        )),
        other => other,
    }
}

/// The record as a body of the management API: without what only an import knows.
fn body_of(record: &Record) -> Result<Value> {
    let mut body =
        serde_json::to_value(record).map_err(|error| Error::Internal(error.to_string()))?;
    if let Some(object) = body.as_object_mut() {
        object.retain(|name, _| name != "type" && name != "key");
    }
    Ok(body)
}

fn hash(record: &Record) -> Result<Vec<u8>> {
    let text = serde_json::to_vec(record).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(digest::digest(&digest::SHA256, &text).as_ref().to_vec())
}
