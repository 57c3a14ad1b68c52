//! The beginning of a request for items: a new copy with a filter, or the position in a token, which contains its filter.

use super::model::ItemFilter;
use crate::error::{Error, Result};

/// The beginning of a request.
#[derive(Debug)]
pub enum Beginning {
    /// A new copy with this filter.
    New(Box<ItemFilter>),
    /// The position in a token.
    Token(String),
}

/// Returns the beginning of a request that has either a token or a filter.
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
            let detail = "cannot be combined with a filter, because the token contains one; begin a new copy to change the filter";
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
/// Returns [`Error::Parameters`] if they differ.
pub fn check_fields(asked: &[String], sealed: &ItemFilter) -> Result<()> {
    if asked.is_empty() || asked == sealed.fields {
        return Ok(());
    }
    let detail = "differ from those in the token; begin a new copy to change them";
    Err(Error::parameter("fields", "not_with_token", detail))
}
