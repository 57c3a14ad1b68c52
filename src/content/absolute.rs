//! Relative addresses in published HTML, for readers who get it without the address of its page, such as those of feeds.

use super::escape;

/// The attributes with one address.
const ADDRESSES: [&str; 4] = ["href", "src", "poster", "cite"];

/// Replaces the addresses in published HTML. `resolve` returns the new address, or `None` for one that stays.
///
/// The HTML is that of the sanitiser: `<` begins a tag everywhere, and values stand in double quotes.
pub fn with_addresses(html: &str, resolve: impl Fn(&str) -> Option<String>) -> String {
    let mut written = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((text, after)) = rest.split_once('<') {
        written.push_str(text);
        written.push('<');
        let (tag, after) = after.split_at(end_of_tag(after));
        write_tag(&mut written, tag, &resolve);
        rest = after;
    }
    written.push_str(rest);
    written
}

/// Returns the length of a tag, up to its `>`.
fn end_of_tag(text: &str) -> usize {
    let mut is_value = false;
    let end = text.find(|c| {
        is_value ^= c == '"';
        c == '>' && !is_value
    });
    end.unwrap_or(text.len())
}

fn write_tag(written: &mut String, tag: &str, resolve: &impl Fn(&str) -> Option<String>) {
    let mut rest = tag;
    while let Some((before, after)) = rest.split_once("=\"") {
        let (value, after) = after.split_once('"').unwrap_or((after, ""));
        let name = before.rsplit(' ').next().unwrap_or_default();
        let changed = match name {
            "srcset" => Some(resolved_srcset(&decoded(value), resolve)),
            name if ADDRESSES.contains(&name) => resolve(&decoded(value)),
            _ => None,
        };
        let changed = changed.map(|address| escape(&address));
        written.push_str(before);
        written.push_str("=\"");
        written.push_str(changed.as_deref().unwrap_or(value));
        written.push('"');
        rest = after;
    }
    written.push_str(rest);
}

/// Resolves the candidates of a `srcset`, which the sanitiser has separated by a comma and a space.
fn resolved_srcset(value: &str, resolve: &impl Fn(&str) -> Option<String>) -> String {
    let candidates = value.split(", ").map(|candidate| {
        let (address, descriptor) = candidate.split_once(' ').unzip();
        let address = address.unwrap_or(candidate);
        let resolved = resolve(address).unwrap_or_else(|| address.to_owned());
        match descriptor {
            Some(descriptor) => format!("{resolved} {descriptor}"),
            None => resolved,
        }
    });
    candidates.collect::<Vec<_>>().join(", ")
}

/// Decodes the entities that the sanitiser writes in values.
fn decoded(value: &str) -> String {
    let mut plain = value.to_owned();
    for (entity, character) in [
        ("&quot;", "\""),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&nbsp;", "\u{a0}"),
        ("&amp;", "&"),
    ] {
        if plain.contains(entity) {
            plain = plain.replace(entity, character);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_in_tags_are_replaced() {
        let resolve = |address: &str| {
            let is_absolute = address.contains("://");
            (!is_absolute).then(|| format!("https://a.org{address}"))
        };
        for (html, expected) in [
            (
                "<p>a <a title=\"x > href=\" href=\"/b?c&amp;d\">e</a>",
                "<p>a <a title=\"x > href=\" href=\"https://a.org/b?c&amp;d\">e</a>",
            ),
            (
                "<img src=\"/i.png\" srcset=\"/i.png 1x, https://b.org/j.png 2x\" alt=\"/k\">",
                "<img src=\"https://a.org/i.png\" srcset=\"https://a.org/i.png 1x, https://b.org/j.png 2x\" alt=\"/k\">",
            ),
            (
                "<code>&lt;a href=\"/x\"&gt;</code><br><a href=\"https://b.org\">b</a>",
                "<code>&lt;a href=\"/x\"&gt;</code><br><a href=\"https://b.org\">b</a>",
            ),
            ("no tag", "no tag"),
        ] {
            assert_eq!(with_addresses(html, resolve), expected);
        }
    }
}
