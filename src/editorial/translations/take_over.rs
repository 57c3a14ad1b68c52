//! Taking a slug over from a post that no longer uses it, on request only. The redirect to its former owner lasts
//! until the new owner is public under the slug.

use super::input::NewTranslation;
use crate::accounts::api_keys::limits;
use crate::changes::actor::By;
use crate::db::Conn;
use crate::db::sql::Sql;
use crate::error::{Code, Error, Result};
use crate::id::Id;
use crate::lang::Lang;
use crate::slug::Slug;
use crate::slugs::{self, Owner};

/// Claims the given slug, or one derived from the title. Takes the given slug over from a post that only redirects
/// from it, if the request asks for that and the caller is an editor.
///
/// # Errors
/// Returns `slug_taken`, which says whether `take_over` would help; [`Error::BeyondLimit`] if a key would take the slug from
/// a post outside of its limits.
pub(super) fn claim(
    conn: &mut Conn,
    by: By,
    owner: Owner<'_>,
    new: &NewTranslation,
    pointer: &str,
) -> Result<Slug> {
    let claimed = slugs::claim(conn, owner, new.slug.as_ref(), &new.title, pointer);
    let (Err(Error::Conflict(_)), Some(slug), Some(lang)) = (&claimed, &new.slug, owner.lang)
    else {
        return claimed;
    };
    let Some(holder) = slugs::holder(conn, owner.kind, lang.as_str(), slug)? else {
        return claimed;
    };
    if is_used(conn, holder, lang, slug)? {
        return claimed;
    }
    let may = by.actor.authority().decides();
    if !new.take_over || !may {
        let way = if may {
            "send take_over to use it"
        } else {
            "an editor may take it over with take_over"
        };
        let detail = format!(
            "another post used the slug {slug} before, and the slug is reserved for it; {way}"
        );
        return Err(Error::conflict_at(pointer, Code::SlugTaken, detail));
    }
    limits::check_other_post(conn, by.actor, holder)?;
    slugs::take_over(conn, owner, holder, slug)?;
    Ok(slug.clone())
}

/// Returns whether the slug is in use: by a working copy, by a publication or a replacement, or by a holder in the
/// trash, who may be restored with it.
fn is_used(conn: &mut Conn, holder: Id, lang: &Lang, slug: &Slug) -> Result<bool> {
    let mut used = Sql::new("SELECT (SELECT count(*) FROM translations t WHERE t.lang = ");
    used.bind(lang.as_str())
        .push(" AND t.slug = ")
        .bind(slug.as_str())
        .push(") + (SELECT count(*) FROM publications p WHERE p.lang = ")
        .bind(lang.as_str())
        .push(" AND p.slug = ")
        .bind(slug.as_str())
        .push(") + (SELECT count(*) FROM posts o WHERE o.deleted_at IS NOT NULL AND o.id = ")
        .bind(holder)
        .push(") AS n");
    Ok(used.number(conn)? > 0)
}
