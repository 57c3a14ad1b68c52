//! Writing a working copy with a text from elsewhere: from an old revision, or from another language.

use super::input::NewTranslation;
use super::loaded;
use super::model::Translation;
use super::rows::row;
use super::saving::{Save, save};
use super::store::{check_editable, translation};
use super::translators::{self, Translators};
use crate::accounts::api_keys::limits;
use crate::changes::Operation;
use crate::changes::actor::By;
use crate::db::Conn;
use crate::editorial::revisions::store as revisions;
use crate::error::{Code, Error, Result};
use crate::lang::Lang;
use crate::slug::Slug;
use crate::slugs::{self, Owner};
use crate::translation_id::TranslationId;
use crate::version::Seen;

/// Restores the text of an old revision as a new revision. The working copy keeps its slug, since another post may
/// use the old one now. If the language was deleted, creates it again, with the revision's slug if that is free.
///
/// # Errors
/// Returns the same errors as [`super::store::replace`]; [`Error::Missing`] if there is no such revision.
pub fn restore(
    conn: &mut Conn,
    by: By,
    id: &TranslationId,
    seen: &Seen,
    number: i32,
) -> Result<Translation> {
    let found = loaded::load_to_change(conn, by, id)?;
    check_editable(conn, by, &found, seen)?;
    let old = revisions::find(conn, id, number)?.snapshot;
    let slug = match &found.copy {
        Some(_) => None,
        None => free_slug(conn, Owner::translation(id), old.slug)?,
    };
    let now = found.copy.as_ref().map(|copy| copy.translators.clone());
    let then = Translators(old.translators);
    let translators = translators::present(conn, then, &now.unwrap_or_default())?;
    let text = NewTranslation {
        translators: translators.named(),
        title: old.title,
        slug,
        subtitle: old.subtitle,
        excerpt: old.excerpt,
        body: old.body,
        seo: Some(old.seo),
        note: Some(format!("Revision {number} restored")),
        take_over: false,
    };
    let restored = Save::by(Operation::Restore, text);
    translation(save(conn, by, found, restored)?, by)
}

/// Returns the slug, or `None` if another post holds it.
fn free_slug(conn: &mut Conn, owner: Owner<'_>, slug: Slug) -> Result<Option<Slug>> {
    let lang = owner.lang.map_or("", Lang::as_str);
    let holder = slugs::holder(conn, owner.kind, lang, &slug)?;
    Ok(holder.is_none_or(|id| id == owner.id).then_some(slug))
}

/// Begins a language with the text of another, as a separate working copy.
///
/// # Errors
/// Returns the same errors as `loaded::load_to_change`; [`Error::NotFound`] if the post does not have the language
/// `from`; `conflict` if it already has the language `lang`.
pub fn begin(conn: &mut Conn, by: By, id: &TranslationId, from: &Lang) -> Result<Translation> {
    let found = loaded::load_to_change(conn, by, id)?;
    limits::check_language(conn, by.actor, from)?;
    let source = TranslationId::new(id.post, from.clone());
    let missing = || Error::missing(format!("The post has no translation in {from}."));
    let source = row(conn, &source)?.ok_or_else(missing)?;
    if found.copy.is_some() {
        let detail = format!(
            "the post already has a translation in {}; change it, or delete it first",
            id.lang
        );
        return Err(Error::conflict(Code::Conflict, detail));
    }
    // Nobody has translated it yet.
    let text = NewTranslation {
        translators: Vec::new(),
        ..source.copied(format!("Begun from {from}"))
    };
    let begun = Save::by(Operation::Create, text);
    translation(save(conn, by, found, begun)?, by)
}
