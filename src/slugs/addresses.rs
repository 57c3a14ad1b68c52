//! Addresses: the URLs of things on the delivery surface, and the `Link` header that names them. Pure.

use crate::lang::Lang;

/// The longest `Link` header in bytes: proxies refuse long headers.
const LONGEST_LINK: usize = 4000;

/// The value of a `Link` header (RFC 8288) with the other languages of a thing, as many as [`LONGEST_LINK`] bytes hold. `None`
/// when there are none.
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
