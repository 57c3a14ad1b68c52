//! The query string as it is sent: how long it may be, how it is encoded, and what was meant by a name that is none here.

use std::borrow::Cow;

use url::form_urlencoded;

use crate::error::{Error, Fault, Result};

/// How many bytes may be sent, a cursor of ours aside.
const LONGEST: usize = 8 * 1024;

/// How alike an unknown name must be to a known one to be taken for it.
const ALIKE: f64 = 0.6;

/// What other services call parameters that many operations here take.
const CALLED: [(&str, &str); 12] = [
    ("per_page", "limit"),
    ("page_size", "limit"),
    ("size", "limit"),
    ("offset", "page"),
    ("skip", "page"),
    ("order", "sort"),
    ("order_by", "sort"),
    ("orderby", "sort"),
    ("language", "lang"),
    ("locale", "lang"),
    ("search", "q"),
    ("query", "q"),
];

/// What other services call a bound in time, and how the names of such bounds end here.
const BOUNDS: [(&str, &str); 2] = [("since", "_after"), ("until", "_before")];

/// A parameter, decoded: its name and its value.
pub type Pair<'a> = (Cow<'a, str>, Cow<'a, str>);

/// Every parameter, in order, or what is wrong with its encoding: bytes that are no UTF-8 would silently become
/// replacement characters.
pub fn pairs(query: &str) -> impl Iterator<Item = std::result::Result<Pair<'_>, Fault>> {
    query
        .split('&')
        .filter(|sent| !sent.is_empty())
        .map(|sent| {
            let (name, value) = decoded(sent);
            if is_percent_encoded_utf8(sent) {
                return Ok((name, value));
            }
            let detail = "must be percent-encoded UTF-8";
            Err(Fault::parameter(name, "invalid_encoding", detail))
        })
}

fn decoded(sent: &str) -> Pair<'_> {
    let mut pairs = form_urlencoded::parse(sent.as_bytes());
    pairs.next().unwrap_or_default()
}

fn is_percent_encoded_utf8(sent: &str) -> bool {
    let is_hex = |digit: Option<char>| digit.is_some_and(|digit| digit.is_ascii_hexdigit());
    let mut escapes = sent.split('%').skip(1).map(str::chars);
    let escaped = escapes.all(|mut digits| is_hex(digits.next()) && is_hex(digits.next()));
    escaped
        && percent_encoding::percent_decode_str(sent)
            .decode_utf8()
            .is_ok()
}

/// Refuses what is too long.
///
/// # Errors
/// [`Error::Parameters`] naming the longest parameter.
pub fn check_length(query: &str) -> Result<()> {
    // What a link adds of its own does not count: it can be followed.
    let is_added = |sent: &&str| sent.starts_with("cursor=") || sent.starts_with("limit=");
    let given: Vec<&str> = query.split('&').filter(|sent| !is_added(sent)).collect();
    let length = given.join("&").len();
    if length <= LONGEST {
        return Ok(());
    }
    let longest = given.into_iter().max_by_key(|sent| sent.len());
    let (name, _) = decoded(longest.unwrap_or_default());
    let name: String = name.chars().take(100).collect();
    let detail = format!(
        "all parameters together may have at most {LONGEST} bytes in their encoded form, not {length}"
    );
    Err(Error::parameter(name, "too_long", detail))
}

/// What to say of a name that is none of those known here: the one that was meant or, where that cannot be told, all.
pub fn suggest<'a>(name: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    let name = name.to_lowercase();
    let meant = called(&name, known.clone())
        .or_else(|| known.clone().find(|known| is_bound(&name, known)))
        .or_else(|| known.clone().find(|known| share_a_word(&name, known)))
        .or_else(|| known.clone().find(|known| abbreviates(&name, known)))
        .or_else(|| nearest(&name, known.clone()));
    if let Some(meant) = meant {
        return format!("is not a known parameter; did you mean {meant}?");
    }
    let all: Vec<&str> = known.collect();
    match all.as_slice() {
        [] => "is not a known parameter; this operation takes none".into(),
        all => format!(
            "is not a known parameter; the known ones are {}",
            all.join(", ")
        ),
    }
}

