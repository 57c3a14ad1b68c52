//! Validation of values that did not arrive in a request, such as those that an import creates. It applies the documented
//! schema of the type and its `validator` rules.

use std::marker::PhantomData;

use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use validator::Validate;

use super::schema_check::{CompiledSchema, body_faults};
use super::visible;
use crate::error::{Error, Result};
use crate::http::input::broken_rules;

/// The compiled rules of `T`. The schema is that of `T` in the OpenAPI documents.
pub struct ValueRules<T> {
    schema: CompiledSchema,
    value: PhantomData<fn(&T)>,
}

impl<T: Serialize + ToSchema + Validate> ValueRules<T> {
    /// Compiles the schemas of `T` and of the types that it refers to.
    ///
    /// # Errors
    /// Returns [`Error::Internal`] if a schema does not compile. This is a fault of the build, which any test that compiles
    /// the rules finds.
    pub fn compile() -> Result<Self> {
        let mut referred = Vec::new();
        T::schemas(&mut referred);
        let mut schemas = Map::new();
        for (name, mut schema) in referred {
            visible::write_out_in(&mut schema);
            schemas.insert(name, to_json(&schema)?);
        }
        let mut schema = T::schema();
        visible::write_out_in(&mut schema);
        Ok(Self {
            schema: CompiledSchema::new(to_json(&schema)?, &json!({ "schemas": schemas }))?,
            value: PhantomData,
        })
    }

    /// Validates a value.
    ///
    /// # Errors
    /// Returns [`Error::Invalid`] with the faults that the schema finds. If it finds none, the error has all `validator`
    /// rules that the value breaks. Returns [`Error::Internal`] if the value cannot be serialised as JSON.
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
