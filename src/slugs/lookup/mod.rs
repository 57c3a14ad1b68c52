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
mod tests;
