//! The tables and columns that work lists have in common: of a line `x`, its post `t`, the original `a` and the translation
//! `w`, and the users who work on the translation.

use diesel::QueryableByName;
use diesel::sql_types::{Nullable, Text};

use crate::db::sql::Sql;
use crate::db::sql_types::Uuid;
use crate::editorial::posts::access::{self, Restriction};
use crate::editorial::translations::submitter::Submitter;
use crate::id::Id;
use crate::user_ref::UserRef;

/// Returns the `JOIN` clauses. A key that is limited to languages other than the original sees, as `a`, the translation in
/// which it is shown the post.
pub fn joins(restriction: Option<Restriction>) -> Sql {
    let mut joins = Sql::new(
        "JOIN posts t ON t.id = x.post_id \
         JOIN translations a ON a.post_id = x.post_id AND a.lang = ",
    );
    access::push_shown_language(&mut joins, restriction);
    joins.push(
        " LEFT JOIN translations w ON w.post_id = x.post_id AND w.lang = x.lang \
         LEFT JOIN users s ON s.id = w.submitted_by LEFT JOIN users r ON r.id = w.reviewed_by",
    );
    joins
}

/// The columns of [`People`].
pub const PEOPLE: &str =
    "w.submitted_by, w.submitted_by_key, s.name AS submitter, w.reviewed_by, r.name AS reviewer";

/// The users and keys that work on a translation.
#[derive(QueryableByName)]
pub struct People {
    /// The user who last submitted the translation.
    #[diesel(sql_type = Nullable<Uuid>)]
    submitted_by: Option<Id>,
    /// The API key that last submitted it.
    #[diesel(sql_type = Nullable<Uuid>)]
    submitted_by_key: Option<Id>,
    #[diesel(sql_type = Nullable<Text>)]
    submitter: Option<String>,
    #[diesel(sql_type = Nullable<Uuid>)]
    reviewed_by: Option<Id>,
    #[diesel(sql_type = Nullable<Text>)]
    reviewer: Option<String>,
}

impl People {
    /// Returns the user or the API key that last submitted the translation.
    pub(super) fn submitted_by(&self) -> Submitter {
        Submitter {
            user: self.submitted_by,
            key: self.submitted_by_key,
        }
    }

    /// Returns the user who last submitted the translation.
    pub fn submitter(&self) -> Option<UserRef> {
        UserRef::new(self.submitted_by, self.submitter.clone())
    }

    /// Returns the user who reviews the translation, or reviewed it last.
    pub fn reviewer(&self) -> Option<UserRef> {
        UserRef::new(self.reviewed_by, self.reviewer.clone())
    }
}
