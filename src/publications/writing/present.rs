//! The publications of a language before a write. They are read once and passed on.

use diesel::dsl::exists;
use diesel::prelude::*;

use super::current::{CurrentPublication, current_of_rows};
use super::rows::{PublicationRow, in_translation};
use super::transitions;
use crate::db::{Conn, each};
use crate::error::Result;
use crate::id::Id;
use crate::lang::Lang;
use crate::schema::{moments, publications, slugs};
use crate::timestamp::Timestamp;

/// The publications of one language of a post, with the facts that a write needs.
#[derive(Debug, Clone)]
pub struct Publications {
    /// The rows: none, one, or two while a replacement waits.
    pub(super) rows: Vec<PublicationRow>,
    is_due: bool,
    was_public: bool,
    has_former_slugs: bool,
}

/// The results of [`was_public`] and [`has_former_slugs`].
pub type Flags = (bool, bool);

/// Selects whether a transition of a publication is due at `now` but not yet applied.
#[diesel::dsl::auto_type(no_type_alias)]
pub fn is_due(now: Timestamp) -> _ {
    let due = moments::table
        .filter(moments::publication_id.eq(publications::id))
        .filter(moments::at.le(now));
    exists(due)
}

/// Selects whether a language of a post has been public by `now`.
#[diesel::dsl::auto_type(no_type_alias)]
pub fn was_public(post_id: Id, lang: Lang, now: Timestamp) -> _ {
    let public = slugs::table
        .filter(slugs::owner_id.eq(post_id).and(slugs::lang.eq(lang)))
        .filter(slugs::public_at.le(now));
    exists(public)
}

/// Selects whether a slug of a language still redirects to a former owner.
#[diesel::dsl::auto_type(no_type_alias)]
pub fn has_former_slugs(post_id: Id, lang: Lang) -> _ {
    let former = slugs::table
        .filter(slugs::owner_id.eq(post_id).and(slugs::lang.eq(lang)))
        .filter(slugs::former_id.is_not_null());
    exists(former)
}

impl Publications {
    /// Combines rows, each read with [`is_due`], and [`Flags`].
    pub fn new(rows: Vec<(PublicationRow, bool)>, flags: Flags) -> Self {
        let (was_public, has_former_slugs) = flags;
        Self {
            is_due: rows.iter().any(|(_, is_due)| *is_due),
            rows: rows.into_iter().map(|(row, _)| row).collect(),
            was_public,
            has_former_slugs,
        }
    }

    /// Reads the publications of one language of a post.
    ///
    /// # Errors
    /// Returns database errors.
    pub fn load(conn: &mut Conn, post_id: Id, lang: &Lang, now: Timestamp) -> Result<Self> {
        let flags: Flags = each!(
            conn,
            diesel::select((
                was_public(post_id, lang.clone(), now),
                has_former_slugs(post_id, lang.clone()),
            ))
            .get_result(conn)
        )?;
        let rows = publications::table.filter(in_translation(post_id, lang));
        let rows = each!(
            conn,
            rows.select((PublicationRow::as_select(), is_due(now)))
                .load(conn)
        )?;
        Ok(Self::new(rows, flags))
    }

    /// Applies the due transitions, as every write does first, and reloads the publications if there were any.
    ///
    /// # Errors
    /// Returns database errors.
    pub(super) fn applied(
        self,
        conn: &mut Conn,
        (post_id, lang): (Id, &Lang),
        now: Timestamp,
    ) -> Result<Self> {
        if !self.is_due {
            return Ok(self);
        }
        transitions::apply_due(conn, post_id, lang, now)?;
        Self::load(conn, post_id, lang, now)
    }

    /// Returns the same publications with the rows after a write.
    pub(super) fn with_rows(self, rows: Vec<PublicationRow>) -> Self {
        Self { rows, ..self }
    }

    /// Returns whether the language has been public.
    pub(super) fn was_public(&self) -> bool {
        self.was_public
    }

    /// Returns whether a slug of the language still redirects to a former owner.
    pub fn has_former_slugs(&self) -> bool {
        self.has_former_slugs
    }

    /// Returns the publication that is current at `now`.
    pub fn current(&self, now: Timestamp) -> Option<CurrentPublication> {
        current_of_rows(self.rows.clone(), now).pop()
    }

    /// Returns whether there is a publication, whether live, scheduled or ended.
    pub fn exist(&self) -> bool {
        !self.rows.is_empty()
    }
}
