//! The shapes of an organization.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::collation::CollationKey;
use crate::delivery::reader::Shown;
use crate::delivery::surrogate_keys;
use crate::http::cache::surrogate_keys::SurrogateKeys;
use crate::http::validation;
use crate::id::Id;
use crate::kind::Kind;
use crate::patch::{self, Patched};
use crate::schema::organizations;
use crate::slug::Slug;
use crate::timestamp::Timestamp;
use crate::version::Versioned;

/// An organization, as editors see it.
#[derive(
    Debug,
    Clone,
    PartialEq,
    Eq,
    Serialize,
    ToSchema,
    Queryable,
    Selectable,
    Insertable,
    QueryableByName,
)]
#[diesel(table_name = organizations)]
pub struct Organization {
    /// Its id.
    pub id: Id,
    /// Its slug.
    pub slug: Slug,
    /// Its name.
    #[schema(examples("City of Granollers"))]
    pub name: String,
    /// Its place among all names.
    #[serde(skip)]
    pub name_key: CollationKey,
    /// Its site.
    pub url: Option<String>,
    /// Its country, ISO 3166-1 alpha-2.
    #[schema(examples("ES"))]
    pub country: Option<String>,
    /// Grows with every change.
    #[schema(minimum = 1)]
    pub version: i32,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl Versioned for Organization {
    fn version(&self) -> i32 {
        self.version
    }
}

/// An organization to be made, or to stand in the place of another.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOrganization {
    /// Its name.
    #[schema(
        min_length = 1,
        max_length = 200,
        pattern = r"\S",
        examples("City of Granollers")
    )]
    pub name: String,
    /// Derived from the name when absent.
    pub slug: Option<Slug>,
    /// Its site: http or https.
    #[schema(format = "uri", max_length = 2000)]
    #[validate(custom(function = validation::web_address))]
    pub url: Option<String>,
    /// Its country, ISO 3166-1 alpha-2.
    #[schema(pattern = "^[A-Z]{2}$", examples("ES"))]
    pub country: Option<String>,
}

/// Changes to an organization: absent keeps, null clears.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrganizationPatch {
    /// Its name.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(min_length = 1, max_length = 200, pattern = r"\S", nullable = false)]
    pub name: Option<String>,
    /// The old one goes on leading here.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(nullable = false)]
    pub slug: Option<Slug>,
    /// Its site: http or https.
    #[serde(default, deserialize_with = "patch::clearable")]
    #[schema(value_type = Option<String>, format = "uri", max_length = 2000)]
    #[validate(custom(function = validation::web_address))]
    pub url: Patched<String>,
    /// Its country, ISO 3166-1 alpha-2.
    #[serde(default, deserialize_with = "patch::clearable")]
    #[schema(value_type = Option<String>, pattern = "^[A-Z]{2}$")]
    pub country: Patched<String>,
}

impl From<NewOrganization> for OrganizationPatch {
    /// All that is not given is cleared; the slug stays.
    fn from(new: NewOrganization) -> Self {
        Self {
            name: Some(new.name),
            slug: new.slug,
            url: Some(new.url),
            country: Some(new.country),
        }
    }
}

/// An organization, as the public sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PublicOrganization {
    /// Its id.
    pub id: Id,
    /// Its slug.
    pub slug: Slug,
    /// Its name.
    pub name: String,
    /// Its site.
    pub url: Option<String>,
    /// Its country, ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// On how many posts an author spoke for it in the language in which they are shown: as many as a list of them has.
    #[schema(minimum = 0)]
    pub post_count: i64,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl Shown for PublicOrganization {
    fn keys(&self, keys: &mut SurrogateKeys) {
        keys.add(surrogate_keys::thing(Kind::Organization, self.id));
    }
}

impl PublicOrganization {
    /// With the number of its posts.
    pub fn new(row: Organization, posts: i64) -> Self {
        Self {
            id: row.id,
            slug: row.slug,
            name: row.name,
            url: row.url,
            country: row.country,
            post_count: posts,
            updated_at: row.updated_at,
        }
    }
}

/// An organization, embedded in something else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema, Queryable)]
pub struct OrganizationRef {
    /// Its id.
    pub id: Id,
    /// Its slug.
    pub slug: Slug,
    /// Its name.
    pub name: String,
}
