//! Publishing: a rendered copy of the working copy becomes what the public sees.
//!
//! Rendering is slow and needs no lock, so it happens before the transaction. The transaction takes effect only if
//! the working copy is still the version that was rendered.

pub mod api;
mod instants;
pub mod local_time;
pub mod model;
pub mod planned_time;
pub mod publish;
mod record;
pub mod retiming;
pub mod snapshot;
pub mod store;
pub mod taking_down;
pub mod times;
mod zone;
