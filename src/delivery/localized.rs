//! The query parameters of reads that choose a language.

use serde::Deserialize;
use utoipa::IntoParams;
use validator::Validate;

use crate::error::Result;
use crate::lang::Lang;
use crate::languages::{Fallback, Languages};

/// The description of `lang` in operations on posts.
pub const LANG_OF_POSTS: &str = "The requested language. When absent, each post is shown in its original language. There are two exceptions: a post whose original is not live is shown in the language that was published first, and a post requested by slug is shown in the language of the slug.";

/// The languages of the response.
#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Localized {
    /// The requested language. When absent, each item is in its own language, in which it was first written.
    pub lang: Option<Lang>,
    /// Fallbacks for `lang`, in order, comma-separated: languages, or `original` for the original language of the item.
    /// Each language also includes its less specific forms, as in RFC 4647 lookup: after `es-MX` comes `es`. May be
    /// repeated. When absent, there is no fallback; but names of terms and organizations, roles and the texts of the
    /// site are never hidden, and include the less specific forms of `lang`.
    #[serde(default)]
    #[param(inline, style = Form, explode = false, min_items = 1, max_items = 20)]
    pub fallback: Vec<Fallback>,
}

impl Localized {
    /// Returns the languages that the reader accepts.
    ///
    /// # Errors
    /// Returns the same errors as [`Languages::new`].
    pub fn languages(self) -> Result<Languages> {
        Languages::new(self.lang, self.fallback)
    }
}
