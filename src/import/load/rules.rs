//! The rules of the management API for imported resources, which are compiled once per import.

use crate::catalogue::authors::model::NewAuthor;
use crate::catalogue::categories::model::NewCategory;
use crate::catalogue::organizations::model::NewOrganization;
use crate::catalogue::tags::model::NewTag;
use crate::editorial::posts::model::NewPost;
use crate::editorial::translations::input::NewTranslation;
use crate::error::Result;
use crate::http::contract::value_rules::ValueRules;

/// The rules of every type that an import creates.
pub(super) struct Rules {
    pub(super) organization: ValueRules<NewOrganization>,
    pub(super) author: ValueRules<NewAuthor>,
    pub(super) category: ValueRules<NewCategory>,
    pub(super) tag: ValueRules<NewTag>,
    pub(super) post: ValueRules<NewPost>,
    pub(super) translation: ValueRules<NewTranslation>,
}

impl Rules {
    /// Compiles all rules.
    ///
    /// # Errors
    /// Returns [`crate::error::Error::Internal`] when a schema does not compile.
    pub(super) fn compile() -> Result<Self> {
        Ok(Self {
            organization: ValueRules::compile()?,
            author: ValueRules::compile()?,
            category: ValueRules::compile()?,
            tag: ValueRules::compile()?,
            post: ValueRules::compile()?,
            translation: ValueRules::compile()?,
        })
    }
}
