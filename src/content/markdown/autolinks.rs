//! Turns addresses in the text of a markdown document into links: `https://…`, `http://…`, `www.…`, `a@example.org`. It
//! follows GFM, except that an address also ends before the punctuation of Chinese and Japanese, which no space follows.

use std::ops::Range;

use comrak::Arena;
use comrak::nodes::{AstNode, NodeLink, NodeValue};

use super::tildes::STAND_INS;

/// Links the addresses below a node.
pub(super) fn link<'a>(arena: &'a Arena<'a>, document: &'a AstNode<'a>) {
    let mut parents = vec![document];
    while let Some(parent) = parents.pop() {
        let mut is_in_html_link = false;
        for node in parent.children().collect::<Vec<_>>() {
            let mut text = None;
            match &node.data().value {
                NodeValue::Text(_) if is_in_html_link => {}
                NodeValue::Text(words) => text = Some(words.to_string()),
                NodeValue::HtmlInline(tag) if is_tag(tag, "<a") => is_in_html_link = true,
                NodeValue::HtmlInline(tag) if is_tag(tag, "</a") => is_in_html_link = false,
                NodeValue::Link(_) | NodeValue::Image(_) => {}
                _ => parents.push(node),
            }
            if let Some(text) = text {
                replace(arena, node, &text);
            }
        }
    }
}

fn is_tag(html: &str, begin: &str) -> bool {
    let (tag, rest) = html.split_at_checked(begin.len()).unwrap_or_default();
    tag.eq_ignore_ascii_case(begin) && !rest.starts_with(|c: char| c.is_ascii_alphanumeric())
}

/// Replaces a text by the texts and links that it consists of.
fn replace<'a>(arena: &'a Arena<'a>, node: &'a AstNode<'a>, text: &str) {
    let addresses = addresses(text);
    if addresses.is_empty() {
        return;
    }
    let new_text = |words: &str| arena.alloc(NodeValue::Text(words.to_owned().into()).into());
    let mut from = 0;
    for Address { place, url } in addresses {
        let (before, words) = (text.get(from..place.start), text.get(place.clone()));
        from = place.end;
        node.insert_before(new_text(before.unwrap_or_default()));
        let title = String::new();
        let link = arena.alloc(NodeValue::Link(Box::new(NodeLink { url, title })).into());
        link.append(new_text(words.unwrap_or_default()));
        node.insert_before(link);
    }
    node.insert_before(new_text(text.get(from..).unwrap_or_default()));
    node.detach();
}

/// An address in a text, and what a link to it leads to.
struct Address {
    place: Range<usize>,
    url: String,
}

/// Finds the addresses of a text, from its beginning to its end.
fn addresses(text: &str) -> Vec<Address> {
    let mut found: Vec<Address> = Vec::new();
    let last_closing = text.rfind(']').unwrap_or_default();
    let mut is_in_brackets = false;
    for (at, c) in text.char_indices() {
        let from = found.last().map_or(0, |address| address.place.end);
        if at < from {
            continue;
        }
        match c {
            '[' => is_in_brackets = true,
            ']' => is_in_brackets = false,
            ':' | 'w' | '@' => {
                let (before, rest) = text.split_at(at);
                let before = before.get(from..).unwrap_or_default();
                let address = match c {
                    ':' => with_scheme(before, rest),
                    'w' => without_scheme(before, rest),
                    _ => email(before, rest),
                };
                let address = address.map(|(back, ahead, url)| Address {
                    place: at - back..at + ahead,
                    url,
                });
                // Brackets may be a shortcode; its address is not for a link of its own.
                let is_apart = !(is_in_brackets && at < last_closing);
                found.extend(address.filter(|_| is_apart));
            }
            _ => {}
        }
    }
    found
}

/// An address that a place in a text is part of: its length before and after the place, and the URL.
type Match = Option<(usize, usize, String)>;

