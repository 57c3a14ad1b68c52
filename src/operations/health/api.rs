//! The health checks.

use actix_web::web;
use serde::Serialize;
use utoipa::ToSchema;

use crate::db::{Conn, off_thread};
use crate::error::Result;
use crate::http::response::Bare;
use crate::jobs::lease::Lease;
use crate::state::State;

/// The answer to a health check that succeeds; a check that fails is answered with a problem document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Health {
    /// Always `ok`.
    #[schema(pattern = "^ok$", examples("ok"))]
    pub status: &'static str,
}

const OK: Bare<Health> = Bare(Health { status: "ok" });

/// Check that the process runs
///
/// Checks nothing else. If this fails, restart the process.
#[utoipa::path(get, path = "/health/live", responses((status = 200, body = Health)))]
pub async fn get_liveness() -> Bare<Health> {
    OK
}

/// Check that requests can be served
///
/// Checks the database. While this fails, send requests to another instance. `read_only` and `storage_full` say that the
/// database accepts no writes, though reading works.
#[utoipa::path(get, path = "/health/ready", responses((status = 200, body = Health), (status = 503), (status = 507)))]
pub async fn get_readiness(state: web::Data<State>) -> Result<Bare<Health>> {
    state.db.read(Conn::check_writable).await?;
    if state.db.is_unwritable() {
        // The jobs write every few seconds, so the last write tells; this one tells whether that is over.
        let now = state.clock.now();
        let probe = Lease::new(state.db.clone(), "readiness", 1);
        off_thread(move || probe.write(now, |_| Ok(()))).await?;
    }
    Ok(OK)
}
