//! Writing a working copy with a text from elsewhere: from an old revision, or from another language.

use super::loaded;
use super::model::{NewTranslation, Translation};
use super::rows::{owner, row};
use super::store::{Save, check_editable, save, translation};
use crate::changes::Operation;
use crate::changes::actor::By;
use crate::db::Conn;
use crate::editorial::revisions::store as revisions;
use crate::error::{Code, Error, Result};
use crate::id::Id;
use crate::lang::Lang;
use crate::slug::Slug;
use crate::slugs::{self, Owner};
use crate::version::Seen;

/// Restores the text of an old revision as a new revision. The working copy keeps its slug, since another post may
/// use the old one now. If the language was deleted, creates it again, with the revision's slug if that is free.
///
/// # Errors
/// As [`super::store::replace`]; [`Error::NotFound`] if there is no such revision.
pub fn restore(
    conn: &mut Conn,
    by: By,
    (post, lang): (Id, &Lang),
    seen: &Seen,
    number: i32,
) -> Result<Translation> {
    let found = loaded::load_to_change(conn, by, (post, lang))?;
    check_editable(conn, by, (post, lang), (&found, seen))?;
    let old = revisions::find(conn, post, lang, number)?.snapshot;
    let slug = match &found.copy {
        Some(_) => None,
        None => free_slug(conn, owner(&found.post, lang), old.slug)?,
    };
    let text = NewTranslation {
        title: old.title,
        slug,
        subtitle: old.subtitle,
        excerpt: old.excerpt,
        body: old.body,
        seo: Some(old.seo),
        note: Some(format!("Revision {number} restored")),
        take_over: false,
    };
    let restored = Save {
        text,
        slug_pointer: "",
        operation: Operation::Restore,
    };
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
/// As `loaded::load_to_change`; [`Error::NotFound`] if the post does not have the language `from`; `conflict` if it
/// already has the language `lang`.
pub fn begin(
    conn: &mut Conn,
    by: By,
    (post, lang): (Id, &Lang),
    from: &Lang,
) -> Result<Translation> {
    let found = loaded::load_to_change(conn, by, (post, lang))?;
    let source = row(conn, post, from)?.ok_or(Error::NotFound)?;
    if found.copy.is_some() {
        let detail =
            format!("the post already has a translation in {lang}; change it, or delete it first");
        return Err(Error::conflict(Code::Conflict, detail));
    }
    let begun = Save {
        text: source.copied(format!("Begun from {from}")),
        slug_pointer: "",
        operation: Operation::Create,
    };
    translation(save(conn, by, found, begun)?, by)
}
