//! Translations: the working copy of one post in one language.

pub mod api;
pub mod first_translation;
pub mod input;
pub(in crate::editorial) mod loaded;
pub mod model;
pub mod rows;
pub(in crate::editorial) mod saving;
pub(in crate::editorial) mod shown;
pub mod sources;
pub mod store;
pub(in crate::editorial) mod submitter;
pub mod take_over;
pub mod translators;
pub(in crate::editorial) mod writing;

use crate::http::contract::path_variables::{PathVariables, Variable};
use crate::id::Id;
use crate::lang::Lang;
use crate::translation_id::TranslationId;

impl PathVariables for TranslationId {
    fn variables() -> Vec<Variable> {
        <(Id, Lang)>::variables()
    }
}
