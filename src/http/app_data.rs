//! The values that the application holds for its handlers and middleware.

use std::any::type_name;

use actix_web::{HttpRequest, web};

use crate::error::{Error, Result};

/// Returns a value of the application, such as the settings. Its absence is an error, because a check that depends on it
/// would be skipped silently.
///
/// # Errors
/// Returns [`Error::Internal`] if the application has no data of this type.
pub fn app_data<T: ?Sized + 'static>(request: &HttpRequest) -> Result<&web::Data<T>> {
    let missing = || Error::Internal(format!("the application has no {}", type_name::<T>()));
    request.app_data().ok_or_else(missing)
}
