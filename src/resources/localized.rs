//! What reads of things with texts in many languages have in common: how they are asked for.

use serde::Deserialize;
use utoipa::IntoParams;
use validator::Validate;

use super::live::View;
use crate::error::Result;
use crate::lang::Lang;
use crate::languages::Languages;
use crate::timestamp::Timestamp;

/// Which things to list, and in which language.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct LocalizedList {
    /// Items per page.
    #[param(minimum = 1, maximum = 100, default = 20)]
    pub limit: Option<u32>,
    /// From a page's `next_cursor` or `prev_cursor`.
    #[param(max_length = 2000)]
    pub cursor: Option<String>,
    /// Whether to count the whole list.
    #[param(default = false)]
    pub count: Option<bool>,
    /// The language wanted; absent, each thing's own.
    pub lang: Option<Lang>,
    /// With `lang`: languages to try in its place, in order, with commas; `original` is each thing's own.
    #[param(min_length = 1, max_length = 400, example = "pt-BR,original")]
    pub fallback: Option<String>,
    /// Text in the name.
    #[param(min_length = 1, max_length = 200)]
    pub q: Option<String>,
}

/// In which language to read.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Localized {
    /// The language wanted; absent, the thing's own.
    pub lang: Option<Lang>,
    /// With `lang`: languages to try in its place, in order, with commas; `original` is the thing's own.
    #[param(min_length = 1, max_length = 400, example = "pt-BR,original")]
    pub fallback: Option<String>,
}

impl LocalizedList {
    /// What the reader can see.
    ///
    /// # Errors
    /// As [`Languages::new`].
    pub fn view(&self, now: Timestamp) -> Result<View> {
        let languages = Languages::new(self.lang.clone(), self.fallback.as_deref())?;
        Ok(View { now, languages })
    }
}

impl Localized {
    /// What the reader can see.
    ///
    /// # Errors
    /// As [`Languages::new`].
    pub fn view(&self, now: Timestamp) -> Result<View> {
        let languages = Languages::new(self.lang.clone(), self.fallback.as_deref())?;
        Ok(View { now, languages })
    }
}
