//! The id of a translation: its post and its language, which travel together.

use std::fmt;

use serde::Deserialize;

use crate::id::Id;
use crate::lang::Lang;

/// The id of one language of a post, which is in the paths below `/v1/admin/posts/{id}/translations/{lang}`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
pub struct TranslationId {
    /// The post.
    #[serde(rename = "id")]
    pub post: Id,
    /// The language.
    pub lang: Lang,
}

impl TranslationId {
    /// Creates the id of a language of a post.
    pub fn new(post: Id, lang: Lang) -> Self {
        Self { post, lang }
    }
}

impl fmt::Display for TranslationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "post {} in {}", self.post, self.lang)
    }
}
