//! A thing with a slug, such as an author or an organization, as the things that refer to it show it.

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, QueryableByName};
use diesel::row::NamedRow;
use diesel::sql_types::Text;
use serde::Serialize;
use utoipa::ToSchema;

use crate::db::sql_types::Uuid;
use crate::id::Id;
use crate::slug::Slug;

/// A thing by id, slug and name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct NamedRef {
    /// The id (UUIDv7).
    pub id: Id,
    /// The current slug.
    pub slug: Slug,
    /// The current name.
    pub name: String,
}

/// The columns by which a row has a thing: those of its table, joined as `r`.
pub const COLUMNS: &str = "r.id AS ref_id, r.slug AS ref_slug, r.name AS ref_name";

/// Reads [`COLUMNS`]. As an `Option`, a row without a thing is `None`.
impl<DB: Backend> QueryableByName<DB> for NamedRef
where
    Id: FromSql<Uuid, DB>,
    Slug: FromSql<Text, DB>,
    String: FromSql<Text, DB>,
{
    fn build<'a>(row: &impl NamedRow<'a, DB>) -> deserialize::Result<Self> {
        Ok(Self {
            id: NamedRow::get::<Uuid, _>(row, "ref_id")?,
            slug: NamedRow::get::<Text, _>(row, "ref_slug")?,
            name: NamedRow::get::<Text, _>(row, "ref_name")?,
        })
    }
}
