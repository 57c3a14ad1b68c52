//! The URLs of resources, relative to the root of the API, and the `Link` header for them.
//!
//! No other module builds the delivery URL of a resource that has a slug.

use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::slug::Slug;
use crate::translation_id::TranslationId;

/// Returns the URL of a resource on the delivery surface. With a language, the URL requests that language, because a
/// slug alone may identify different resources in different languages.
pub fn delivery_url(kind: Kind, slug: &Slug, lang: Option<&Lang>) -> String {
    url(kind, slug, "", lang)
}

/// Returns the URL of posts that are related to a resource, on the delivery surface.
pub fn related_url(kind: Kind, slug: &Slug, lang: Option<&Lang>) -> String {
    url(kind, slug, "/related", lang)
}

fn url(kind: Kind, slug: &Slug, below: &str, lang: Option<&Lang>) -> String {
    let plural = kind.plural();
    match lang {
        Some(lang) => format!("/v1/{plural}/{slug}{below}?lang={lang}"),
        None => format!("/v1/{plural}/{slug}{below}"),
    }
}

/// Returns the URL of the list of a kind on the delivery surface, in one language or in all.
pub fn list_url(kind: Kind, lang: Option<&Lang>) -> String {
    let plural = kind.plural();
    match lang {
        Some(lang) => format!("/v1/{plural}?lang={lang}"),
        None => format!("/v1/{plural}"),
    }
}

/// Returns the URL of a resource on the management surface.
pub fn management_url(kind: Kind, id: Id) -> String {
    format!("/v1/admin/{}/{id}", kind.plural())
}

/// Returns the URL of a translation on the management surface.
pub fn translation_url(id: &TranslationId) -> String {
    let post = management_url(Kind::Post, id.post);
    format!("{post}/translations/{}", id.lang)
}

/// The maximum length of a `Link` header in bytes, because proxies refuse long headers.
const LONGEST_LINK: usize = 4000;

/// Returns the value of a `Link` header (RFC 8288) with the other languages of a resource, up to `LONGEST_LINK` bytes, and
/// `x-default`, which leads to what is shown without `lang`; `None` if there are no other languages. The URLs have the id,
/// which is shorter than most slugs and never changes.
pub fn alternate_links<'a>(
    kind: Kind,
    id: Id,
    others: impl Iterator<Item = &'a Lang>,
) -> Option<String> {
    let url = format!("/v1/{}/{id}", kind.plural());
    let default = format!("<{url}>; rel=\"alternate\"; hreflang=\"x-default\"");
    let mut links = String::new();
    for lang in others {
        let link = format!("<{url}?lang={lang}>; rel=\"alternate\"; hreflang=\"{lang}\", ");
        if links.len() + link.len() + default.len() > LONGEST_LINK {
            break;
        }
        links.push_str(&link);
    }
    (!links.is_empty()).then(|| links + &default)
}
