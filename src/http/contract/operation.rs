//! Operations: handlers with their methods, paths and descriptions. Each resource lists its operations with `operations!`.

use std::borrow::Cow;
use std::collections::BTreeMap;

use actix_web::http::Method;
use actix_web::web::ServiceConfig;
use utoipa::ToSchema;
use utoipa::openapi::path::{HttpMethod, Operation, Parameter, ParameterIn};
use utoipa::openapi::{Deprecated, RefOr, Schema};

use super::signature::Signature;
use super::texts::KnownValue;
use crate::http::surface::Surface;

/// Lists the handlers of a resource under the tag of the resource. Both the router and the documents use the list.
///
/// The signature of a handler and its `#[utoipa::path]` declare most properties of an operation. Other properties follow the
/// handler: `api::create_comment => public_may_write`, `api::follow_events => streams`, `api::get_draft => unlisted`,
/// `api::create_link => shows_secret`, `api::ping_server => calls_out`, `api::replace_settings => clears`,
/// `api::export_comments => each_line::<Comment>`, `api::mirror_comments => fields_of::<Comment>`. `values = VALUES` after
/// the tag provides example values for members whose schemas have no suitable example.
macro_rules! operations {
    ($tag:literal, values = $values:expr, $($operations:tt)+) => {
        $crate::http::contract::operation::operations!(@list $tag, $values, $($operations)+);
    };
    (@list $tag:literal, $values:expr, $($handler:path $(=> $($fact:ident $(::<$of:ty>)?).+)?),+ $(,)?) => {
        /// Returns the operations of this resource.
        fn operation_list() -> &'static $crate::http::contract::operation::OperationList {
            use $crate::http::contract::operation::{DeclaredOperation, OperationList};
            static LIST: std::sync::OnceLock<OperationList> = std::sync::OnceLock::new();
            LIST.get_or_init(|| {
                let operations = [$({
                    #[derive(utoipa::OpenApi)]
                    #[openapi(paths($handler))]
                    struct Described;
                    DeclaredOperation::new(<Described as utoipa::OpenApi>::openapi(), $handler)
                        $($(.$fact$(::<$of>)?())+)?
                }),+];
                OperationList::new($tag, operations).with_values($values)
            })
        }

        /// Registers the routes of this resource.
        pub fn routes(config: &mut actix_web::web::ServiceConfig) {
            operation_list().register(config);
        }

        /// Returns the descriptions of the operations of this resource.
        pub fn openapi() -> &'static $crate::http::contract::operation::OperationList {
            operation_list()
        }
    };
    ($tag:literal, $($operations:tt)+) => {
        $crate::http::contract::operation::operations!(@list $tag, &[], $($operations)+);
    };
}
pub(crate) use operations;

/// The operations of a resource, and the schemas that they refer to.
pub struct OperationList {
    /// The operations, in the order in which the router tries them.
    pub operations: Vec<DeclaredOperation>,
    /// The schemas by name.
    pub schemas: BTreeMap<String, RefOr<Schema>>,
    /// Example values for members whose schemas have no suitable example.
    pub values: &'static [KnownValue],
}

impl OperationList {
    /// Creates the list and tags every operation with `tag`. It replaces the tag that utoipa derives from the module name.
    pub fn new(tag: &str, operations: impl IntoIterator<Item = DeclaredOperation>) -> Self {
        let mut schemas = BTreeMap::new();
        let operations = operations.into_iter().map(|mut operation| {
            operation.description.tags = Some(vec![tag.to_owned()]);
            schemas.append(&mut operation.schemas);
            operation
        });
        Self {
            operations: operations.collect(),
            schemas,
            values: &[],
        }
    }

    /// Sets the example values.
    #[must_use]
    pub fn with_values(self, values: &'static [KnownValue]) -> Self {
        Self { values, ..self }
    }

    /// Registers the routes of all operations.
    pub fn register(&self, config: &mut ServiceConfig) {
        for operation in &self.operations {
            (operation.register)(config);
        }
    }
}

