//! Reading one's own writes: the cache learns of a write before the answer to it is sent.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::middleware::Next;

use super::Follower;
use crate::state::AppData;

/// The middleware. It stands outside of batches, whose operations are committed when the batch is answered.
///
/// # Errors
/// [`crate::error::Error::Internal`] when the application has no [`Follower`].
pub async fn acknowledged<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let follower = if request.method().is_safe() {
        None
    } else {
        Some(AppData::find::<Follower>(request.request())?)
    };
    let response = next.call(request).await?;
    if let Some(follower) = follower
        && acknowledges(response.status())
    {
        follower.acknowledge().await;
    }
    Ok(response)
}

/// Returns whether an answer lets its reader conclude that something was written. A refusal does so only if it tells of
/// a state, such as that the same request was carried out before; a failure does not.
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