/// Matches `https://…` at its colon.
fn with_scheme(before: &str, rest: &str) -> Match {
    let scheme = before.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let scheme = before.strip_prefix(scheme)?;
    let is_web = ["http", "https"]
        .iter()
        .any(|it| it.eq_ignore_ascii_case(scheme));
    let host = rest.strip_prefix("://").filter(|_| is_web)?;
    let host = host.get(..domain_end(host, false)?)?;
    let end = end(rest, "://".len() + host.len());
    Some((scheme.len(), end, format!("{scheme}{}", rest.get(..end)?)))
}

/// Matches `www.…` at its beginning.
fn without_scheme(before: &str, rest: &str) -> Match {
    let is_apart = !before.ends_with(|c: char| c.is_ascii_alphanumeric() || "./-@_:".contains(c));
    let host = rest.strip_prefix("www.").filter(|_| is_apart)?;
    let end = end(rest, "www.".len() + domain_end(host, true)?);
    Some((0, end, format!("http://{}", rest.get(..end)?)))
}

/// Matches `a@example.org` at its `@`.
fn email(before: &str, rest: &str) -> Match {
    let is_local = |c: char| c.is_ascii_alphanumeric() || ".+-_".contains(c);
    let local = before.strip_prefix(before.trim_end_matches(is_local))?;
    let domain = rest.strip_prefix('@').filter(|_| !local.is_empty())?;
    let is_domain = |c: char| c.is_ascii_alphanumeric() || ".-_".contains(c);
    let (domain, after) = domain.split_at(domain.find(|c| !is_domain(c)).unwrap_or(domain.len()));
    let domain = domain.trim_end_matches('.');
    let is_host = domain.contains('.')
        && !domain.contains("..")
        && !domain.starts_with('.')
        && domain.ends_with(|c: char| c.is_ascii_alphabetic());
    if !is_host || after.starts_with('@') {
        return None;
    }
    let scheme = "mailto:";
    let back = match before.strip_suffix(local)?.ends_with(scheme) {
        true => scheme.len() + local.len(),
        false => local.len(),
    };
    Some((back, domain.len() + 1, format!("{scheme}{local}@{domain}")))
}

/// The length of the domain that begins a text. Its last two labels have no underscore.
fn domain_end(text: &str, needs_dot: bool) -> Option<usize> {
    let is_domain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '.' | '_');
    let domain = text.get(..text.find(|c| !is_domain(c)).unwrap_or(text.len()))?;
    let mut labels = domain.trim_end_matches('.').rsplit('.').take(2);
    let is_host = domain.starts_with(char::is_alphanumeric) && !labels.any(|it| it.contains('_'));
    let has_dot = domain.trim_end_matches('.').contains('.');
    (is_host && (has_dot || !needs_dot)).then_some(domain.len())
}

/// The end of an address that goes on from here, without the punctuation of the sentence around it.
fn end(text: &str, from: usize) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    let length = from + rest.find(ends_address).unwrap_or(rest.len());
    let address = text.get(..length).unwrap_or_default();
    let opening = address.matches('(').count();
    let mut closing = address.matches(')').count();
    let kept = address.trim_end_matches(|c| {
        let is_unpaired = c == ')' && closing > opening;
        closing -= usize::from(is_unpaired);
        is_unpaired || ends_sentence(c)
    });
    kept.len()
}

fn ends_address(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '<' | '[' | ']' | '«' | '»' | '“' | '”' | '„')
        // CJK symbols and punctuation, and the full-width and half-width forms of punctuation.
        || matches!(c, '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{3011}' | '\u{3014}'..='\u{301f}')
        || matches!(c, '\u{ff01}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff20}' | '\u{ff3b}'..='\u{ff3d}' | '\u{ff5b}'..='\u{ff65}')
}

/// Punctuation that belongs to an address only if the address goes on after it.
fn ends_sentence(c: char) -> bool {
    "?!.,:;*_~'\"’…،؛؟۔।։።".contains(c) || STAND_INS.contains(&c)
}
