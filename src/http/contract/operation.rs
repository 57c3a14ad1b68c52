//! Operations: handlers with their methods, paths and descriptions. Each resource lists its operations with `operations!`.

use std::borrow::Cow;
use std::collections::BTreeMap;

use actix_web::guard;
use actix_web::http::Method;
use actix_web::web::{self, ServiceConfig};
use actix_web::{FromRequest, Handler, Responder};
use utoipa::ToSchema;
use utoipa::openapi::path::{HttpMethod, Operation, Parameter, ParameterIn, Paths};
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{Deprecated, OpenApi, RefOr, Schema};

use super::path_variables;
use super::signature::{Describe, Signature};
use super::texts::KnownValue;
use super::walk;
use crate::error::{Error, Result};
use crate::http::input::NoBody;
use crate::http::surface::Surface;

/// Lists the handlers of a resource under the tag of the resource. Both the router and the documents use the list.
///
/// The signature of a handler and its `#[utoipa::path]` declare most properties of an operation. Other properties follow the
/// handler: `api::create_comment => public_may_write`, `api::follow_events => streams`, `api::get_draft => unlisted`,
/// `api::create_link => shows_secret`, `api::export_comments => each_line::<Comment>`, `api::mirror_comments => fields_of::<Comment>`. `values = VALUES` after the tag provides example values for members whose
/// schemas have no suitable example.
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
    /// True if caches must not store the responses and search engines must not index them, as for a secret link. This includes
    /// problem responses.
    pub unlisted: bool,
    /// True if the response shows a secret that no other response shows, so that brief answers of a batch keep it.
    pub shows_secret: bool,
    /// The name of the schema of each line, if the response has one JSON value per line.
    pub line: Option<Cow<'static, str>>,
    /// The name of the schema whose members `fields` selects, if they are not those of the items of the response.
    pub fields_of: Option<Cow<'static, str>>,
    http_method: HttpMethod,
    schemas: BTreeMap<String, RefOr<Schema>>,
    register: Box<Register>,
}

type Register = dyn Fn(&mut ServiceConfig) + Send + Sync;

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

    fn path_parameters(&self) -> impl Iterator<Item = &Parameter> {
        let described = self.description.parameters.iter().flatten();
        described.filter_map(|one| match one {
            RefOr::T(one) if one.parameter_in == ParameterIn::Path => Some(one),
            _ => None,
        })
    }

    /// Checks that the declarations of the handler are consistent. The arguments read the request in the order of
    /// [`Part`](super::signature::Part). A write on the delivery surface must be declared with `public_may_write`, so that
    /// no operation is opened to the public by accident.
    ///
    /// # Errors
    /// Returns [`Error::Internal`] if the handler documents no operation, if it takes a different number of variables than the
    /// path has, if it documents a variable that the path does not have, or if it writes on the delivery surface without
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

    /// Returns the method as utoipa's type.
    pub fn http_method(&self) -> HttpMethod {
        self.http_method.clone()
    }

    /// Creates an operation from a handler and the document that utoipa generates for this handler alone.
    ///
    /// Without a documented operation, the path is empty, and [`Self::check`] fails.
    pub fn new<F, Args>(described: OpenApi, handler: F) -> Self
    where
        F: Handler<Args> + Send + Sync,
        F::Output: Responder + Describe,
        Args: FromRequest + Describe + 'static,
    {
        let mut signature = Signature::default();
        Args::describe(&mut signature);
        F::Output::describe(&mut signature);
        let (path, http_method, mut description) = only_operation(described.paths);
        let method = method(&http_method);
        description.security = signature.roles.as_deref().map(requirements);
        let route = (method.clone(), path.clone());
        let refuses_body = refuses_body(&method, &description);
        Self {
            method,
            http_method,
            path,
            description,
            signature,
            streams: false,
            public_may_write: false,
            unlisted: false,
            shows_secret: false,
            line: None,
            fields_of: None,
            schemas: described.components.unwrap_or_default().schemas,
            register: Box::new(move |config| {
                let (method, path) = &route;
                let resource = web::resource(path.as_str()).guard(guard::Method(method.clone()));
                config.service(match refuses_body {
                    true => resource.to(RefusesBody(handler.clone())),
                    false => resource.to(handler.clone()),
                });
            }),
        }
    }
}

/// Returns one security requirement for each role. OpenAPI reads several requirements as alternatives, but several roles
/// within one requirement as all required.
fn requirements(roles: &[&'static str]) -> Vec<SecurityRequirement> {
    let bearer = |roles: &[&'static str]| SecurityRequirement::new("bearer", roles.iter().copied());
    match roles {
        [] => vec![bearer(&[])],
        roles => roles.chunks(1).map(bearer).collect(),
    }
}

/// Returns whether an operation refuses a body. A body of `GET`, `HEAD` or `DELETE` has no meaning (RFC 9110 sections 9.3.1,
/// 9.3.2 and 9.3.5) and is ignored.
pub fn refuses_body(method: &Method, description: &Operation) -> bool {
    let has_meaning = !matches!(*method, Method::GET | Method::DELETE);
    has_meaning && description.request_body.is_none()
}

/// A handler that is called only if the request has no body. The body is checked after all arguments of the handler. So no
/// operation can forget to refuse a body.
#[derive(Clone)]
struct RefusesBody<F>(F);

impl<F, Args> Handler<(Args, NoBody)> for RefusesBody<F>
where
    F: Handler<Args>,
    Args: FromRequest,
{
    type Output = F::Output;
    type Future = F::Future;

    fn call(&self, (arguments, NoBody): (Args, NoBody)) -> Self::Future {
        self.0.call(arguments)
    }
}

/// Returns the path, the method and the description of the only operation of a document. The path is empty if there is none.
fn only_operation(mut paths: Paths) -> (String, HttpMethod, Operation) {
    let mut operations = walk::operations(&mut paths);
    let only = operations
        .next()
        .map(|(path, method, operation)| (path.to_owned(), method, std::mem::take(operation)));
    only.unwrap_or_else(|| (String::new(), HttpMethod::Get, Operation::default()))
}

fn method(documented: &HttpMethod) -> Method {
    match documented {
        HttpMethod::Get => Method::GET,
        HttpMethod::Post => Method::POST,
        HttpMethod::Put => Method::PUT,
        HttpMethod::Delete => Method::DELETE,
        HttpMethod::Options => Method::OPTIONS,
        HttpMethod::Head => Method::HEAD,
        HttpMethod::Patch => Method::PATCH,
        HttpMethod::Trace => Method::TRACE,
    }
}
