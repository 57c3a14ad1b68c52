//! Rules that hold for the requests of every resource, and requests that hold or repeat others.

mod answers;
mod awkward_texts;
mod bad_input;
mod batch;
mod brief_batches;
mod caller_first;
mod check_order;
mod codings;
mod cors;
mod credentials;
mod did_you_mean;
mod errors;
mod idempotency;
mod interrupted_batches;
mod missing;
mod preconditions;
mod quotas;
mod unwanted_bodies;
