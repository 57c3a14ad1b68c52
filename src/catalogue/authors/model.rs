//! The data types of authors.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use crate::any_of::AnyOf;
use crate::by_lang::{ByLang, Described, DescribedPatch};
use crate::catalogue::organizations::model::OrganizationRef;
use crate::collation::CollationKey;
use crate::db::sql_types::{Json, words};
use crate::delivery::reader::Shown;
use crate::delivery::site_pages::SitePages;
use crate::delivery::surrogate_keys;
use crate::http::validation;
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::named_ref::NamedRef;
use crate::patch::{self, Edit, Patched};
use crate::schema::authors;
use crate::slug::Slug;
use crate::surrogate_keys::SurrogateKeys;
use crate::text;
use crate::timestamp::Timestamp;
use crate::version::{Versioned, revised};

/// An author on the management surface.
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
#[diesel(table_name = authors)]
pub struct Author {
    /// The id (UUIDv7).
    pub id: Id,
    /// The slug.
    pub slug: Slug,
    /// The name that bylines show.
    #[schema(examples("Mariam Diallo"))]
    pub name: String,
    /// The sort key of the name.
    #[serde(skip)]
    pub name_key: CollationKey,
    /// The current affiliation.
    #[diesel(column_name = organization_id)]
    pub organization: Option<Id>,
    /// The biography, in plain text, by language.
    #[schema(value_type = Bios)]
    pub bio: ByLang<Bio>,
    /// Links to other web pages of the author.
    #[schema(value_type = Vec<AuthorLink>)]
    pub links: Json<Vec<AuthorLink>>,
    /// The version; every change increases it.
    #[schema(minimum = 1)]
    pub version: i32,
    /// The time of creation.
    pub created_at: Timestamp,
    /// The time of the last change.
    pub updated_at: Timestamp,
}

revised!(Author);

impl Versioned for Author {
    fn version(&self) -> i32 {
        self.version
    }
}

/// An author in a list for editors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ListedAuthor {
    /// The author.
    #[serde(flatten)]
    pub author: Author,
    /// The names of what the author refers to; present only with `include`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub included: Option<AuthorInclusions>,
}

/// The names of what an author refers to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AuthorInclusions {
    /// The current affiliation.
    pub organization: Option<NamedRef>,
}

words! {
    /// The names that `include` adds to an author.
    pub enum AuthorIncludable {
        /// The name of the organization.
        Organization = "organization",
    }
}

/// The filter of the list of authors that other named things have not, and the choice of names that it adds.
#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AuthorQuery {
    /// Only authors whose current affiliation is any of these organizations: ids or slugs, comma-separated.
    #[param(inline)]
    pub organization: Option<AnyOf>,
    /// Adds `included` with the name of what the author refers to.
    #[serde(default)]
    #[param(inline, style = Form, explode = false, min_items = 1, max_items = 1)]
    pub include: Vec<AuthorIncludable>,
}

/// A biography, in plain text in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(min_length = 1, max_length = 5000, pattern = r"\S")]
pub struct Bio(pub String);

type Bios = Described<Bio, 0>;
type BiosPatch = DescribedPatch<Bio>;

/// A link to a web page of an author.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AuthorLink {
    /// The kind of page. White space at its ends is removed, and line breaks become spaces.
    #[serde(deserialize_with = "text::line")]
    #[schema(
        min_length = 1,
        max_length = 50,
        pattern = r"\S",
        examples("mastodon", "website")
    )]
    pub rel: String,
    /// The URL, with http or https.
    #[schema(format = "uri", max_length = 2000)]
    #[validate(custom(function = validation::web_address))]
    pub url: String,
}

/// A new author, or the replacement of one.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AuthorInput, examples(json!({
    "name": "Lin Alvarez",
    "bio": { "en": "Writes about cities." },
    "links": [{ "rel": "mastodon", "url": "https://example.org/@lin" }]
})))]
pub struct NewAuthor {
    /// The name that bylines show. White space at its ends is removed, and line breaks become spaces.
    #[serde(deserialize_with = "text::line")]
    #[schema(
        min_length = 1,
        max_length = 200,
        pattern = r"\S",
        examples("Mariam Diallo")
    )]
    pub name: String,
    /// The slug; when absent, it is derived from the name.
    pub slug: Option<Slug>,
    /// The current affiliation.
    pub organization: Option<Id>,
    /// The biography, in plain text, by language.
    #[schema(value_type = Option<Bios>)]
    pub bio: Option<ByLang<Bio>>,
    /// Links to other web pages of the author.
    #[schema(max_items = 20)]
    #[validate(nested)]
    pub links: Option<Vec<AuthorLink>>,
}

