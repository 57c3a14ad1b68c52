//! The content that a preview link shows: one revision of a text, with the properties of the post that it recorded.

use diesel::prelude::*;

use super::token::PreviewToken;
use crate::db::{Conn, each};
use crate::editorial::posts::model::PostRow;
use crate::editorial::posts::relations::Relations;
use crate::editorial::posts::rows as posts;
use crate::editorial::publishing::times::Times;
use crate::editorial::revisions::model::Revision;
use crate::editorial::revisions::store as revisions;
use crate::editorial::translations::rows::{self as translations, TranslationRow};
use crate::error::{Error, Result};
use crate::id::Id;
use crate::lang::Lang;
use crate::publications::writing::store as public;
use crate::schema::preview_links;
use crate::timestamp::Timestamp;
use crate::translation_id::TranslationId;

/// The content that a token gives access to: all that the revision recorded, before rendering.
pub struct Previewed {
    /// The post, with the properties that the revision recorded.
    pub post: PostRow,
    /// The translation, with the text of the revision.
    pub copy: TranslationRow,
    /// The relations that the revision recorded.
    pub relations: Relations,
    /// The times of the current publication, or those it would have if published now.
    pub times: Times,
}

/// Reads the content that a token gives access to.
///
/// # Errors
/// Returns [`Error::NotFound`] if the token is unknown or expired, if the translation was deleted, or if the post is in
/// the trash.
pub fn follow(conn: &mut Conn, token: &PreviewToken, now: Timestamp) -> Result<Previewed> {
    let live = preview_links::table
        .filter(preview_links::token_hash.eq(token.hash()))
        .filter(preview_links::expires_at.gt(now))
        .select((
            preview_links::post_id,
            preview_links::lang,
            preview_links::revision,
        ));
    let (post, lang, number): (Id, Lang, i32) = each!(conn, live.first(conn))?;
    let id = TranslationId::new(post, lang);
    let post = posts::row(conn, post)?;
    let copy = translations::row(conn, &id)?;
    let (Some(copy), None) = (copy, post.deleted_at) else {
        return Err(Error::NotFound);
    };
    let revision = revisions::find(conn, &id, number)?;
    let current = public::current(conn, &id, now)?;
    let times = Times {
        begin: current.map_or(now, |current| current.published_at),
        replaces: None,
        end: None,
        updated: revision.summary.created_at,
        zone: None,
    };
    Ok(with_content_of(revision, post, copy, times))
}

/// Returns the post and the translation with the content of the revision.
fn with_content_of(
    revision: Revision,
    post: PostRow,
    copy: TranslationRow,
    times: Times,
) -> Previewed {
    let (number, then) = (revision.summary.number, revision.snapshot);
    Previewed {
        post: PostRow {
            featured: then.featured,
            licence: then.licence.clone(),
            canonical_url: then.canonical_url.clone(),
            parent: then.parent,
            position: then.position,
            ..post
        },
        relations: Relations {
            authors: then.authors.clone(),
            categories: then.categories.clone(),
            tags: then.tags.clone(),
        },
        copy: revisions::text(copy, number, then),
        times,
    }
}
