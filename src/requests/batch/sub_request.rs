//! The sub-requests of a batch.

use std::future::Future;
use std::pin::Pin;

use actix_http::Request;
use actix_service::{IntoServiceFactory, Service, ServiceFactory, fn_service};
use actix_web::dev::{AppConfig, Payload, ServiceRequest};
use actix_web::http::Uri;
use actix_web::http::header::{
    AUTHORIZATION, CONTENT_TYPE, FORWARDED, HeaderName, HeaderValue, IF_MATCH, IF_NONE_MATCH,
};
use actix_web::web::Data;
use actix_web::{App, HttpRequest, HttpResponse};

use super::model::BatchOperation;
use crate::error::{Error, Result};
use crate::http::app_data::app_data;
use crate::http::canonical;
use crate::http::credentials::API_KEY;
use crate::state::{AppData, State};

type Made = Pin<Box<dyn Future<Output = std::result::Result<HttpRequest, actix_web::Error>>>>;

/// Creates the sub-requests of one batch.
pub struct SubRequests {
    /// The request of the batch. Sub-requests have the same caller and client address.
    batch: HttpRequest,
    make: Box<dyn Fn(Request) -> Made>,
}

impl SubRequests {
    /// Creates the sub-requests for `batch`. Its operations use `state`; all other application data is that of the
    /// batch's own application.
    ///
    /// # Errors
    /// Returns [`Error::Internal`] if the application has no [`AppData`].
    pub async fn new(batch: &HttpRequest, state: Data<State>) -> Result<Self> {
        let data = app_data::<AppData>(batch)?;
        Ok(Self {
            batch: batch.clone(),
            make: maker(data, state).await?,
        })
    }

    /// Creates the request of an operation, whose path has been validated.
    ///
    /// # Errors
    /// Returns [`Error::Internal`] if the path is not a URI or the body cannot be serialised.
    pub async fn make(&self, operation: &BatchOperation) -> Result<ServiceRequest> {
        let (mut request, payload) = self.head_and_body(operation)?;
        request.head_mut().peer_addr = self.batch.peer_addr();
        let request = (self.make)(request).await;
        let request = request.map_err(|error| Error::Internal(error.to_string()))?;
        let mut request = ServiceRequest::from_parts(request, payload);
        canonical::canonicalize(&mut request);
        self.add_headers(&mut request, operation);
        Ok(request)
    }

    fn head_and_body(&self, operation: &BatchOperation) -> Result<(Request, Payload)> {
        let internal = |error: &dyn std::fmt::Display| Error::Internal(error.to_string());
        let uri: Uri = operation.path.parse().map_err(|error| internal(&error))?;
        let mut request = Request::new();
        let head = request.head_mut();
        head.uri = uri;
        head.method = operation.method.into();
        let Some(body) = &operation.body else {
            return Ok((request, Payload::None));
        };
        let body = serde_json::to_vec(body).map_err(|error| internal(&error))?;
        let json = HeaderValue::from_static("application/json");
        request.headers_mut().insert(CONTENT_TYPE, json);
        Ok((request, Payload::from(body)))
    }

    fn add_headers(&self, request: &mut ServiceRequest, operation: &BatchOperation) {
        let headers = request.headers_mut();
        let of_client = [
            AUTHORIZATION,
            API_KEY,
            FORWARDED,
            HeaderName::from_static("x-forwarded-for"),
        ];
        for name in of_client {
            for value in self.batch.headers().get_all(&name) {
                headers.append(name.clone(), value.clone());
            }
        }
        for (name, value) in [
            (IF_MATCH, &operation.if_match),
            (IF_NONE_MATCH, &operation.if_none_match),
        ] {
            if let Some(value) = value.as_ref().and_then(|value| value.parse().ok()) {
                headers.insert(name, value);
            }
        }
    }
}

/// Returns a function that turns a request head into an [`HttpRequest`]. That type has no public constructor, so an
/// application without routes responds to each request and returns it together with its response.
async fn maker(data: &AppData, state: Data<State>) -> Result<Box<dyn Fn(Request) -> Made>> {
    let app = App::new()
        .configure(|config| data.register(config))
        .app_data(state)
        .default_service(fn_service(|request: ServiceRequest| async {
            Ok::<_, actix_web::Error>(request.into_response(HttpResponse::NoContent()))
        }));
    let service = app.into_factory().new_service(AppConfig::default()).await;
    let service = service.map_err(|()| Error::Internal("an application cannot start".into()))?;
    Ok(Box::new(move |request| {
        let response = service.call(request);
        Box::pin(async move { Ok(response.await?.into_parts().0) })
    }))
}
