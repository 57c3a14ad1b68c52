//! The current publication of a language, as editors see it: live, scheduled or ended, with its waiting replacement.

use serde::Serialize;

use super::rows::{self, PublicationRow};
use crate::db::Conn;
use crate::delivery::visibility::Span;
use crate::error::Result;
use crate::id::Id;
use crate::slug::Slug;
use crate::timestamp::Timestamp;
use crate::translation_id::TranslationId;

/// The current publication of one language of a post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CurrentPublication {
    /// The translation that is published.
    #[serde(skip)]
    pub id: TranslationId,
    /// The number of the published revision.
    pub revision: i32,
    /// The slug.
    pub slug: Slug,
    /// The time from which the publication is public.
    pub published_at: Timestamp,
    /// The time at which the publication ends, unless a replacement takes over earlier.
    pub unpublish_at: Option<Timestamp>,
    /// The IANA time zone in which the editor gave the times.
    pub time_zone: Option<String>,
    /// The time at which a new text was last published.
    pub updated_at: Timestamp,
    /// The version of the shared properties of the post that it has.
    #[serde(skip)]
    pub shared_version: i32,
    /// The publication that will replace this one.
    pub replacement: Option<Replacement>,
}

/// A publication that will replace the current one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Replacement {
    /// The number of the revision.
    pub revision: i32,
    /// The slug.
    pub slug: Slug,
    /// The time at which it replaces the current publication.
    pub replaces_at: Timestamp,
    /// The time at which it ends.
    pub unpublish_at: Option<Timestamp>,
    /// The IANA time zone in which the editor gave the times.
    pub time_zone: Option<String>,
    /// The version of the shared properties of the post that it has.
    #[serde(skip)]
    pub shared_version: i32,
}

impl CurrentPublication {
    /// Returns whether the publication is public at `now`, a time at which it is the current one.
    pub fn is_live(&self, now: Timestamp) -> bool {
        let span = Span {
            published_at: self.published_at,
            replaces_at: None,
            unpublish_at: self.unpublish_at,
        };
        span.is_live(now)
    }

    /// Returns whether the publication is live, or it or its replacement is scheduled.
    pub fn is_live_or_scheduled(&self, now: Timestamp) -> bool {
        self.replacement.is_some() || !self.has_ended(now)
    }

    /// Returns whether the public sees another version of the shared properties than this one, or will see it.
    pub fn lacks_shared(&self, version: i32, now: Timestamp) -> bool {
        let next = self.replacement.as_ref();
        let own = (!self.has_ended(now)).then_some(self.shared_version);
        let mut versions = own.into_iter().chain(next.map(|next| next.shared_version));
        versions.any(|has| has != version)
    }

    fn has_ended(&self, now: Timestamp) -> bool {
        self.unpublish_at.is_some_and(|end| end <= now)
    }

    /// Returns whether the publication or its replacement has the slug.
    pub fn uses(&self, slug: &Slug) -> bool {
        let next = self.replacement.as_ref().map(|next| &next.slug);
        self.slug == *slug || next == Some(slug)
    }
}

/// Returns the publication of one language of a post that is current at `now`.
///
/// # Errors
/// Returns database errors.
pub fn current(
    conn: &mut Conn,
    id: &TranslationId,
    now: Timestamp,
) -> Result<Option<CurrentPublication>> {
    Ok(current_of_rows(rows::rows(conn, id)?, now).pop())
}

/// Returns the publications of several posts that are current at `now`, by post and language.
///
/// # Errors
/// Returns database errors.
pub fn current_of_posts(
    conn: &mut Conn,
    posts: &[Id],
    now: Timestamp,
) -> Result<Vec<CurrentPublication>> {
    Ok(current_of_rows(rows::rows_of_posts(conn, posts)?, now))
}

/// Selects the current row of each language and joins it with its waiting replacement.
pub fn current_of_rows(rows: Vec<PublicationRow>, now: Timestamp) -> Vec<CurrentPublication> {
    let (waiting, mut found): (Vec<PublicationRow>, Vec<PublicationRow>) = rows
        .into_iter()
        .partition(|row| row.replaces_at.is_some_and(|at| at > now));
    // A due replacement is current even while the replaced row still exists.
    let replaced: Vec<TranslationId> = found
        .iter()
        .filter(|row| row.replaces_at.is_some())
        .map(PublicationRow::translation)
        .collect();
    found.retain(|row| row.replaces_at.is_some() || !replaced.contains(&row.translation()));
    let join = |row: PublicationRow| {
        let id = row.translation();
        let next = waiting.iter().find(|next| next.translation() == id);
        join(row, id, next)
    };
    found.into_iter().map(join).collect()
}

fn join(
    row: PublicationRow,
    id: TranslationId,
    next: Option<&PublicationRow>,
) -> CurrentPublication {
    CurrentPublication {
        id,
        unpublish_at: next.map_or(row.unpublish_at, |next| next.replaced_unpublish_at),
        replacement: next.map(|next| Replacement {
            revision: next.revision,
            slug: next.slug.clone(),
            replaces_at: next.begins_at(),
            unpublish_at: next.unpublish_at,
            time_zone: next.time_zone.clone(),
            shared_version: next.shared_version,
        }),
        revision: row.revision,
        slug: row.slug,
        published_at: row.published_at,
        time_zone: row.time_zone,
        updated_at: row.updated_at,
        shared_version: row.shared_version,
    }
}
