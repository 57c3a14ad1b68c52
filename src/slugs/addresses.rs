//! The URLs of resources, relative to the root of the API or on the site, and the `Link` header for them.
//!
//! No other module builds the delivery URL or the site URL of a resource that has a slug.

use url::Url;

use crate::config::Site;
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::post_type::PostType;
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

/// Returns the URL of the comments of a resource, on the delivery surface.
pub fn comments_url(kind: Kind, slug: &Slug, lang: Option<&Lang>) -> String {
    url(kind, slug, "/comments", lang)
}

/// Returns the URL of the card of a resource, on the delivery surface.
pub fn card_url(kind: Kind, slug: &Slug, lang: Option<&Lang>) -> String {
    url(kind, slug, "/card", lang)
}

/// Returns the URL of the card of a post by its id, which never changes.
pub fn card_of(post: Id, lang: &Lang) -> String {
    format!("/v1/{}/{post}/card?lang={lang}", Kind::Post.plural())
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

/// Returns the absolute URL of the page of a resource on the site; a post has a type. `None` if the settings say no
/// address of the site or no path for the kind, or if the path needs a language and none is given.
pub fn site_url(
    site: &Site,
    kind: Kind,
    post_type: Option<PostType>,
    slug: &Slug,
    lang: Option<&Lang>,
) -> Option<String> {
    let url = site.url.as_ref()?;
    let path = site.paths.write(kind, post_type, slug, lang)?;
    Some(url.join(&path))
}

/// The feeds of posts: the last segment of the path and the media type.
pub const FEEDS: [(&str, &str); 3] = [
    ("atom.xml", "application/atom+xml"),
    ("rss.xml", "application/rss+xml"),
    ("feed.json", "application/feed+json"),
];

/// Returns the URL of a feed on the delivery surface, in one language or in all.
pub fn feed_url(feed: &str, lang: Option<&Lang>) -> String {
    match lang {
        Some(lang) => format!("/v1/feeds/{feed}?lang={lang}"),
        None => format!("/v1/feeds/{feed}"),
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

/// Returns the value of a `Link` header (RFC 8288) with links of other relations, and the other languages of a resource, up
/// to `LONGEST_LINK` bytes; `None` if there are no links. A link that does not fit is left out.
pub fn links<'a>(
    kind: Kind,
    id: Id,
    related: &[(&str, Option<&str>)],
    others: impl Iterator<Item = &'a Lang>,
) -> Option<String> {
    let mut links = String::new();
    for (relation, url) in related {
        // A parsed URL has neither spaces, nor angle brackets, nor other characters that a header cannot hold.
        let url = url.and_then(|url| Url::parse(url).ok());
        let link = url.map(|url| format!("<{url}>; rel=\"{relation}\""));
        let link = link.filter(|link| links.len() + link.len() + 2 <= LONGEST_LINK);
        push_link(&mut links, link);
    }
    let room = LONGEST_LINK.saturating_sub(links.len() + 2);
    push_link(&mut links, alternate_links(kind, id, others, room));
    (!links.is_empty()).then_some(links)
}

fn push_link(links: &mut String, link: Option<String>) {
    if let Some(link) = link {
        links.push_str(if links.is_empty() { "" } else { ", " });
        links.push_str(&link);
    }
}

/// Returns links to the other languages of a resource, up to `room` bytes, and `x-default`, which leads to what is shown
/// without `lang`; `None` if there are no other languages. The URLs have the id, which is shorter than most slugs and never
/// changes.
fn alternate_links<'a>(
    kind: Kind,
    id: Id,
    others: impl Iterator<Item = &'a Lang>,
    room: usize,
) -> Option<String> {
    let url = format!("/v1/{}/{id}", kind.plural());
    let default = format!("<{url}>; rel=\"alternate\"; hreflang=\"x-default\"");
    let mut links = String::new();
    for lang in others {
        let link = format!("<{url}?lang={lang}>; rel=\"alternate\"; hreflang=\"{lang}\", ");
        if links.len() + link.len() + default.len() > room {
            break;
        }
        links.push_str(&link);
    }
    (!links.is_empty()).then(|| links + &default)
}
