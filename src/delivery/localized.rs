//! What reads of things with texts in many languages have in common: how they are asked for.

use serde::Deserialize;
use utoipa::IntoParams;
use validator::Validate;

use crate::error::Result;
use crate::lang::Lang;
use crate::languages::{Fallback, Languages};

/// In which language to read.
#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Localized {
    /// The language wanted. Absent: each thing in its own; a post in its original language or, while that is not live, in the first published of its others; by a slug, in the slug's.
    pub lang: Option<Lang>,
    /// With `lang`: what may stand in for it, in order, with commas between: languages, `original` for the thing's own. After each language come those it is a part of, as RFC 4647 looks them up: after `es-MX` comes `es`. Absent: nothing stands in.
    #[serde(default)]
    #[param(inline, style = Form, explode = false, min_items = 1, max_items = 20)]
    pub fallback: Vec<Fallback>,
}

impl Localized {
    /// The languages that will be taken.
    ///
    /// # Errors
    /// As [`Languages::new`].
    pub fn languages(self) -> Result<Languages> {
        Languages::new(self.lang, self.fallback)
    }
}
