//! Decides which of the resources that have or had a slug a request finds.
//!
//! How a resource uses the slug ([`SlugUse`]) follows from its present names and from the one that is shown to the reader.
//! This rule and the order of precedence are the same for all kinds.

use crate::error::{Error, Result};
use crate::id::Id;
use crate::lang::Lang;
use crate::slug::Slug;

/// A present name of a resource.
pub trait PresentName {
    /// Returns the language of the slug; `None` for kinds with one slug.
    fn lang(&self) -> Option<&Lang>;

    /// Returns the slug.
    fn slug(&self) -> &Slug;
}

/// The way in which a resource uses a slug, in descending order of precedence. `N` is the caller's information about
/// the current state of the resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlugUse<N> {
    /// The resource is shown to this reader under this slug.
    Shown(N),
    /// The slug is current, but in a language other than the one shown to this reader.
    Current(N),
    /// The slug is a former one, and the resource has another now.
    Former(N),
    /// The slug belongs to a language in which the resource has no name now, or not to the one that the reader requests.
    OtherLanguage(N),
    /// The resource is public, but in no language that the reader accepts. A reader who names none accepts that of the slug.
    Untranslated,
    /// The resource had the slug and is no longer public in any language.
    Gone,
}

impl<N> SlugUse<N> {
    /// Returns the use by a resource that has one slug for all readers.
    pub fn by_name(is_current: bool, now: N) -> Self {
        if is_current {
            Self::Current(now)
        } else {
            Self::Former(now)
        }
    }

    /// Returns the use of a slug in the language `lang` by a resource with these present names. `shown` is the name to
    /// show to the reader, if the resource has one in a language that the reader accepts.
    pub fn of(names: &[N], slug: &str, lang: &str, shown: Option<N>) -> Self
    where
        N: PresentName + Clone,
    {
        let in_its_lang = names
            .iter()
            .find(|name| name.lang().map_or("", Lang::as_str) == lang);
        match (in_its_lang, shown) {
            (_, None) if names.is_empty() => Self::Gone,
            (_, None) => Self::Untranslated,
            (_, Some(shown)) if shown.slug().as_str() == slug => Self::Shown(shown),
            (Some(now), Some(shown)) if now.slug().as_str() == slug => Self::Current(shown),
            (Some(now), Some(_)) => Self::Former(now.clone()),
            (None, Some(shown)) => Self::OtherLanguage(shown),
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Shown(_) => 0,
            Self::Current(_) => 1,
            Self::Former(_) => 2,
            Self::OtherLanguage(_) => 3,
            Self::Untranslated => 4,
            Self::Gone => 5,
        }
    }
}

/// A resource that has or had a slug.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate<N> {
    /// The id of the resource.
    pub id: Id,
    /// The way in which the resource uses the slug.
    pub usage: SlugUse<N>,
    /// True if the slug belongs to the resource in the requested language. Only [`SlugUse::Shown`] takes precedence
    /// over that.
    pub in_wanted_lang: bool,
}

impl<N> Candidate<N> {
    /// Creates a candidate that is ranked only by its use, regardless of the language.
    pub fn new(id: Id, usage: SlugUse<N>) -> Self {
        Self {
            id,
            usage,
            in_wanted_lang: false,
        }
    }
}

/// The result of a slug lookup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SlugLookup<N> {
    /// The resource is found under this slug.
    Found(N),
    /// The resource has another slug now.
    Moved(N),
    /// The resource is public, but in no language that the reader accepts.
    Untranslated(Id),
    /// The resource was public once.
    Gone(Id),
    /// No public resource ever had the slug.
    Unknown,
}

/// Selects the candidate with the strongest use; among equals, the first.
pub fn decide<N>(candidates: impl IntoIterator<Item = Candidate<N>>) -> SlugLookup<N> {
    let rank = |one: &Candidate<N>| match (one.usage.rank(), one.in_wanted_lang) {
        (0, _) => (0, 0),
        (_, true) => (1, 0),
        (usage, false) => (2, usage),
    };
    let Some(Candidate { id, usage, .. }) = candidates.into_iter().min_by_key(rank) else {
        return SlugLookup::Unknown;
    };
    match usage {
        SlugUse::Shown(now) | SlugUse::Current(now) => SlugLookup::Found(now),
        SlugUse::Former(now) | SlugUse::OtherLanguage(now) => SlugLookup::Moved(now),
        SlugUse::Untranslated => SlugLookup::Untranslated(id),
        SlugUse::Gone => SlugLookup::Gone(id),
    }
}

/// Finds a resource by the id or slug that a client wrote. Slugs are in lower case: one with capital letters redirects to
/// its lower-case form if `find` finds a resource under that. `address` builds the URL of that form.
///
/// # Errors
/// Returns the errors of `find`, and [`Error::Moved`].
pub fn in_lower_case<T>(
    address: impl FnOnce(&Slug) -> String,
    written: &str,
    find: impl FnOnce(&str) -> Result<T>,
) -> Result<T> {
    let lower = written.to_ascii_lowercase();
    let found = find(&lower)?;
    match lower.parse::<Slug>() {
        Ok(slug) if lower != written => Err(Error::Moved(address(&slug))),
        _ => Ok(found),
    }
}

impl<N> SlugLookup<N> {
    /// Returns the resource that was found. `address` returns the new URL of a resource that has moved.
    ///
    /// # Errors
    /// Returns [`Error::Moved`], [`Error::Gone`] or [`Error::NotFound`] if no resource was found under this slug. The
    /// caller, who knows the other languages, handles [`SlugLookup::Untranslated`] before.
    pub fn found_or_moved(self, address: impl FnOnce(N) -> String) -> Result<N> {
        match self {
            Self::Found(now) => Ok(now),
            Self::Moved(now) => Err(Error::Moved(address(now))),
            Self::Gone(_) => Err(Error::Gone(Vec::new())),
            Self::Untranslated(_) | Self::Unknown => Err(Error::NotFound),
        }
    }
}

#[cfg(test)]
mod tests {
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
}
