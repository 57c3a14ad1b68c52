//! Tests of where a slug leads.

#![allow(clippy::unwrap_used)]

use super::*;

const ALL: [SlugUse<&str>; 6] = [
    SlugUse::Shown("now"),
    SlugUse::Current("now"),
    SlugUse::Former("now"),
    SlugUse::OtherLanguage("now"),
    SlugUse::Untranslated,
    SlugUse::Gone,
];

fn one<N>(usage: SlugUse<N>) -> Candidate<N> {
    Candidate::new(Id::new(), usage)
}

fn wanted<N>(usage: SlugUse<N>) -> Candidate<N> {
    Candidate {
        in_wanted_lang: true,
        ..one(usage)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Name(Option<Lang>, Slug);

impl PresentName for Name {
    fn lang(&self) -> Option<&Lang> {
        self.0.as_ref()
    }

    fn slug(&self) -> &Slug {
        &self.1
    }
}

fn name(lang: &str, slug: &str) -> Name {
    Name(lang.parse().ok(), slug.parse().unwrap())
}

#[test]
fn the_use_of_a_slug_follows_from_the_present_names_and_the_one_shown() {
    let (en, fr) = (name("en", "housing"), name("fr", "logement"));
    let both = [en.clone(), fr.clone()];
    let shown = |one: &Name| Some(one.clone());
    let uses = [
        (
            SlugUse::of(&both, "housing", "en", shown(&en)),
            SlugUse::Shown(en.clone()),
        ),
        (
            SlugUse::of(&both, "housing", "en", shown(&fr)),
            SlugUse::Current(fr.clone()),
        ),
        (
            SlugUse::of(&both, "homes", "en", shown(&fr)),
            SlugUse::Former(en.clone()),
        ),
        (
            SlugUse::of(&both, "vivienda", "es", shown(&fr)),
            SlugUse::OtherLanguage(fr.clone()),
        ),
        (
            SlugUse::of(&both, "housing", "en", None),
            SlugUse::Untranslated,
        ),
        (
            SlugUse::of(&[], "housing", "en", None),
            SlugUse::<Name>::Gone,
        ),
    ];
    for (found, expected) in uses {
        assert_eq!(found, expected);
    }
    let one = name("", "lagos");
    let found = SlugUse::of(std::slice::from_ref(&one), "lagos", "", shown(&one));
    assert_eq!(found, SlugUse::Shown(one));
}

#[test]
fn a_slug_that_nothing_has_or_had_is_unknown() {
    assert_eq!(decide::<&str>([]), SlugLookup::Unknown);
}

#[test]
fn each_use_alone_decides_the_lookup() {
    for usage in ALL {
        let alone = one(usage);
        let expected = match usage {
            SlugUse::Shown(now) | SlugUse::Current(now) => SlugLookup::Found(now),
            SlugUse::Former(now) | SlugUse::OtherLanguage(now) => SlugLookup::Moved(now),
            SlugUse::Untranslated => SlugLookup::Untranslated(alone.id),
            SlugUse::Gone => SlugLookup::Gone(alone.id),
        };
        assert_eq!(decide([alone]), expected);
        let wanted = wanted(usage);
        assert_eq!(decide([wanted, alone]), decide([wanted]));
    }
}

#[test]
fn the_stronger_use_wins_in_any_order() {
    let weaker = |place: usize| ALL.into_iter().skip(place + 1);
    for (place, usage) in ALL.into_iter().enumerate() {
        for other in weaker(place) {
            let (strong, weak) = (one(usage), one(other));
            assert_eq!(decide([strong, weak]), decide([strong]));
            assert_eq!(decide([weak, strong]), decide([strong]));
        }
    }
}

#[test]
fn of_equal_uses_the_first_wins() {
    for usage in [
        SlugUse::Shown,
        SlugUse::Current,
        SlugUse::Former,
        SlugUse::OtherLanguage,
    ] {
        let (first, second) = (one(usage(1)), one(usage(2)));
        assert_eq!(decide([first, second]), decide([first]));
    }
    let (first, second) = (one(SlugUse::<()>::Gone), one(SlugUse::Gone));
    assert_eq!(decide([first, second]), SlugLookup::Gone(first.id));
    let (first, second) = (one(SlugUse::<()>::Untranslated), one(SlugUse::Untranslated));
    assert_eq!(decide([first, second]), SlugLookup::Untranslated(first.id));
}

#[test]
fn a_slug_of_the_wanted_language_yields_only_to_what_is_shown_under_it() {
    let gone = wanted(SlugUse::Gone);
    assert_eq!(
        decide([one(SlugUse::Current("a")), gone]),
        SlugLookup::Gone(gone.id)
    );
    assert_eq!(
        decide([gone, one(SlugUse::Shown("a"))]),
        SlugLookup::Found("a")
    );
    let both = [wanted(SlugUse::Former("a")), wanted(SlugUse::Current("b"))];
    assert_eq!(decide(both), SlugLookup::Moved("a"));
}

#[test]
fn a_slug_with_capitals_leads_to_lower_case_where_that_finds_something() {
    let found = |written: &str| {
        let address = |slug: &Slug| format!("/v1/tags/{slug}");
        in_lower_case(address, written, |name| match name {
            "rent" => Ok("rent"),
            "0192f0c1-2f6b-7c1e-9c52-0b6f3f0e7a11" => Ok("by id"),
            "gone" => Err(Error::Gone(Vec::new())),
            _ => Err(Error::NotFound),
        })
    };
    assert_eq!(found("rent").ok(), Some("rent"));
    assert!(matches!(found("RenT"), Err(Error::Moved(to)) if to == "/v1/tags/rent"));
    assert_eq!(
        found("0192F0C1-2F6B-7C1E-9C52-0B6F3F0E7A11").ok(),
        Some("by id")
    );
    assert!(matches!(found("GONE"), Err(Error::Gone(_))));
    for unknown in ["RENTS", "//evil.example", "RENT/", "ÉTÉ"] {
        assert!(matches!(found(unknown), Err(Error::NotFound)), "{unknown}");
    }
}

#[test]
fn what_is_not_found_is_an_error() {
    let result = |lookup: SlugLookup<&'static str>| lookup.found_or_moved(str::to_owned);
    assert_eq!(result(SlugLookup::Found("a")).ok(), Some("a"));
    assert!(matches!(result(SlugLookup::Moved("a")), Err(Error::Moved(to)) if to == "a"));
    assert!(matches!(
        result(SlugLookup::Gone(Id::new())),
        Err(Error::Gone(_))
    ));
    assert!(matches!(result(SlugLookup::Unknown), Err(Error::NotFound)));
}
