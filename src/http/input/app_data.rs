//! Values of the application that a check depends on.

use std::any::type_name;

use actix_web::{HttpRequest, web};

use crate::error::{Error, Result};

/// A value of the application, such as the settings. Without it a check would be left out in silence, so that its absence
/// is an error.
///
/// # Errors
/// [`Error::Internal`] if the application has no such value.
pub(in crate::http) fn app_data<T: ?Sized + 'static>(
    request: &HttpRequest,
) -> Result<&web::Data<T>> {
    let missing = || Error::Internal(format!("the application has no {}", type_name::<T>()));
    request.app_data().ok_or_else(missing)
}
