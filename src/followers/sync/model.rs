//! The data types of sync.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use crate::error::Result;
use crate::followers::items::beginning::{Beginning, beginning};
use crate::followers::items::model::{Item, ItemFilter};

/// The default number of items of a page.
const DEFAULT_LIMIT: u32 = 100;

/// The parameters of sync beside the filter.
#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SyncQuery {
    /// `true` begins a new copy with the filter of the request. Later pages need only the `token`.
    pub initial: Option<bool>,
    /// The token of the previous page, which contains the filter.
    #[param(min_length = 1, max_length = 4096)]
    pub token: Option<String>,
    /// The maximum number of items to return.
    #[param(minimum = 1, maximum = 500, default = 100)]
    pub limit: Option<u32>,
    /// The number of seconds to wait for a change if the copy is up to date.
    #[param(minimum = 1, maximum = 30)]
    pub wait: Option<u32>,
}

impl SyncQuery {
    /// Returns the requested number of items, or the default.
    pub fn limit(&self) -> u32 {
        self.limit.unwrap_or(DEFAULT_LIMIT)
    }

    /// Returns the beginning of the request.
    ///
    /// # Errors
    /// Returns [`crate::error::Error::Parameters`] unless there is either `initial=true`, with or without a filter, or a
    /// token.
    pub fn beginning(&self, filter: ItemFilter) -> Result<Beginning> {
        beginning(self.initial == Some(true), self.token.clone(), filter)
    }
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
