//! Translations: the working copy of one post in one language.

pub mod api;
pub mod first;
pub(in crate::editorial) mod loaded;
pub mod model;
pub mod rows;
pub(in crate::editorial) mod saving;
pub(in crate::editorial) mod shown;
pub mod sources;
pub mod store;
pub mod take_over;
pub(in crate::editorial) mod writing;
