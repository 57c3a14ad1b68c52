//! What is asked of a slug or a path, and what is answered.

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
use crate::http::cache::surrogate_keys::SurrogateKeys;
use crate::id::Id;
use crate::kind::{Kind, SlugScope};
use crate::lang::Lang;
use crate::slug::Slug;
use crate::slugs::addresses::delivery_url;

/// What to resolve: a slug of a kind, or a path.
#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ResolveQuery {
    /// The kind of thing that `slug` names.
    #[param(inline)]
    pub kind: Option<PublicKind>,
    /// With `kind`: a slug, present or former.
    #[param(min_length = 1, max_length = 200)]
    pub slug: Option<String>,
    /// With `kind` and `slug`: the language that the slug is in; absent, any. Authors and organizations have one slug for
    /// all languages: for them it only stands in `path`.
    pub lang: Option<Lang>,
    /// In place of all others: a path of the site, without query and fragment, such as `/es/derecho-a-la-ciudad`.
    #[param(max_length = 2000, pattern = "^/[^?#]*$")]
    pub path: Option<String>,
}

/// A kind that the public reads, as the word for it in a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Kind")]
pub struct PublicKind(Kind);

impl TryFrom<Kind> for PublicKind {
    type Error = &'static str;

    fn try_from(kind: Kind) -> std::result::Result<Self, Self::Error> {
        let is_public = kind.has_delivery();
        is_public.then_some(Self(kind)).ok_or("is not public")
    }
}

impl PartialSchema for PublicKind {
    fn schema() -> RefOr<Schema> {
        let words = Kind::with_delivery().map(Kind::as_str);
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("A kind of thing that has slugs."))
            .enum_values(Some(words))
            .into()
    }
}

impl ToSchema for PublicKind {}

/// A query that makes sense.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The kind of thing.
    pub kind: Kind,
    /// The slug.
    pub slug: Slug,
    /// The language of the slug or, for kinds with one slug, of the path.
    pub lang: Option<Lang>,
    /// Whether a path was asked for.
    by_path: bool,
}

impl Question {
    /// Reads the query.
    ///
    /// # Errors
    /// [`Error::Parameters`] naming what is missing or does not go together; [`Error::NotFound`] for what can be no slug,
    /// and for a path that fits no pattern.
    pub fn new(query: ResolveQuery, paths: &SitePaths) -> Result<Self> {
        let faults = query.faults();
        if !faults.is_empty() {
            return Err(Error::Parameters(faults));
        }
        let question = match query.path {
            Some(path) => Self::of_path(&path, paths),
            None => Self::of_slug(query),
        };
        question.ok_or(Error::NotFound)
    }

    fn of_path(path: &str, paths: &SitePaths) -> Option<Self> {
        let named = paths.find(path)?;
        Some(Self {
            kind: named.kind,
            slug: named.slug,
            lang: named.lang,
            by_path: true,
        })
    }

    fn of_slug(query: ResolveQuery) -> Option<Self> {
        Some(Self {
            kind: query.kind?.0,
            slug: query.slug?.parse().ok()?,
            lang: query.lang,
            by_path: false,
        })
    }

    /// The language that the slug must be in; none where any will do.
    pub fn slug_lang(&self) -> Option<&Lang> {
        let lang = self.lang.as_ref();
        lang.filter(|_| self.kind.slugs() == SlugScope::PerLanguage)
    }

    /// The same question, about what the thing is called now.
    pub fn about(&self, name: &Name, paths: &SitePaths) -> String {
        let path = self.path_to(name, paths).filter(|_| self.by_path);
        if let Some(path) = path {
            return format!("{ADDRESS}?path={}", utf8_percent_encode(&path, IN_A_QUERY));
        }
        let lang = name.lang.as_ref().or(self.lang.as_ref());
        let lang = lang.map_or_else(String::new, |lang| format!("&lang={lang}"));
        format!("{ADDRESS}?kind={}&slug={}{lang}", self.kind, name.slug)
    }

    /// The path of the site at which the thing is, in the slug's language or else the one of the question.
    fn path_to(&self, name: &Name, paths: &SitePaths) -> Option<String> {
        let lang = name.lang.as_ref().or(self.lang.as_ref());
        paths.write(self.kind, &name.slug, lang)
    }
}

/// What a thing is called now, where the public can see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// The thing.
    pub id: Id,
    /// The language of the slug; `None` for kinds with one slug.
    pub lang: Option<Lang>,
    /// The slug.
    pub slug: Slug,
}

impl ResolveQuery {
    /// Which parameters are missing, or do not go together.
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

/// Where `GET /v1/resolve` is.
const ADDRESS: &str = "/v1/resolve";

/// All but what may stand in a query as it is and means nothing there.
const IN_A_QUERY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/');

/// Where a slug or a path leads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Resolved {
    /// The kind of thing.
    #[schema(schema_with = PublicKind::schema)]
    pub kind: Kind,
    /// Its id.
    pub id: Id,
    /// Its slug.
    pub slug: Slug,
    /// The language the slug is in; null for authors and organizations.
    pub lang: Option<Lang>,
    /// Where it is delivered.
    #[schema(examples("/v1/posts/derecho-a-la-ciudad?lang=es"))]
    pub url: String,
    /// Its path on the site; null when its kind has none, or one with a language and none was asked for.
    #[schema(examples("/es/derecho-a-la-ciudad"))]
    pub path: Option<String>,
}

impl Shown for Resolved {
    fn keys(&self, keys: &mut SurrogateKeys) {
        keys.add(surrogate_keys::thing(self.kind, self.id));
    }
}

impl Resolved {
    /// The thing that is called so now, as it was asked for.
    pub fn new(question: &Question, name: Name, paths: &SitePaths) -> Self {
        Self {
            kind: question.kind,
            url: delivery_url(question.kind, &name.slug, name.lang.as_ref()),
            path: question.path_to(&name, paths),
            id: name.id,
            slug: name.slug,
            lang: name.lang,
        }
    }
}
