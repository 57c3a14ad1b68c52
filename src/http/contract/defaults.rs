//! The defaults of members. The documents state them in descriptions, because client generators disagree on the keyword
//! `default`: some make such a member required, others send its default unasked.

use utoipa::Modify;
use utoipa::openapi::{OpenApi, RefOr, Schema};

use super::walk;

/// Moves the defaults of all members into their descriptions. Parameters keep the keyword.
pub struct StatedDefaults;

impl Modify for StatedDefaults {
    fn modify(&self, document: &mut OpenApi) {
        walk::schemas(document, &mut |schema| {
            if let Schema::Object(object) = schema {
                object.properties.values_mut().for_each(state_default);
            }
        });
    }
}

fn state_default(member: &mut RefOr<Schema>) {
    let RefOr::T(Schema::Object(object)) = member else {
        return;
    };
    let Some(default) = object.default.take().filter(|default| !default.is_null()) else {
        return;
    };
    let text = object.description.get_or_insert_default();
    if !text.contains("default") {
        *text = format!("{text} Default: `{default}`.")
            .trim_start()
            .to_owned();
    }
}
