//! The kinds of resources and their properties. A new kind requires one variant and one row of `Kind::row`.

use crate::db::sql_types::words;

words! {
    /// A kind of resource.
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
        /// The description of the site.
        Site = "site",
        /// An API key.
        ApiKey = "api_key",
        /// A webhook.
        Webhook = "webhook",
        /// A comment of a reader.
        Comment = "comment",
    }
}

/// The slugs of the resources of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlugScope {
    /// No slug. Resources of the kind are not public.
    None,
    /// One slug for all languages.
    One,
    /// One slug in each language, that of a publication. Two resources may share a slug in different languages.
    PerPublication,
    /// One slug in each language, that of a term's name. Two resources may share a slug in different languages.
    PerTermName,
}

impl SlugScope {
    /// Returns whether resources have one slug in each language.
    pub const fn is_per_language(self) -> bool {
        match self {
            Self::PerPublication | Self::PerTermName => true,
            Self::None | Self::One => false,
        }
    }
}

impl Kind {
    /// Returns the plural and the slugs of the kind.
    const fn row(self) -> (&'static str, SlugScope) {
        match self {
            Self::Post => ("posts", SlugScope::PerPublication),
            Self::Translation => ("translations", SlugScope::None),
            Self::Publication => ("publications", SlugScope::None),
            Self::PreviewLink => ("preview-links", SlugScope::None),
            Self::Category => ("categories", SlugScope::PerTermName),
            Self::Tag => ("tags", SlugScope::PerTermName),
            Self::Author => ("authors", SlugScope::One),
            Self::Organization => ("organizations", SlugScope::One),
            Self::User => ("users", SlugScope::None),
            Self::Session => ("sessions", SlugScope::None),
            Self::SigningKey => ("signing-keys", SlugScope::None),
            Self::Site => ("site", SlugScope::None),
            Self::ApiKey => ("keys", SlugScope::None),
            Self::Webhook => ("webhooks", SlugScope::None),
            Self::Comment => ("comments", SlugScope::None),
        }
    }

    /// Returns the plural, which is the segment of the kind in URLs and the surrogate key of all its resources. For a
    /// kind with its own table and one slug for all languages, it is the name of the table too.
    pub const fn plural(self) -> &'static str {
        self.row().0
    }

    /// Returns the slugs of the resources of the kind.
    pub const fn slugs(self) -> SlugScope {
        self.row().1
    }

    /// Returns whether the kind is public, at `/v1/<plural>/<id or slug>`.
    pub fn is_public(self) -> bool {
        self.slugs() != SlugScope::None
    }

    /// Returns the public kinds, in the order of declaration.
    pub fn all_public() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|kind| kind.is_public())
    }
}
