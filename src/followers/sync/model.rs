//! The data types of sync.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use crate::error::{Error, Result};
use crate::followers::items::model::{Item, ItemFilter};

/// The default number of items of a page.
const DEFAULT_LIMIT: u32 = 100;

/// The parameters of sync beside the filter.
#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SyncQuery {
    /// `true` begins a new copy with this filter. The following pages need only the `token`.
    pub initial: Option<bool>,
    /// The token of the last page. It contains the filter.
    #[param(min_length = 1, max_length = 4096)]
    pub token: Option<String>,
    /// The greatest number of items to return.
    #[param(minimum = 1, maximum = 500, default = 100)]
    pub limit: Option<u32>,
    /// The number of seconds for which to wait for a change if there is none.
    #[param(minimum = 1, maximum = 30)]
    pub wait: Option<u32>,
}

/// Where a request begins.
#[derive(Debug)]
pub enum Beginning {
    /// At the beginning of a new copy.
    New(Box<ItemFilter>),
    /// At a token.
    Token(String),
}

impl SyncQuery {
    /// Returns the requested number of items, or the default.
    pub fn limit(&self) -> u32 {
        self.limit.unwrap_or(DEFAULT_LIMIT)
    }

    /// Returns where the request begins.
    ///
    /// # Errors
    /// Returns [`Error::Parameters`] unless there is either `initial=true`, with or without a filter, or a token.
    pub fn beginning(&self, filter: ItemFilter) -> Result<Beginning> {
        beginning(self.initial == Some(true), self.token.clone(), filter)
    }
}

/// Returns where a request begins that has either a token or a filter.
///
/// # Errors
/// Returns [`Error::Parameters`] if it has both or, if it is not `initial`, none.
pub fn beginning(initial: bool, token: Option<String>, filter: ItemFilter) -> Result<Beginning> {
    match token {
        Some(_) if initial => {
            let detail = "cannot be combined with token; send one of the two";
            Err(Error::parameter("initial", "not_with_token", detail))
        }
        Some(_) if !is_only_fields(&filter) => {
            let detail = "cannot be combined with a filter, which the token contains; begin a new copy to change it";
            Err(Error::parameter("token", "not_with_filter", detail))
        }
        Some(token) => Ok(Beginning::Token(token)),
        None if initial => Ok(Beginning::New(Box::new(filter))),
        None => {
            let detail = "is required; send initial=true to begin a copy";
            Err(Error::parameter("token", "missing", detail))
        }
    }
}

/// Returns whether a filter says nothing but which members to return. The address of the next page says it, too, so that the
/// form of a response follows from its request.
fn is_only_fields(filter: &ItemFilter) -> bool {
    let fields = filter.fields.clone();
    let alone = ItemFilter {
        fields,
        ..ItemFilter::default()
    };
    *filter == alone
}

/// Checks that a request beside a token asks for the members that the token contains, or for none.
///
/// # Errors
/// Returns [`Error::Parameters`] if it asks for others.
pub fn check_fields(asked: &[String], sealed: &ItemFilter) -> Result<()> {
    if asked.is_empty() || asked == sealed.fields {
        return Ok(());
    }
    let detail = "are others than the token contains; begin a new copy to change them";
    Err(Error::parameter("fields", "not_with_token", detail))
}

/// A page of a copy.
#[derive(Debug, Serialize, ToSchema)]
pub struct SyncPage {
    /// The items, in the order in which they are to be applied.
    pub data: Vec<Item>,
    /// The position from which to continue.
    pub page: SyncProgress,
}

/// The position from which to continue a copy.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SyncProgress {
    /// The address of the next page. Store it after the items of this page.
    #[schema(format = "uri-reference")]
    pub next: String,
    /// The token in `next`.
    pub token: String,
    /// True if there may be more now; false if the copy is up to date.
    pub more: bool,
}
