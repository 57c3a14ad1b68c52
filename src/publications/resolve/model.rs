//! The query of a resolution, and its result.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{IntoParams, PartialSchema, ToSchema};
use validator::Validate;

use crate::config::SitePaths;
use crate::delivery::reader::Shown;
use crate::delivery::surrogate_keys;
use crate::error::{Error, Fault, Result};
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::post_type::PostType;
use crate::slug::Slug;
use crate::slugs::addresses::delivery_url;
use crate::slugs::lookup::PresentName;
use crate::surrogate_keys::SurrogateKeys;

/// The address to resolve: a slug of a kind, or a path.
#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ResolveQuery {
    /// The kind of thing that `slug` names.
    #[param(inline)]
    pub kind: Option<PublicKind>,
    /// A slug, current or former; requires `kind`.
    #[param(min_length = 1, max_length = 200)]
    pub slug: Option<String>,
    /// The language in which the thing is requested; that of the slug when absent. Requires `kind` and `slug`. Authors
    /// and organizations have one slug for all languages: for them, `lang` only chooses the language of `path` in the
    /// response.
    pub lang: Option<Lang>,
    /// A path of the site, without query and fragment, such as `/es/derecho-a-la-ciudad`. It excludes all other parameters.
    #[param(max_length = 2000, pattern = "^/[^?#]*$", example = "/en/tag/rent")]
    pub path: Option<String>,
}

/// A public kind, as a query parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Kind")]
pub struct PublicKind(Kind);

impl TryFrom<Kind> for PublicKind {
    type Error = &'static str;

    fn try_from(kind: Kind) -> std::result::Result<Self, Self::Error> {
        let is_public = kind.is_public();
        is_public.then_some(Self(kind)).ok_or("is not public")
    }
}

impl PartialSchema for PublicKind {
    fn schema() -> RefOr<Schema> {
        let words = Kind::all_public().map(Kind::as_str);
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("A kind of thing that has slugs."))
            .enum_values(Some(words))
            .into()
    }
}

impl ToSchema for PublicKind {}

/// A validated query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The kind of the resource.
    pub kind: Kind,
    /// The slug, in lower case.
    pub slug: Slug,
    /// True if the query has the slug with capital letters.
    pub has_capitals: bool,
    /// The language of the slug or, for kinds with one slug, of the path.
    pub lang: Option<Lang>,
    /// True if the query has a path instead of a slug.
    by_path: bool,
}

impl Question {
    /// Validates the query.
    ///
    /// # Errors
    /// Returns [`Error::Parameters`] for parameters that are missing or exclude each other. Returns [`Error::NotFound`]
    /// for a text that is not a slug, and for a path that matches no pattern; [`Error::WrongCase`] for one that matches
    /// in another case.
    pub fn new(query: ResolveQuery, paths: &SitePaths) -> Result<Self> {
        let faults = query.faults();
        if !faults.is_empty() {
            return Err(Error::Parameters(faults));
        }
        match query.path {
            Some(path) => Self::of_path(&path, paths).ok_or_else(|| {
                let right = paths.in_right_case(&path);
                right.map_or(Error::NotFound, Error::WrongCase)
            }),
            None => Self::of_slug(query).ok_or(Error::NotFound),
        }
    }

    fn of_path(path: &str, paths: &SitePaths) -> Option<Self> {
        let named = paths.find(path)?;
        Some(Self {
            kind: named.kind,
            slug: named.slug,
            has_capitals: named.has_capitals,
            lang: named.lang,
            by_path: true,
        })
    }

    fn of_slug(query: ResolveQuery) -> Option<Self> {
        let written = query.slug?;
        let lower = written.to_ascii_lowercase();
        Some(Self {
            kind: query.kind?.0,
            has_capitals: lower != written,
            slug: lower.parse().ok()?,
            lang: query.lang,
            by_path: false,
        })
    }

    /// Returns the language in which the resource is requested; `None` if any language is accepted.
    pub fn slug_lang(&self) -> Option<&Lang> {
        let lang = self.lang.as_ref();
        lang.filter(|_| self.kind.slugs().is_per_language())
    }

