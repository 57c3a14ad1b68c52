//! The HTTP layer: reads and checks requests, and builds responses. It depends on no resource.

pub mod access_log;
pub mod address;
pub mod app_data;
pub mod cache;
pub mod canonical;
pub mod conditional;
pub mod contract;
pub mod credentials;
pub mod entity_tags;
pub mod input;
pub mod media_types;
pub mod missing;
pub mod negotiation;
pub mod places;
pub mod preferences;
pub mod preflight;
pub mod problem;
pub mod problem_documents;
pub mod quota;
mod redirects;
pub mod replay;
pub mod response;
pub mod response_headers;
pub mod surface;
pub mod throttle;
mod unknown_path;
pub mod validation;
