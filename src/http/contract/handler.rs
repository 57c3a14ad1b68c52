//! Operations from handlers: the signature and the description of each, and the route that calls it.

use actix_web::guard;
use actix_web::http::Method;
use actix_web::web;
use actix_web::{FromRequest, Handler, Responder};
use utoipa::openapi::OpenApi;
use utoipa::openapi::path::{HttpMethod, Operation, Paths};
use utoipa::openapi::security::SecurityRequirement;

use super::operation::DeclaredOperation;
use super::signature::{Describe, Signature};
use super::walk;
use crate::http::input::NoBody;

impl DeclaredOperation {
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
        description.security = requirements(&signature);
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
            calls_out: false,
            clears: false,
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

/// Returns one security requirement for each role, and one for API keys. OpenAPI reads several requirements as alternatives,
/// but several roles within one requirement as all required.
fn requirements(signature: &Signature) -> Option<Vec<SecurityRequirement>> {
    let bearer = |roles: &[&'static str]| SecurityRequirement::new("bearer", roles.iter().copied());
    let key = |scope: Option<&'static str>| SecurityRequirement::new("api_key", scope);
    if signature.needs_key {
        return Some(vec![key(signature.scope)]);
    }
    let mut requirements: Vec<_> = match signature.roles.as_deref()? {
        [] => vec![bearer(&[])],
        roles => roles.chunks(1).map(bearer).collect(),
    };
    if signature.scope.is_some() {
        requirements.push(key(signature.scope));
    }
    Some(requirements)
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
