//! The shapes of an author.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::by_lang::{ByLang, Described, DescribedPatch};
use crate::catalogue::organizations::model::OrganizationRef;
use crate::collation::CollationKey;
use crate::db::sql_types::Json;
use crate::delivery::reader::Shown;
use crate::delivery::surrogate_keys;
use crate::http::cache::surrogate_keys::SurrogateKeys;
use crate::http::validation;
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::patch::{self, Edit, Patched};
use crate::schema::authors;
use crate::slug::Slug;
use crate::timestamp::Timestamp;
use crate::version::Versioned;

/// An author, as editors see it.
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
    /// Its id.
    pub id: Id,
    /// Its slug.
    pub slug: Slug,
    /// The name, as it is credited.
    #[schema(examples("Mariam Diallo"))]
    pub name: String,
    /// Its place among all names.
    #[serde(skip)]
    pub name_key: CollationKey,
    /// The organization the person speaks for at present.
    #[diesel(column_name = organization_id)]
    pub organization: Option<Id>,
    /// Who this is, in plain text, by language.
    #[schema(value_type = Bios)]
    pub bio: ByLang<Bio>,
    /// Where else to find the person.
    #[schema(value_type = Vec<AuthorLink>)]
    pub links: Json<Vec<AuthorLink>>,
    /// Grows with every change.
    #[schema(minimum = 1)]
    pub version: i32,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl Versioned for Author {
    fn version(&self) -> i32 {
        self.version
    }
}

/// Who an author is, in plain text in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(min_length = 1, max_length = 5000, pattern = r"\S")]
pub struct Bio(pub String);

type Bios = Described<Bio, 0>;
type BiosPatch = DescribedPatch<Bio>;

/// A place on the web that belongs to an author.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AuthorLink {
    /// What kind of place.
    #[schema(
        min_length = 1,
        max_length = 50,
        pattern = r"\S",
        examples("mastodon", "website")
    )]
    pub rel: String,
    /// Its address: http or https.
    #[schema(format = "uri", max_length = 2000)]
    #[validate(custom(function = validation::web_address))]
    pub url: String,
}

/// An author to be made, or to stand in the place of another.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAuthor {
    /// The name, as it is credited.
    #[schema(
        min_length = 1,
        max_length = 200,
        pattern = r"\S",
        examples("Mariam Diallo")
    )]
    pub name: String,
    /// Derived from the name when absent.
    pub slug: Option<Slug>,
    /// The organization the person speaks for at present.
    pub organization: Option<Id>,
    /// Who this is, in plain text, by language.
    #[schema(value_type = Option<Bios>)]
    pub bio: Option<ByLang<Bio>>,
    /// Where else to find the person.
    #[schema(max_items = 20)]
    #[validate(nested)]
    pub links: Option<Vec<AuthorLink>>,
}

/// Changes to an author: absent keeps, null clears.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AuthorPatch {
    /// The name, as it is credited.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(min_length = 1, max_length = 200, pattern = r"\S", nullable = false)]
    pub name: Option<String>,
    /// The old one goes on leading here.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(nullable = false)]
    pub slug: Option<Slug>,
    /// The organization the person speaks for at present.
    #[serde(default, deserialize_with = "patch::clearable")]
    #[schema(value_type = Option<Id>)]
    pub organization: Patched<Id>,
    /// Language by language: absent keeps, null removes.
    #[serde(default, deserialize_with = "patch::clearable")]
    #[schema(value_type = Option<BiosPatch>)]
    pub bio: Patched<ByLang<Option<Bio>>>,
    /// Where else to find the person: replaced as a whole.
    #[serde(default, deserialize_with = "patch::emptied")]
    #[schema(max_items = 20)]
    #[validate(nested)]
    pub links: Option<Vec<AuthorLink>>,
}

/// How an author is to be changed.
pub type AuthorEdit = Edit<NewAuthor, AuthorPatch>;

impl Author {
    /// What the edit makes of it; version, time and the place of its name stay.
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
                    Some(Some(changes)) => merged(self.bio, changes),
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

fn merged(mut bio: ByLang<Bio>, changes: ByLang<Option<Bio>>) -> ByLang<Bio> {
    for (lang, change) in changes {
        match change {
            Some(text) => bio.set(lang, text),
            None => bio.remove(&lang),
        }
    }
    bio
}

/// An author, as the public sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PublicAuthor {
    /// Its id.
    pub id: Id,
    /// Its slug.
    pub slug: Slug,
    /// The name, as it is credited.
    pub name: String,
    /// Who this is, in the language chosen; null when there is nothing in one that the reader will take.
    pub bio: Option<Bio>,
    /// The language of the bio.
    pub lang: Option<Lang>,
    /// The organization the person speaks for at present.
    pub organization: Option<OrganizationRef>,
    /// Where else to find the person.
    pub links: Vec<AuthorLink>,
    /// How many posts credit the author in the language in which they are shown: as many as a list of them has.
    #[schema(minimum = 0)]
    pub post_count: i64,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl Shown for PublicAuthor {
    fn keys(&self, keys: &mut SurrogateKeys) {
        keys.add(surrogate_keys::thing(Kind::Author, self.id));
        let organization = self.organization.as_ref();
        keys.extend(organization.map(|one| surrogate_keys::thing(Kind::Organization, one.id)));
    }

    fn languages<'a>(&'a self, found: &mut Vec<&'a Lang>) {
        found.extend(&self.lang);
    }
}
