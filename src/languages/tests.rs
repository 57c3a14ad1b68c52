//! Tests of the choice of languages.

#![allow(clippy::unwrap_used)]
use super::*;

fn languages(wanted: Option<&str>, fallback: &[&str]) -> Result<Languages> {
    let fallback = fallback.iter().map(|one| one.parse().unwrap()).collect();
    Languages::new(wanted.map(|tag| tag.parse().unwrap()), fallback)
}

fn chosen(wanted: Option<&str>, fallback: &[&str], available: &[&str]) -> Option<String> {
    let languages = languages(wanted, fallback).unwrap();
    let original = "en".parse().unwrap();
    languages
        .choose(&original, |lang| available.contains(&lang.as_str()))
        .map(Lang::to_string)
}

#[test]
fn the_first_language_of_the_list_that_is_there_is_chosen() {
    type Case<'a> = (
        Option<&'a str>,
        &'a [&'a str],
        &'a [&'a str],
        Option<&'a str>,
    );
    let cases: [Case<'_>; 7] = [
        (None, &[], &["en", "fr"], Some("en")),
        (None, &[], &["fr"], None),
        (Some("FR"), &[], &["en", "fr"], Some("fr")),
        (Some("es"), &[], &["en", "fr"], None),
        (Some("es"), &["pt-br", "fr"], &["en", "fr"], Some("fr")),
        (Some("es"), &["original", "fr"], &["en", "fr"], Some("en")),
        (Some("es"), &["de", "original"], &["fr"], None),
    ];
    for (wanted, fallback, there, expected) in cases {
        let chosen = chosen(wanted, fallback, there);
        assert_eq!(chosen.as_deref(), expected, "{wanted:?} {fallback:?}");
    }
}

#[test]
fn with_a_fallback_a_language_is_looked_up_by_its_parts() {
    let chain = |wanted, fallback: &[&str]| {
        let languages = languages(Some(wanted), fallback).unwrap();
        let chain: Vec<String> = languages.chain().map(|one| one.to_string()).collect();
        chain.join(" ")
    };
    assert_eq!(chain("pt-BR", &["original"]), "pt-BR pt original");
    assert_eq!(
        chain("es-MX", &["es-AR", "fr-CA"]),
        "es-MX es es-AR fr-CA fr"
    );
    assert_eq!(chain("zh-Hant-TW", &["zh"]), "zh-Hant-TW zh-Hant zh");
    assert_eq!(chain("de-x-foo", &["de"]), "de-x-foo de");
    assert_eq!(chain("pt-BR", &[]), "pt-BR", "nothing unasked");
}

#[test]
fn a_text_is_shown_in_the_best_language_that_it_has() {
    type Case<'a> = (
        Option<&'a str>,
        Option<&'a str>,
        Option<&'a str>,
        &'a [&'a str],
        Option<&'a str>,
    );
    let tag = |tag: &str| -> Lang { tag.parse().unwrap() };
    let texts: ByLang<u8> = [(tag("fr"), 1), (tag("es"), 2)].into_iter().collect();
    let cases: [Case<'_>; 13] = [
        (Some("en"), None, None, &[], None),
        (Some("en"), Some("fr"), None, &[], Some("fr")),
        (Some("en"), Some("en"), Some("fr"), &[], None),
        (Some("en"), Some("de"), Some("es"), &[], Some("es")),
        (Some("en"), None, Some("de"), &["en", "fr"], None),
        (Some("en"), None, Some("de"), &["original", "fr"], None),
        (Some("en"), None, Some("de"), &["es-MX", "fr"], Some("es")),
        (Some("en"), None, Some("es-MX"), &[], Some("es")),
        (Some("en"), Some("fr-CA"), Some("es"), &[], Some("fr")),
        (Some("en"), Some("en-GB"), Some("es"), &[], None),
        (None, None, Some("fr"), &[], Some("fr")),
        (None, None, Some("de"), &["original", "fr"], None),
        (None, None, Some("de"), &[], None),
    ];
    for (own, beside, wanted, fallback, expected) in cases {
        let languages = languages(wanted, fallback).unwrap();
        let (own, beside) = (own.map(tag), beside.map(tag));
        let shown = languages.translation(own.as_ref(), beside.as_ref(), &texts);
        let shown = shown.map(|(lang, _)| lang.as_str());
        assert_eq!(
            shown, expected,
            "{own:?} {beside:?} {wanted:?} {fallback:?}"
        );
    }
}

#[test]
fn a_fallback_needs_a_language() {
    assert!(languages(None, &["fr"]).is_err());
}
