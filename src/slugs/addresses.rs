//! The URLs of resources, relative to the root of the API, and the `Link` header for them.
//!
//! No other module builds the delivery URL of a resource that has a slug.

use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::slug::Slug;

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

/// Returns the URL of a resource on the management surface.
pub fn management_url(kind: Kind, id: Id) -> String {
    format!("/v1/admin/{}/{id}", kind.plural())
}

/// The maximum length of a `Link` header in bytes, because proxies refuse long headers.
const LONGEST_LINK: usize = 4000;

/// Returns the value of a `Link` header (RFC 8288) with the other languages of a resource, up to `LONGEST_LINK` bytes;
/// `None` if there are none.
pub fn alternate_links<'a>(
    alternates: impl Iterator<Item = (&'a str, &'a Lang)>,
) -> Option<String> {
    let mut links = String::new();
    for (url, lang) in alternates {
        let link = format!("<{url}>; rel=\"alternate\"; hreflang=\"{lang}\"");
        if links.len() + link.len() > LONGEST_LINK {
            break;
        }
        if !links.is_empty() {
            links.push_str(", ");
        }
        links.push_str(&link);
    }
    (!links.is_empty()).then_some(links)
}
