//! Checks that the declarations of an operation agree with each other.

use actix_web::http::Method;

use super::operation::DeclaredOperation;
use super::path_variables;
use crate::error::{Error, Result};
use crate::http::surface::Surface;

impl DeclaredOperation {
    /// Checks that the declarations of the handler are consistent. The arguments read the request in the order of
    /// [`Part`](super::signature::Part). A write on the delivery surface must be declared with `public_may_write`, so that
    /// no operation is opened to the public by accident.
    ///
    /// # Errors
    /// Returns [`Error::Internal`] if the handler documents no operation, if it takes a different number of variables than
    /// the path has, if it documents a variable that the path does not have, or if it writes on the delivery surface without
    /// `public_may_write`.
    pub fn check(&self) -> Result<()> {
        if self.path.is_empty() {
            return Err(Error::Internal("a handler documents no operation".into()));
        }
        let names: Vec<&str> = path_variables::names(&self.path).collect();
        if names.len() != self.signature.variables.len() {
            return Err(Error::Internal(format!(
                "{} {} takes other variables than its path has",
                self.method, self.path
            )));
        }
        if let Some(stray) = self
            .path_parameters()
            .find(|one| !names.contains(&&*one.name))
        {
            return Err(Error::Internal(format!(
                "{} {} describes {}, which its path does not have",
                self.method, self.path, stray.name
            )));
        }
        if !self.signature.parts.is_sorted() {
            return Err(Error::Internal(format!(
                "{} {} reads the parts of a request in another order than other operations",
                self.method, self.path
            )));
        }
        let writes = self.method != Method::GET && Surface::of(&self.path).is_open();
        if writes && !self.public_may_write {
            return Err(Error::Internal(format!(
                "{} {} lets the public write without saying so",
                self.method, self.path
            )));
        }
        Ok(())
    }
}
