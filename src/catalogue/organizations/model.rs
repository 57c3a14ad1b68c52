//! The data types of organizations.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::collation::CollationKey;
use crate::delivery::reader::Shown;
use crate::delivery::surrogate_keys;
use crate::http::validation;
use crate::id::Id;
use crate::kind::Kind;
use crate::patch::{self, Edit, Patched};
use crate::schema::organizations;
use crate::slug::Slug;
use crate::surrogate_keys::SurrogateKeys;
use crate::text;
use crate::timestamp::Timestamp;
use crate::version::{Versioned, revised};

/// An organization on the management surface.
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
    /// The id (UUIDv7).
    pub id: Id,
    /// The slug.
    pub slug: Slug,
    /// The name.
    #[schema(examples("City of Granollers"))]
    pub name: String,
    /// The sort key of the name.
    #[serde(skip)]
    pub name_key: CollationKey,
    /// The website.
    pub url: Option<String>,
    /// The country: an ISO 3166-1 alpha-2 code.
    #[schema(examples("ES"))]
    pub country: Option<String>,
    /// The version; every change increases it.
    #[schema(minimum = 1)]
    pub version: i32,
    /// The time of creation.
    pub created_at: Timestamp,
    /// The time of the last change.
    pub updated_at: Timestamp,
}

revised!(Organization);

impl Versioned for Organization {
    fn version(&self) -> i32 {
        self.version
    }
}

/// A new organization, or the replacement of one.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OrganizationInput, examples(json!({ "name": "City Network", "url": "https://example.org/", "country": "ES" })))]
pub struct NewOrganization {
    /// The name. White space at its ends is removed.
    #[serde(deserialize_with = "text::line")]
    #[schema(
        min_length = 1,
        max_length = 200,
        pattern = r"\S",
        examples("City of Granollers")
    )]
    pub name: String,
    /// The slug; when absent, it is derived from the name.
    pub slug: Option<Slug>,
    /// The website: an http or https URL.
    #[schema(format = "uri", max_length = 2000)]
    #[validate(custom(function = validation::web_address))]
    pub url: Option<String>,
    /// The country: an ISO 3166-1 alpha-2 code.
    #[schema(pattern = "^[A-Z]{2}$", examples("ES"))]
    pub country: Option<String>,
}

/// Changes to an organization. Absent members keep their value, and null clears them.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({ "country": "ES" })))]
pub struct OrganizationPatch {
    /// The name. White space at its ends is removed.
    #[serde(default, deserialize_with = "text::required_line")]
    #[schema(min_length = 1, max_length = 200, pattern = r"\S", nullable = false)]
    pub name: Option<String>,
    /// The new slug; the old one redirects to it.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(nullable = false)]
    pub slug: Option<Slug>,
    /// The website: an http or https URL.
    #[serde(default, deserialize_with = "patch::clearable")]
    #[schema(value_type = Option<String>, format = "uri", max_length = 2000)]
    #[validate(custom(function = validation::web_address))]
    pub url: Patched<String>,
    /// The country: an ISO 3166-1 alpha-2 code.
    #[serde(default, deserialize_with = "patch::clearable")]
    #[schema(value_type = Option<String>, pattern = "^[A-Z]{2}$")]
    pub country: Patched<String>,
}

/// A change to an organization.
pub type OrganizationEdit = Edit<NewOrganization, OrganizationPatch>;

impl Organization {
    /// Applies the edit. The version, the times and the sort key of the name are kept.
    pub fn edited(self, edit: OrganizationEdit) -> Self {
        match edit {
            Edit::Replace(new) => Self {
                slug: new.slug.unwrap_or(self.slug),
                name: new.name,
                url: new.url,
                country: new.country,
                ..self
            },
            Edit::Merge(patch) => Self {
                slug: patch.slug.unwrap_or(self.slug),
                name: patch.name.unwrap_or(self.name),
                url: patch.url.unwrap_or(self.url),
                country: patch.country.unwrap_or(self.country),
                ..self
            },
        }
    }
}

/// An organization on the delivery surface.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PublicOrganization {
    /// The id (UUIDv7).
    pub id: Id,
    /// The slug.
    pub slug: Slug,
    /// The name.
    pub name: String,
    /// The website.
    pub url: Option<String>,
    /// The country: an ISO 3166-1 alpha-2 code.
    pub country: Option<String>,
    /// The number of posts by an author who wrote for it, in the language in which they are shown: the length of the list of
    /// its posts.
    #[schema(minimum = 0)]
    pub post_count: i64,
    /// The time of the last change.
    pub updated_at: Timestamp,
}

impl Shown for PublicOrganization {
    fn keys(&self, keys: &mut SurrogateKeys) {
        keys.add(surrogate_keys::thing(Kind::Organization, self.id));
    }
}

impl PublicOrganization {
    /// Converts an organization to its public form with the number of its posts.
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

/// An organization, embedded in another resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema, Queryable)]
pub struct OrganizationRef {
    /// The id (UUIDv7).
    pub id: Id,
    /// The slug.
    pub slug: Slug,
    /// The name.
    pub name: String,
}
