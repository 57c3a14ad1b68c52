//! Read-your-writes consistency: the cache learns of a write before the response to it is sent.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;

use super::Follower;
use crate::http::app_data::app_data;
use crate::requests::batch::operations::PATH as BATCH;

/// The middleware. It wraps the batch middleware, because the operations of a batch are not committed before the whole
/// batch has been processed.
///
/// # Errors
/// Returns [`crate::error::Error::Internal`] if the application has no [`Follower`], and the error of the inner
/// service.
pub async fn acknowledged<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    if request.method().is_safe() {
        return next.call(request).await;
    }
    let follower = app_data::<Follower>(request.request())?.clone();
    let deletes = request.method() == Method::DELETE || request.path() == BATCH;
    let response = next.call(request).await?;
    if acknowledges(response.status()) {
        follower.acknowledge(deletes).await;
    }
    Ok(response)
}

/// Returns whether a client may conclude from a response that something was written. A refusal permits this only if it
/// reports a state, such as that the same request was processed before. A failure does not.
fn acknowledges(status: StatusCode) -> bool {
    let tells_of_a_state = [
        StatusCode::NOT_FOUND,
        StatusCode::CONFLICT,
        StatusCode::GONE,
        StatusCode::PRECONDITION_FAILED,
    ];
    status.is_success() || tells_of_a_state.contains(&status)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_and_failures_tell_of_no_write() {
        let does = |status| StatusCode::from_u16(status).is_ok_and(acknowledges);
        let all = [
            200, 201, 204, 400, 401, 403, 404, 405, 409, 410, 412, 422, 429, 500, 503,
        ];
        let those: Vec<u16> = all.into_iter().filter(|status| does(*status)).collect();
        assert_eq!(those, [200, 201, 204, 404, 409, 410, 412]);
    }
}
