//! Reading one's own write: before an answer says that something was written, what is kept is told of it.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::middleware::Next;
use actix_web::web;

use super::Follower;

/// The middleware. It stands outside of batches, whose operations are committed when the batch is answered.
///
/// # Errors
/// None of its own.
pub async fn acknowledged<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let follower = match request.method().is_safe() {
        true => None,
        false => request.app_data::<web::Data<Follower>>().cloned(),
    };
    let response = next.call(request).await?;
    if let Some(follower) = follower
        && acknowledges(response.status())
    {
        follower.acknowledge().await;
    }
    Ok(response)
}

/// Whether an answer lets its reader conclude that something was written. A refusal does not, but for one that tells of
/// a state, such as that the same request was carried out before; neither does a failure.
fn acknowledges(status: StatusCode) -> bool {
    let tells = [
        StatusCode::NOT_FOUND,
        StatusCode::CONFLICT,
        StatusCode::GONE,
        StatusCode::PRECONDITION_FAILED,
    ];
    status.is_success() || tells.contains(&status)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_and_failures_tell_of_no_write() {
        let told = |status| StatusCode::from_u16(status).is_ok_and(acknowledges);
        let all = [
            200, 201, 204, 400, 401, 403, 404, 405, 409, 410, 412, 422, 429, 500, 503,
        ];
        let those: Vec<u16> = all.into_iter().filter(|status| told(*status)).collect();
        assert_eq!(those, [200, 201, 204, 404, 409, 410, 412]);
    }
}