    /// Returns the URL of the same query for the current name of the resource.
    pub fn about(&self, name: &Name, paths: &SitePaths) -> String {
        let path = self.path_to(name, paths).filter(|_| self.by_path);
        if let Some(path) = path {
            return format!("{ADDRESS}?path={}", utf8_percent_encode(&path, IN_A_QUERY));
        }
        let lang = self.lang_of(name);
        let lang = lang.map_or_else(String::new, |lang| format!("&lang={lang}"));
        format!("{ADDRESS}?kind={}&slug={}{lang}", self.kind, name.slug)
    }

    /// Returns the path of the resource on the site, in the language of the slug or else of the query.
    fn path_to(&self, name: &Name, paths: &SitePaths) -> Option<String> {
        let lang = self.lang_of(name);
        paths.write(self.kind, name.post_type, &name.slug, lang)
    }

    /// Returns the language of the slug or, for kinds with one slug, that of the query.
    fn lang_of<'a>(&'a self, name: &'a Name) -> Option<&'a Lang> {
        name.lang.as_ref().or(self.lang.as_ref())
    }
}

/// The current slug of a public resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// The id of the resource.
    pub id: Id,
    /// The language of the slug; `None` for kinds with one slug.
    pub lang: Option<Lang>,
    /// The slug.
    pub slug: Slug,
    /// The type, if the resource is a post.
    pub post_type: Option<PostType>,
}

impl PresentName for Name {
    fn lang(&self) -> Option<&Lang> {
        self.lang.as_ref()
    }

    fn slug(&self) -> &Slug {
        &self.slug
    }
}

impl ResolveQuery {
    /// Returns an error for each parameter that is missing or excluded by another one.
    fn faults(&self) -> Vec<Fault> {
        let (kind, slug, lang) = (
            self.kind.is_some(),
            self.slug.is_some(),
            self.lang.is_some(),
        );
        let (which, code, detail) = if self.path.is_some() {
            let other = kind || slug || lang;
            (
                [kind, slug, lang, other],
                "not_together",
                "path goes without kind, slug and lang",
            )
        } else {
            let nothing = !kind && !slug;
            (
                [!kind, !slug, false, nothing],
                "required",
                "there must be kind and slug, or path alone",
            )
        };
        let names = ["kind", "slug", "lang", "path"].into_iter().zip(which);
        let names = names.filter_map(|(name, is_wrong)| is_wrong.then_some(name));
        names
            .map(|name| Fault::parameter(name, code, detail))
            .collect()
    }
}

/// The path of this operation.
const ADDRESS: &str = "/v1/resolve";

/// Every character except those that need no encoding in a query.
const IN_A_QUERY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/');

/// The resource that a slug or a path leads to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Resolved {
    /// The kind of thing.
    #[schema(schema_with = PublicKind::schema)]
    pub kind: Kind,
    /// The type of a post; null for other kinds.
    pub r#type: Option<PostType>,
    /// The id (UUIDv7).
    pub id: Id,
    /// The slug.
    pub slug: Slug,
    /// The language of the slug; null for authors and organizations.
    pub lang: Option<Lang>,
    /// The URL of the resource in the delivery API, in the language of the slug or else of the query.
    #[schema(examples("/v1/posts/derecho-a-la-ciudad?lang=es"))]
    pub url: String,
    /// The path on the site; that of a page by the pattern of pages, if there is one. Null if the kind has no path
    /// pattern, or if its pattern needs a language and none is known.
    #[schema(examples("/es/derecho-a-la-ciudad"))]
    pub path: Option<String>,
}

impl Shown for Resolved {
    fn keys(&self, keys: &mut SurrogateKeys) {
        keys.add(surrogate_keys::thing(self.kind, self.id));
    }
}

impl Resolved {
    /// Creates the result: the resource with its current name.
    pub fn new(question: &Question, name: Name, paths: &SitePaths) -> Self {
        Self {
            kind: question.kind,
            url: delivery_url(question.kind, &name.slug, question.lang_of(&name)),
            path: question.path_to(&name, paths),
            r#type: name.post_type,
            id: name.id,
            slug: name.slug,
            lang: name.lang,
        }
    }
}
