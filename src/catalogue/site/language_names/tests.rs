//! Tests of the names of languages.

#![allow(clippy::unwrap_used)]

use super::*;

#[test]
fn the_tables_are_in_order_and_their_tags_are_languages() {
    for table in [NAMES.as_slice(), REGIONS.as_slice()] {
        assert!(table.is_sorted_by(|(a, _), (b, _)| a < b));
        for (tag, name) in table {
            assert_eq!(tag.parse::<Lang>().unwrap().as_str(), *tag);
            assert!(!name.trim().is_empty());
        }
    }
}

#[test]
fn a_language_has_a_name_and_a_direction() {
    for (tag, name, direction) in [
        ("en", "English", "ltr"),
        ("fr-CA", "Français", "ltr"),
        ("pt-BR", "Português (Brasil)", "ltr"),
        ("pt-AO", "Português", "ltr"),
        ("ar", "العربية", "rtl"),
        ("ar-Latn", "العربية", "ltr"),
        ("pa", "ਪੰਜਾਬੀ", "ltr"),
        ("pa-Arab-PK", "پنجابی", "rtl"),
        ("pa-PK", "پنجابی", "rtl"),
        ("pa-Aran", "پنجابی", "rtl"),
        ("pnb", "پنجابی", "rtl"),
        ("az-IR", "تۆرکجه", "rtl"),
        ("uz-AF", "اوزبیک", "rtl"),
        ("ku", "Kurdî", "ltr"),
        ("ku-IQ", "کوردی", "rtl"),
        ("ku-IR", "کوردی", "rtl"),
        ("ks", "کٲشُر", "rtl"),
        ("ks-Deva", "कॉशुर", "ltr"),
        ("sd-PK", "سنڌي", "rtl"),
        ("sd-IN", "सिन्धी", "ltr"),
        ("fa-AF", "دری", "rtl"),
        ("ug", "ئۇيغۇرچە", "rtl"),
        ("sr-ME", "Srpski", "ltr"),
        ("zh-CN", "中文", "ltr"),
        ("zh-Hans", "简体中文", "ltr"),
        ("zh-TW", "繁體中文", "ltr"),
        ("zh-HK", "繁體中文", "ltr"),
        ("zh-Hant-TW", "繁體中文", "ltr"),
        ("az-x-arab", "Azərbaycanca", "ltr"),
        ("ur", "اردو", "rtl"),
        ("tlh", "tlh", "ltr"),
        ("he-u-nu-latn", "עברית", "rtl"),
    ] {
        let lang: Lang = tag.parse().unwrap();
        let found = (name_of(&lang), direction_of(&lang).as_str());
        assert_eq!(found, (name, direction), "{tag}");
    }
}

#[test]
fn no_two_languages_of_a_site_have_the_same_name() {
    type Case<'a> = (&'a [(&'a str, Option<&'a str>)], &'a [&'a str]);
    let cases: [Case<'_>; 7] = [
        (
            &[("es", None), ("es-419", None), ("es-MX", None)],
            &["Español", "Español (Latinoamérica)", "Español (México)"],
        ),
        (
            &[("zh-HK", None), ("zh", None), ("zh-TW", None)],
            &["繁體中文 (香港)", "中文", "繁體中文 (台灣)"],
        ),
        (&[("de-CH", None), ("fr", None)], &["Deutsch", "Français"]),
        (
            &[("de", None), ("de-1901", None), ("de-CH", None)],
            &["Deutsch", "Deutsch (de-1901)", "Deutsch (Schweiz)"],
        ),
        (
            &[("kk", None), ("kk-KZ", None)],
            &["Қазақ тілі", "Қазақ тілі (KZ)"],
        ),
        (
            &[("en", None), ("en-GB", Some("English"))],
            &["English", "English"],
        ),
        (
            &[
                ("en-GB", None),
                ("en-GB-x-a", None),
                ("en-x-a", Some("English")),
            ],
            &["English (United Kingdom)", "English (en-GB-x-a)", "English"],
        ),
    ];
    for (languages, expected) in cases {
        let langs: Vec<Lang> = languages
            .iter()
            .map(|(tag, _)| tag.parse().unwrap())
            .collect();
        let given = languages.iter().map(|(_, given)| *given);
        let languages: Vec<_> = langs.iter().zip(given).collect();
        assert_eq!(names_of(&languages), expected);
    }
}
