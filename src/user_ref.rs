//! A user as others are told of them: by id and name, and nothing else.

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, QueryableByName};
use diesel::prelude::*;
use diesel::row::NamedRow;
use diesel::sql_types::{Nullable, Text};
use serde::Serialize;
use utoipa::ToSchema;

use crate::db::sql_types::Uuid;
use crate::id::Id;
use crate::schema::users;

/// A user, by id and name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema, Queryable, Selectable)]
#[diesel(table_name = users)]
pub struct UserRef {
    /// The user's id (UUIDv7).
    pub id: Id,
    /// The user's current name; null if the user has been deleted.
    #[diesel(deserialize_as = String)]
    #[schema(required, examples("Ada Lovelace"))]
    pub name: Option<String>,
}

/// The columns by which a row has a user: those of the table `users`, joined as `u`.
pub const COLUMNS: &str = "u.id AS user_id, u.name AS user_name";

impl UserRef {
    /// Returns the user with this id, if there is one. The name of a deleted user is `None`.
    pub fn new(id: Option<Id>, name: Option<String>) -> Option<Self> {
        id.map(|id| Self { id, name })
    }
}

/// Selects the name of a user, for a statement that writes the id and returns the name.
#[diesel::dsl::auto_type(no_type_alias)]
pub fn name_of(id: Option<Id>) -> _ {
    let user = users::table.filter(users::id.nullable().eq(id));
    user.select(users::name).single_value()
}

/// Reads [`COLUMNS`]. As an `Option`, a row without a user is `None`.
impl<DB: Backend> QueryableByName<DB> for UserRef
where
    Id: FromSql<Uuid, DB>,
    String: FromSql<Text, DB>,
{
    fn build<'a>(row: &impl NamedRow<'a, DB>) -> deserialize::Result<Self> {
        Ok(Self {
            id: NamedRow::get::<Uuid, _>(row, "user_id")?,
            name: NamedRow::get::<Nullable<Text>, _>(row, "user_name")?,
        })
    }
}
