//! `validator` rules that several resources share.

use std::borrow::Cow;

use url::Url;
use validator::ValidationError;

use crate::licence;

/// Requires an absolute http or https URL with a host, unless there is no value.
///
/// # Errors
/// Returns an error with the code `wrong_format` for any other text.
pub fn web_address<T: WebAddress>(value: &T) -> Result<(), ValidationError> {
    match value.address().map(Url::parse) {
        None => Ok(()),
        Some(Ok(url)) if matches!(url.scheme(), "http" | "https") && url.has_host() => Ok(()),
        Some(_) => Err(error(
            "wrong_format",
            "must be an absolute http or https URL",
        )),
    }
}

/// Requires a licence that is known, an address of one, or a name of one's own, unless there is no value.
///
/// # Errors
/// Returns an error with the code `not_allowed` for any other text.
pub fn licence<T: WebAddress>(value: &T) -> Result<(), ValidationError> {
    match value.address().map(licence::canonical) {
        None | Some(Ok(_)) => Ok(()),
        Some(Err(detail)) => Err(error("not_allowed", detail)),
    }
}

/// A value that may hold a URL.
pub trait WebAddress {
    /// Returns the URL, if there is one.
    fn address(&self) -> Option<&str>;
}

impl<T: WebAddress> WebAddress for &T {
    fn address(&self) -> Option<&str> {
        (*self).address()
    }
}

impl WebAddress for String {
    fn address(&self) -> Option<&str> {
        Some(self)
    }
}

impl<T: WebAddress> WebAddress for Option<T> {
    fn address(&self) -> Option<&str> {
        self.as_ref().and_then(T::address)
    }
}

/// Creates a validation error with a code for programs and a message for people.
pub fn error(code: &'static str, message: impl Into<Cow<'static, str>>) -> ValidationError {
    ValidationError::new(code).with_message(message.into())
}

/// Creates a validation error at `pointer`, relative to the value that was checked.
pub fn error_at(
    pointer: &str,
    code: &'static str,
    message: impl Into<Cow<'static, str>>,
) -> ValidationError {
    let mut error = error(code, message);
    error.add_param(Cow::Borrowed("pointer"), &pointer);
    error
}