fn called<'a>(name: &str, known: impl Iterator<Item = &'a str> + Clone) -> Option<&'a str> {
    let mut meant = CALLED.iter().filter(|(other, _)| *other == name);
    meant.find_map(|(_, meant)| known.clone().find(|known| known == meant))
}

/// `since` asks for a bound such as `updated_after`.
fn is_bound(name: &str, known: &str) -> bool {
    let mut bounds = BOUNDS.iter();
    bounds.any(|(other, end)| *other == name && known.ends_with(end))
}

/// A plural, perhaps a shortened one: `langs` asks for `lang`.
fn abbreviates(name: &str, known: &str) -> bool {
    name.strip_suffix('s')
        .is_some_and(|start| start.len() > 2 && known.starts_with(start))
}

/// `after` is a word of `published_after`, and `page` of `page_number`.
fn share_a_word(name: &str, known: &str) -> bool {
    let is_word = |word: &str, of: &str| of.split('_').any(|one| one == word);
    is_word(name, known) || is_word(known, name)
}

fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    known
        .map(|known| (strsim::normalized_damerau_levenshtein(name, known), known))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)))
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [&str; 14] = [
        "author",
        "category",
        "count",
        "cursor",
        "exclude_category",
        "lang",
        "limit",
        "organization",
        "page",
        "published_after",
        "published_before",
        "sort",
        "tag",
        "updated_after",
    ];

    #[test]
    fn what_was_meant_is_told_and_nothing_misleading() {
        for (name, meant) in [
            ("after", Some("published_after")),
            ("before", Some("published_before")),
            ("since", Some("published_after")),
            ("per_page", Some("limit")),
            ("offset", Some("page")),
            ("order", Some("sort")),
            ("order_by", Some("sort")),
            ("orgs", Some("organization")),
            ("tags", Some("tag")),
            ("Categories", Some("category")),
            ("exclude", Some("exclude_category")),
            ("page_number", Some("page")),
            ("limt", Some("limit")),
            ("published_afetr", Some("published_after")),
            ("foo", None),
            ("format", None),
            ("colour", None),
            ("", None),
        ] {
            let told = suggest(name, KNOWN.into_iter());
            match meant {
                Some(meant) => assert_eq!(
                    told,
                    format!("is not a known parameter; did you mean {meant}?"),
                    "{name}"
                ),
                None => assert!(told.contains("are author, category"), "{name}: {told}"),
            }
        }
        let of_terms = suggest("since", ["limit", "updated_after"].into_iter());
        assert!(
            of_terms.ends_with("did you mean updated_after?"),
            "{of_terms}"
        );
        assert!(suggest("x", std::iter::empty()).ends_with("this operation takes none"));
    }

    #[test]
    fn the_length_is_that_of_the_bytes_sent() {
        let long = |query: String| match check_length(&query) {
            Err(Error::Parameters(faults)) => format!("{faults:?}"),
            _ => "short".into(),
        };
        assert!(long(format!("a=1&q={}", "%41".repeat(3000))).contains("Parameter(\"q\")"));
        assert!(long("&".repeat(10_240)).contains("too_long"));
        assert_eq!(long(format!("a=1&cursor={}", "x".repeat(4000))), "short");
        assert_eq!(long(format!("q={}", "x".repeat(8190))), "short");
    }

    #[test]
    fn what_is_wrongly_encoded_is_named() {
        let told: Vec<String> = pairs("a=%&b=%ff&c=%C3%A9&%zz=1&&d=1+1")
            .map(|pair| match pair {
                Ok((name, value)) => format!("{name}={value}"),
                Err(fault) => format!("{:?} {}", fault.at, fault.code),
            })
            .collect();
        assert_eq!(
            told,
            [
                "Parameter(\"a\") invalid_encoding",
                "Parameter(\"b\") invalid_encoding",
                "c=é",
                "Parameter(\"%zz\") invalid_encoding",
                "d=1 1"
            ]
        );
    }
}