/// One handler with its method and path.
pub struct DeclaredOperation {
    /// The HTTP method.
    pub method: Method,
    /// The path, with its variables in braces.
    pub path: String,
    /// The description that `#[utoipa::path]` generates, with the security requirement of the signature.
    pub description: Operation,
    /// The properties that the signature of the handler declares.
    pub signature: Signature,
    /// True if the response is streamed. Streamed responses are not cached, compressed or buffered.
    pub streams: bool,
    /// True if anyone may use this writing operation of the delivery surface.
    pub public_may_write: bool,
    /// True if caches must not store the responses and search engines must not index them, as for a secret link. This
    /// includes problem responses.
    pub unlisted: bool,
    /// True if the response shows a secret that no other response shows, so that brief answers of a batch keep it.
    pub shows_secret: bool,
    /// True if the handler sends requests to other hosts or resolves their names. No transaction may be open meanwhile.
    pub calls_out: bool,
    /// True if an empty body would clear what is stored, so that there must be a body.
    pub clears: bool,
    /// The name of the schema of each line, if the response has one JSON value per line.
    pub line: Option<Cow<'static, str>>,
    /// The name of the schema whose members `fields` selects, if they are not those of the items of the response.
    pub fields_of: Option<Cow<'static, str>>,
    pub(super) http_method: HttpMethod,
    pub(super) schemas: BTreeMap<String, RefOr<Schema>>,
    pub(super) register: Box<Register>,
}

pub(super) type Register = dyn Fn(&mut ServiceConfig) + Send + Sync;

impl DeclaredOperation {
    /// Declares that the response is streamed.
    #[must_use]
    pub fn streams(self) -> Self {
        Self {
            streams: true,
            ..self
        }
    }

    /// Declares that anyone may use this writing operation of the delivery surface.
    #[must_use]
    pub fn public_may_write(self) -> Self {
        Self {
            public_may_write: true,
            ..self
        }
    }

    /// Declares that caches must not store the responses and search engines must not index them, as for a secret link.
    #[must_use]
    pub fn unlisted(self) -> Self {
        Self {
            unlisted: true,
            ..self
        }
    }

    /// Declares that another operation replaces this one.
    #[must_use]
    pub fn deprecated(mut self) -> Self {
        self.description.deprecated = Some(Deprecated::True);
        self
    }

    /// Declares that the response shows a secret that no other response shows.
    #[must_use]
    pub fn shows_secret(self) -> Self {
        Self {
            shows_secret: true,
            ..self
        }
    }

    /// Declares that the handler sends requests to other hosts or resolves their names.
    #[must_use]
    pub fn calls_out(self) -> Self {
        Self {
            calls_out: true,
            ..self
        }
    }

    /// Declares that an empty body would clear what is stored. A body that requires no member must be sent nevertheless.
    #[must_use]
    pub fn clears(self) -> Self {
        Self {
            clears: true,
            ..self
        }
    }

    /// Declares that each line of the response is a `T` as JSON.
    #[must_use]
    pub fn each_line<T: ToSchema>(self) -> Self {
        Self {
            line: Some(T::name()),
            ..self
        }
    }

    /// Declares that `fields` selects members of a `T`, which the items of the response contain.
    #[must_use]
    pub fn fields_of<T: ToSchema>(self) -> Self {
        Self {
            fields_of: Some(T::name()),
            ..self
        }
    }

    /// Returns whether caches may store the response.
    pub fn is_cacheable(&self) -> bool {
        let is_read = self.method == Method::GET && Surface::of(&self.path).is_cacheable();
        is_read && self.signature.is_cacheable && !self.streams && !self.unlisted
    }

    /// Returns the path parameter that the handler documents under this name.
    pub fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.path_parameters().find(|one| one.name == name)
    }

    pub(super) fn path_parameters(&self) -> impl Iterator<Item = &Parameter> {
        let described = self.description.parameters.iter().flatten();
        described.filter_map(|one| match one {
            RefOr::T(one) if one.parameter_in == ParameterIn::Path => Some(one),
            _ => None,
        })
    }

    /// Returns the method as utoipa's type.
    pub fn http_method(&self) -> HttpMethod {
        self.http_method.clone()
    }
}
