//! The data types of organizations.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::by_lang::{ByLang, Described, DescribedPatch};
use crate::collation::CollationKey;
use crate::delivery::reader::Shown;
use crate::delivery::site_pages::SitePages;
use crate::delivery::surrogate_keys;
use crate::error::{Error, Result};
use crate::http::validation;
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::languages::Languages;
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
    /// The official name.
    #[schema(examples("City of Granollers"))]
    pub name: String,
    /// The language of the official name; null if it is unknown.
    pub lang: Option<Lang>,
    /// The names in other languages.
    #[schema(value_type = OrganizationNames)]
    pub names: ByLang<OrganizationName>,
    /// The sort key of the official name.
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

/// The name of an organization in a language other than that of its official name. White space at its ends is removed,
/// and line breaks become spaces.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(
    min_length = 1,
    max_length = 200,
    pattern = r"\S",
    examples("Ville de Granollers")
)]
pub struct OrganizationName(#[serde(deserialize_with = "text::line")] pub String);

type OrganizationNames = Described<OrganizationName, 0, true>;
type OrganizationNamesPatch = DescribedPatch<OrganizationName, true>;

/// A new organization, or the replacement of one.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OrganizationInput, examples(json!({
    "name": "City Network",
    "lang": "en",
    "names": { "fr": "Réseau des villes" },
    "url": "https://example.org/",
    "country": "ES"
})))]
pub struct NewOrganization {
    /// The official name. White space at its ends is removed, and line breaks become spaces.
    #[serde(deserialize_with = "text::line")]
    #[schema(
        min_length = 1,
        max_length = 200,
        pattern = r"\S",
        examples("City of Granollers")
    )]
    pub name: String,
    /// The language of the official name. When absent, an existing organization keeps it; that of a new one is the
    /// site's own language, if the site has one.
    pub lang: Option<Lang>,
    /// The names in other languages. Where none fits a reader, the official name is shown.
    #[schema(value_type = Option<OrganizationNames>)]
    pub names: Option<ByLang<OrganizationName>>,
    /// The slug; when absent, it is derived from the official name.
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
    /// The official name. White space at its ends is removed, and line breaks become spaces.
    #[serde(default, deserialize_with = "text::required_line")]
    #[schema(min_length = 1, max_length = 200, pattern = r"\S", nullable = false)]
    pub name: Option<String>,
    /// The language of the official name; null if it is not known.
    #[serde(default, deserialize_with = "patch::clearable")]
    #[schema(value_type = Option<Lang>)]
    pub lang: Patched<Lang>,
    /// The names in other languages. Absent languages keep their name, and null removes it.
    #[serde(default, deserialize_with = "patch::clearable")]
    #[schema(value_type = Option<OrganizationNamesPatch>)]
    pub names: Patched<ByLang<Option<OrganizationName>>>,
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
                lang: new.lang.or(self.lang),
                names: new.names.unwrap_or_default(),
                url: new.url,
                country: new.country,
                ..self
            },
            Edit::Merge(patch) => Self {
                slug: patch.slug.unwrap_or(self.slug),
                name: patch.name.unwrap_or(self.name),
                lang: patch.lang.unwrap_or(self.lang),
                names: match patch.names {
                    Some(Some(changes)) => self.names.merged(changes),
                    Some(None) => ByLang::default(),
                    None => self.names,
                },
                url: patch.url.unwrap_or(self.url),
                country: patch.country.unwrap_or(self.country),
                ..self
            },
        }
    }

    /// Checks that the names are in other languages than the official one, and not too many.
    ///
    /// # Errors
    /// Returns [`Error::Invalid`] at the member.
    pub(super) fn check_names(&self) -> Result<()> {
        self.names.check_size("/names")?;
        match &self.lang {
            Some(lang) if self.names.get(lang).is_some() => {
                let detail =
                    format!("is the language of the official name: {lang} belongs in name");
                Err(Error::invalid(
                    format!("/names/{lang}"),
                    "duplicate",
                    detail,
                ))
            }
            _ => Ok(()),
        }
    }

    /// Returns the name to show, and its language. `beside` is the language of what the name stands beside, if it
    /// stands beside something.
    pub fn shown(&self, beside: Option<&Lang>, languages: &Languages) -> ShownName {
        shown_name(
            (&self.name, self.lang.as_ref()),
            &self.names,
            beside,
            languages,
        )
    }
}

/// A name and its language, which may be unknown.
pub type ShownName = (String, Option<Lang>);

/// Returns the name of an organization to show, and its language: like a term, in the best language for the reader, else
/// officially.
pub fn shown_name(
    (official, lang): (&str, Option<&Lang>),
    names: &ByLang<OrganizationName>,
    beside: Option<&Lang>,
    languages: &Languages,
) -> ShownName {
    match languages.translation(lang, beside, names) {
        Some((lang, OrganizationName(name))) => (name.clone(), Some(lang.clone())),
        None => (official.to_owned(), lang.cloned()),
    }
}

/// An organization on the delivery surface.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PublicOrganization {
    /// The id (UUIDv7).
    pub id: Id,
    /// The slug.
    pub slug: Slug,
    /// The name in the best language for the request, else the official name.
    pub name: String,
    /// The language of the name; null if it is unknown.
    pub lang: Option<Lang>,
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
    /// The absolute URL of its page on the site. Null if the server has no address of the site, or no path for the kind.
    #[schema(
        format = "uri",
        examples("https://news.example.org/en/organization/city-of-granollers")
    )]
    pub site_url: Option<String>,
}

impl Shown for PublicOrganization {
    fn complete(&mut self, pages: &SitePages<'_>) {
        self.site_url = pages.thing(Kind::Organization, &self.slug, self.lang.as_ref());
    }

    fn keys(&self, keys: &mut SurrogateKeys) {
        keys.add(surrogate_keys::thing(Kind::Organization, self.id));
    }

    fn languages<'a>(&'a self, found: &mut Vec<&'a Lang>) {
        found.extend(&self.lang);
    }
}

impl PublicOrganization {
    /// Converts an organization to its public form, named for the reader, with the number of its posts.
    pub fn new(row: Organization, languages: &Languages, posts: i64) -> Self {
        let (name, lang) = row.shown(None, languages);
        Self {
            id: row.id,
            slug: row.slug,
            name,
            lang,
            url: row.url,
            country: row.country,
            post_count: posts,
            updated_at: row.updated_at,
            site_url: None,
        }
    }
}

/// An organization, embedded in another resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct OrganizationRef {
    /// The id (UUIDv7).
    pub id: Id,
    /// The slug.
    pub slug: Slug,
    /// The name in the language shown, else in one that the request accepts, else the official name.
    pub name: String,
    /// The language of the name; null if it is unknown.
    pub lang: Option<Lang>,
}

impl OrganizationRef {
    /// Returns the embedded form, named for the reader of something in the language `beside`.
    pub fn new(row: Organization, beside: Option<&Lang>, languages: &Languages) -> Self {
        let (name, lang) = row.shown(beside, languages);
        Self {
            id: row.id,
            slug: row.slug,
            name,
            lang,
        }
    }
}
