//! The names of things that were not found, on the management surface.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::web;

use super::contract::compiled::Contract;
use super::contract::path_variables;
use super::problem::{Problem, Unnamed};
use super::surface::Surface;
use crate::error::Code;

/// The middleware. If a handler says only that nothing was found, it says which thing of which collection the path named.
/// The same is said of a thing that does not exist and of one that the caller may not see.
///
/// # Errors
/// Returns the error of the inner service.
pub async fn name_the_missing<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let mut response = next.call(request).await?.map_into_boxed_body();
    let is_unnamed = response.response().extensions().contains::<Unnamed>();
    if is_unnamed && let Some(sentence) = sentence(&response) {
        let problem = Problem::new(Code::NotFound, sentence);
        response.response_mut().extensions_mut().insert(problem);
    }
    Ok(response)
}

fn sentence(response: &ServiceResponse<BoxBody>) -> Option<String> {
    let request = response.request();
    let path = request.path();
    let contract = request.app_data::<web::Data<Contract>>()?;
    let pattern = contract.pattern(path)?;
    let (collection, name, value) = path_variables::first(pattern, path)?;
    let collection = collection.replace('-', " ");
    let is_told = Surface::of(path) == Surface::Management;
    is_told.then(|| format!("The {name} `{value}` is not among the {collection} that you may see."))
}
