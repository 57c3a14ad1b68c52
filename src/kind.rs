//! The kinds of things, and all that the program derives from a kind. A new kind is one variant and one row of
//! `Kind::row`.

use crate::db::sql_types::words;

words! {
    /// The kind of a thing.
    pub enum Kind {
        /// A post: its relations and its existence.
        Post = "post",
        /// A working copy: one language of a post, as editors see it.
        Translation = "translation",
        /// A publication: one language of a post, as the public sees it.
        Publication = "publication",
        /// A link to a revision, for somebody without a login.
        PreviewLink = "preview_link",
        /// A category.
        Category = "category",
        /// A tag.
        Tag = "tag",
        /// An author.
        Author = "author",
        /// An organization.
        Organization = "organization",
        /// A user.
        User = "user",
        /// A session of a user.
        Session = "session",
        /// A signing key.
        SigningKey = "signing_key",
    }
}

/// The slugs that a thing of a kind has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlugScope {
    /// No slug. The public reads nothing of such a thing.
    None,
    /// One slug for all languages.
    One,
    /// One slug in each of its languages. Things may share a slug in different languages.
    PerLanguage,
}

impl Kind {
    /// The plural and the slugs of each kind.
    const fn row(self) -> (&'static str, SlugScope) {
        match self {
            Self::Post => ("posts", SlugScope::PerLanguage),
            Self::Translation => ("translations", SlugScope::None),
            Self::Publication => ("publications", SlugScope::None),
            Self::PreviewLink => ("preview-links", SlugScope::None),
            Self::Category => ("categories", SlugScope::PerLanguage),
            Self::Tag => ("tags", SlugScope::PerLanguage),
            Self::Author => ("authors", SlugScope::One),
            Self::Organization => ("organizations", SlugScope::One),
            Self::User => ("users", SlugScope::None),
            Self::Session => ("sessions", SlugScope::None),
            Self::SigningKey => ("signing-keys", SlugScope::None),
        }
    }

    /// The plural: the segment of the kind in URLs, and the surrogate key of all things of the kind. Where a kind has a table
    /// of its own and one slug for all languages, it is the name of the table, too.
    pub const fn plural(self) -> &'static str {
        self.row().0
    }

    /// The slugs that a thing of the kind has.
    pub const fn slugs(self) -> SlugScope {
        self.row().1
    }

    /// Returns true if the public reads things of the kind, at `/v1/<plural>/<id or slug>`.
    pub fn is_public(self) -> bool {
        self.slugs() != SlugScope::None
    }

    /// The kinds that the public reads, in the order of the declaration.
    pub fn all_public() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|kind| kind.is_public())
    }
}
