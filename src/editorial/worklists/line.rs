//! The tables and columns that work lists have in common: of a line `x`, its post `t`, the original `a` and the translation
//! `w`, and the users who work on the translation.

use diesel::QueryableByName;
use diesel::sql_types::{Nullable, Text};

use crate::db::sql_types::Uuid;
use crate::id::Id;
use crate::user_ref::UserRef;

/// The `JOIN` clauses.
pub const JOINS: &str = "JOIN posts t ON t.id = x.post_id \
     JOIN translations a ON a.post_id = x.post_id AND a.lang = t.original_lang \
     LEFT JOIN translations w ON w.post_id = x.post_id AND w.lang = x.lang \
     LEFT JOIN users s ON s.id = w.submitted_by LEFT JOIN users r ON r.id = w.reviewed_by";

/// The columns of [`People`].
pub const PEOPLE: &str = "w.submitted_by, s.name AS submitter, w.reviewed_by, r.name AS reviewer";

/// The users who work on a translation.
#[derive(QueryableByName)]
pub struct People {
    /// The user who last submitted the translation.
    #[diesel(sql_type = Nullable<Uuid>)]
    pub submitted_by: Option<Id>,
    #[diesel(sql_type = Nullable<Text>)]
    submitter: Option<String>,
    #[diesel(sql_type = Nullable<Uuid>)]
    reviewed_by: Option<Id>,
    #[diesel(sql_type = Nullable<Text>)]
    reviewer: Option<String>,
}

impl People {
    /// Returns the user who last submitted the translation.
    pub fn submitter(&self) -> Option<UserRef> {
        UserRef::new(self.submitted_by, self.submitter.clone())
    }

    /// Returns the user who reviews the translation, or reviewed it last.
    pub fn reviewer(&self) -> Option<UserRef> {
        UserRef::new(self.reviewed_by, self.reviewer.clone())
    }
}