/// Changes to an author. Absent members keep their value, and null clears them.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({ "bio": { "en": "Writes about cities." } })))]
pub struct AuthorPatch {
    /// The name that bylines show. White space at its ends is removed, and line breaks become spaces.
    #[serde(default, deserialize_with = "text::required_line")]
    #[schema(min_length = 1, max_length = 200, pattern = r"\S", nullable = false)]
    pub name: Option<String>,
    /// The new slug; the old one redirects to it.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(nullable = false)]
    pub slug: Option<Slug>,
    /// The current affiliation.
    #[serde(default, deserialize_with = "patch::clearable")]
    #[schema(value_type = Option<Id>)]
    pub organization: Patched<Id>,
    /// The biographies by language. Absent languages keep their biography, and null removes it.
    #[serde(default, deserialize_with = "patch::clearable")]
    #[schema(value_type = Option<BiosPatch>)]
    pub bio: Patched<ByLang<Option<Bio>>>,
    /// Links to other web pages of the author; a patch replaces the whole list.
    #[serde(default, deserialize_with = "patch::emptied")]
    #[schema(max_items = 20)]
    #[validate(nested)]
    pub links: Option<Vec<AuthorLink>>,
}

/// A change to an author.
pub type AuthorEdit = Edit<NewAuthor, AuthorPatch>;

impl Author {
    /// Applies the edit. The version, the times and the sort key of the name are kept.
    pub fn edited(self, edit: AuthorEdit) -> Self {
        match edit {
            Edit::Replace(new) => Self {
                slug: new.slug.unwrap_or(self.slug),
                name: new.name,
                organization: new.organization,
                bio: new.bio.unwrap_or_default(),
                links: Json(new.links.unwrap_or_default()),
                ..self
            },
            Edit::Merge(patch) => Self {
                slug: patch.slug.unwrap_or(self.slug),
                name: patch.name.unwrap_or(self.name),
                organization: patch.organization.unwrap_or(self.organization),
                bio: match patch.bio {
                    Some(Some(changes)) => self.bio.merged(changes),
                    Some(None) => ByLang::default(),
                    None => self.bio,
                },
                links: match patch.links {
                    Some(links) => Json(links),
                    None => self.links,
                },
                ..self
            },
        }
    }
}

/// An author on the delivery surface.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PublicAuthor {
    /// The id (UUIDv7).
    pub id: Id,
    /// The slug.
    pub slug: Slug,
    /// The name that bylines show.
    pub name: String,
    /// The biography in the language shown; null when there is none in a language that the request accepts.
    pub bio: Option<Bio>,
    /// The language of the biography.
    pub lang: Option<Lang>,
    /// The current affiliation.
    pub organization: Option<OrganizationRef>,
    /// Links to other web pages of the author.
    pub links: Vec<AuthorLink>,
    /// The number of posts that credit the author in the language in which they are shown: the length of the list of the
    /// author's posts.
    #[schema(minimum = 0)]
    pub post_count: i64,
    /// The time of the last change.
    pub updated_at: Timestamp,
    /// The absolute URL of its page on the site. Null if the server has no address of the site, or no path for the kind.
    #[schema(
        format = "uri",
        examples("https://news.example.org/en/author/mariam-diallo")
    )]
    pub site_url: Option<String>,
}

impl Shown for PublicAuthor {
    fn complete(&mut self, pages: &SitePages<'_>) {
        self.site_url = pages.thing(Kind::Author, &self.slug, self.lang.as_ref());
    }

    fn keys(&self, keys: &mut SurrogateKeys) {
        keys.add(surrogate_keys::thing(Kind::Author, self.id));
        let organization = self.organization.as_ref();
        keys.extend(organization.map(|one| surrogate_keys::thing(Kind::Organization, one.id)));
    }

    fn languages<'a>(&'a self, found: &mut Vec<&'a Lang>) {
        found.extend(&self.lang);
    }
}
