//! Texts that come from elsewhere: from an old revision, or from another language.

use super::model::{NewTranslation, Translation};
use super::rows::{owner, row};
use super::store::{find, put, save_as};
use crate::changes::Operation;
use crate::changes::actor::By;
use crate::changes::preconditions;
use crate::db::Conn;
use crate::editorial::posts::rows;
use crate::editorial::revisions::store as revisions;
use crate::editorial::workflow::store as workflow;
use crate::editorial::workflow::words::Action;
use crate::error::{Code, Error, Result};
use crate::id::Id;
use crate::lang::Lang;
use crate::slug::Slug;
use crate::slugs::{self, Owner};
use crate::version::Seen;

/// Brings a revision back: its text, as a new revision. The slug stays, for the old one may lead elsewhere by now. A
/// language that was deleted is made again, with the revision's slug if that is free.
///
/// # Errors
/// As [`super::store::replace`]; [`Error::NotFound`].
pub fn restore(
    conn: &mut Conn,
    by: By,
    (post, lang): (Id, &Lang),
    seen: &Seen,
    number: i32,
) -> Result<Translation> {
    let post = rows::row_to_change(conn, by, post)?;
    let present = row(conn, post.id, lang)?;
    match &present {
        Some(present) => {
            preconditions::check_in(conn, seen, present.version, post.id, lang)?;
            workflow::guard(conn, by, &post, lang, Action::Edit)?;
        }
        None => preconditions::check_absent(conn, seen, post.id, lang)?,
    }
    let old = revisions::find(conn, post.id, lang, number)?.snapshot;
    let slug = match &present {
        Some(_) => None,
        None => free_slug(conn, owner(&post, lang), old.slug)?,
    };
    let new = NewTranslation {
        title: old.title,
        slug,
        subtitle: old.subtitle,
        excerpt: old.excerpt,
        body: old.body,
        seo: Some(old.seo),
        note: Some(format!("Revision {number} restored")),
        take_over: false,
    };
    let (key, operation) = ((&post, lang), Operation::Restore);
    save_as(conn, by, key, present, new, "", operation)?;
    find(conn, by, &post, lang)
}

/// The slug, unless it is another's by now.
fn free_slug(conn: &mut Conn, owner: Owner<'_>, slug: Slug) -> Result<Option<Slug>> {
    let lang = owner.lang.map_or("", Lang::as_str);
    let holder = slugs::holder(conn, owner.kind, lang, &slug)?;
    Ok(holder.is_none_or(|id| id == owner.id).then_some(slug))
}

/// Begins a language with the text of another, as a working copy of its own.
///
/// # Errors
/// As [`super::store::replace`]; [`Error::NotFound`] for a language that is not there, `conflict` for one that is.
pub fn begin(
    conn: &mut Conn,
    by: By,
    (post, lang): (Id, &Lang),
    from: &Lang,
) -> Result<Translation> {
    let post = rows::row_to_change(conn, by, post)?;
    let source = row(conn, post.id, from)?.ok_or(Error::NotFound)?;
    if row(conn, post.id, lang)?.is_some() {
        let detail = format!("the post has {lang} already; change that, or delete it first");
        return Err(Error::conflict(Code::Conflict, detail));
    }
    let new = source.copied(format!("Begun from {from}"));
    put(conn, by, &post, lang, new, "")?;
    find(conn, by, &post, lang)
}
