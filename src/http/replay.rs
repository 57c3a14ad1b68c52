//! The rule that says which responses a repeated request with the same idempotency key receives again.

use actix_web::http::StatusCode;

/// Returns whether a response with this status is stored and sent again. It is not if the same request may succeed later.
pub fn is_replayable(status: StatusCode) -> bool {
    let transient = [
        StatusCode::UNAUTHORIZED,
        StatusCode::REQUEST_TIMEOUT,
        StatusCode::PAYLOAD_TOO_LARGE,
        StatusCode::TOO_MANY_REQUESTS,
    ];
    !status.is_server_error() && !transient.contains(&status)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_response_that_may_change_is_not_sent_again() {
        for status in [200, 201, 204, 403, 404, 409, 412, 422] {
            assert!(
                is_replayable(StatusCode::from_u16(status).unwrap()),
                "{status}"
            );
        }
        for status in [401, 408, 413, 429, 500, 503] {
            assert!(
                !is_replayable(StatusCode::from_u16(status).unwrap()),
                "{status}"
            );
        }
    }
}
