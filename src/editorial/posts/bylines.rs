//! The bylines of a post: its authors, each with the affiliation and the role at the time of writing.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::by_lang::{ByLang, Described};
use crate::http::validation::error_at;
use crate::id::Id;
use crate::patch::{self, Patched};
use crate::text;

/// An author's byline on a post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PostByline {
    /// The author's id (UUIDv7).
    pub author: Id,
    /// The id of the organization the author speaks for on this post. A later change of the author's affiliation does
    /// not change it.
    pub organization: Option<Id>,
    /// The author's role at that organization, in the original language of the post.
    pub role: Option<String>,
    /// The role in other languages.
    #[schema(value_type = BylineRoles)]
    pub roles: ByLang<BylineRole>,
}

/// The role of a byline in a language other than the original one of the post. White space at its ends is removed, and
/// line breaks become spaces.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(min_length = 1, max_length = 200, pattern = r"\S", examples("Maire"))]
pub struct BylineRole(#[serde(deserialize_with = "text::line")] pub String);

type BylineRoles = Described<BylineRole, 0, true>;

/// A byline to set on a post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = BylineInput)]
pub struct NewByline {
    /// The author's id (UUIDv7).
    pub author: Id,
    /// The id of the organization the author speaks for on this post; null for none. If absent, an existing byline
    /// keeps its organization, and a new one takes the author's current organization and keeps it from then on.
    #[serde(default, deserialize_with = "patch::clearable")]
    #[schema(value_type = Option<Id>)]
    pub organization: Patched<Id>,
    /// The author's role at that organization, in the original language of the post. White space at its ends is
    /// removed, and line breaks become spaces.
    #[serde(default, deserialize_with = "text::optional_line")]
    #[schema(min_length = 1, max_length = 200, pattern = r"\S", examples("Mayor"))]
    pub role: Option<String>,
    /// The role in other languages. Requires `role`, which is shown where no other language fits a reader.
    #[serde(default)]
    #[schema(value_type = BylineRoles)]
    pub roles: ByLang<BylineRole>,
}

/// The affiliation and the role of a byline. Absent members stay as they are; null clears.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AffiliationInput, examples(json!({ "role": "Mayor" })))]
pub struct Affiliation {
    /// The id of the organization the author speaks for on this post; null for none. Absent on a new byline: the author's
    /// current organization.
    #[serde(default, deserialize_with = "patch::clearable")]
    #[schema(value_type = Option<Id>)]
    pub organization: Patched<Id>,
    /// The author's role at that organization, in the original language of the post; null also removes the role in other
    /// languages. White space at its ends is removed, and line breaks become spaces.
    #[serde(default, deserialize_with = "text::clearable_line")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200, pattern = r"\S", examples("Mayor"))]
    pub role: Patched<String>,
    /// The role in other languages; replaces them all. Requires a role in the original language.
    #[serde(default, deserialize_with = "patch::emptied")]
    #[schema(value_type = Option<BylineRoles>)]
    pub roles: Option<ByLang<BylineRole>>,
}

impl NewByline {
    /// A byline of an author with the author's current organization.
    pub(super) fn of(author: Id) -> Self {
        Self {
            author,
            organization: None,
            role: None,
            roles: ByLang::default(),
        }
    }
}

impl From<PostByline> for NewByline {
    /// Keeps the author, the affiliation and the role in all languages.
    fn from(byline: PostByline) -> Self {
        Self {
            author: byline.author,
            organization: Some(byline.organization),
            role: byline.role,
            roles: byline.roles,
        }
    }
}

/// Checks that no author appears twice.
pub(super) fn authors_once(bylines: &[NewByline]) -> Result<(), ValidationError> {
    for (index, byline) in bylines.iter().enumerate() {
        if bylines
            .iter()
            .take(index)
            .any(|before| before.author == byline.author)
        {
            return Err(error_at(
                &format!("/{index}/author"),
                "duplicate",
                "must not name the same author twice",
            ));
        }
    }
    Ok(())
}
