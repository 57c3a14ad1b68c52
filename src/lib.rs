//! Tribuna: a headless content API for multilingual publications with many voices.
//!
//! The map, from the door inwards; imports point down only:
//!
//! - [`cli`]: the commands of the binary; [`app`]: the one place the web application is put together
//! - [`resources`]: one room per noun, each with its model, its SQL and its handlers
//! - [`import`], [`demo`]: content from elsewhere, and content to try things on
//! - [`http`]: the web toolkit; [`db`]: the two databases. Neither knows the other, nor any resource
//! - [`content`]: markdown and HTML to what the public reads; pure
//! - [`config`], [`error`], [`clock`], [`collation`] and the small types [`any_of`], [`email`], [`fields`], [`id`], [`lang`], [`by_lang`], [`languages`], [`slug`], [`timestamp`], [`page`], [`patch`], [`version`]

pub mod any_of;
pub mod app;
pub mod by_lang;
pub mod cli;
pub mod clock;
pub mod collation;
pub mod config;
pub mod content;
pub mod db;
pub mod demo;
pub mod email;
pub mod error;
pub mod fields;
pub mod http;
pub mod id;
pub mod import;
pub mod lang;
pub mod languages;
pub mod logging;
pub mod page;
pub mod patch;
pub mod request_id;
pub mod resources;
pub mod schema;
pub mod slug;
pub mod timestamp;
pub mod version;
