//! The rules of a type, for values that did not come with a request: the limits in the type's published schema, and its
//! rules of `validator`. An import checks with them what it has built.

use std::marker::PhantomData;

use jsonschema::Validator;
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use validator::Validate;

use super::schema_check::{body_faults, compile};
use crate::error::{Error, Result};
use crate::http::input::broken_rules;

/// The compiled rules of `T`. The schema is the one that `T` has in the OpenAPI documents.
pub struct ValueRules<T> {
    schema: Validator,
    value: PhantomData<fn(&T)>,
}

impl<T: Serialize + ToSchema + Validate> ValueRules<T> {
    /// Compiles the schema of `T` and of the types it refers to.
    ///
    /// # Errors
    /// [`Error::Internal`] when a schema does not compile: a fault of the build, found by any test.
    pub fn compile() -> Result<Self> {
        let mut referred = Vec::new();
        T::schemas(&mut referred);
        let mut schemas = Map::new();
        for (name, schema) in referred {
            schemas.insert(name, to_json(&schema)?);
        }
        Ok(Self {
            schema: compile(to_json(&T::schema())?, &json!({ "schemas": schemas }))?,
            value: PhantomData,
        })
    }

    /// Checks a value.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every limit of the schema that the value exceeds; if it exceeds none, with every rule of
    /// `validator` that it breaks.
    pub fn check(&self, value: &T) -> Result<()> {
        let mut faults = body_faults(Some(&self.schema), &to_json(value)?);
        if faults.is_empty() {
            faults = broken_rules(value);
        }
        if faults.is_empty() {
            Ok(())
        } else {
            Err(Error::Invalid(faults))
        }
    }
}

fn to_json(value: &impl Serialize) -> Result<Value> {
    serde_json::to_value(value).map_err(|error| Error::Internal(error.to_string()))
}
