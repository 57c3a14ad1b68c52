//! Tribuna: a headless content API for multilingual publications with many voices.
//!
//! The modules in layers, from top to bottom. Imports only point downwards.
//!
//! - [`cli`]: the commands of the binary; [`app`]: the assembly of the web application
//! - [`import`], [`demo`]: content from other systems, and generated sample content
//! - [`surfaces`]: the table of all resources
//! - [`operations`]: health checks, the scheduler, housekeeping
//! - [`community`]: what readers write: comments, and their moderation
//! - [`editorial`]: management of working copies: posts, translations, revisions, workflow, publishing, previews
//! - [`followers`]: the readers of the change log: the cache, the audit trail, sync
//! - [`publications`]: published posts
//! - [`catalogue`]: the resources to which posts refer: organizations, authors, categories, tags
//! - [`requests`]: batches and idempotency keys
//! - [`accounts`]: users, sessions, signing keys, passwords
//! - [`delivery`]: shared code of the delivery surface
//! - [`docs`]: the documentation that a server serves
//! - [`mail`]: e-mail: the outbox, templates, the mail server, unsubscribing
//! - [`state`], [`secrets`]: values that handlers share
//! - [`changes`]: the change log; [`slugs`]: slugs and redirects; [`jobs`]: background work
//! - [`http`]: the HTTP layer; [`db`]: the two databases. They depend neither on each other nor on any resource
//! - [`config`], [`content`], [`logging`], [`schema`], and the small types [`any_of`], [`by_lang`], [`clock`],
//!   [`collation`], [`email`], [`error`], [`fields`], [`id`], [`kind`], [`lang`], [`languages`], [`named_ref`],
//!   [`page`], [`patch`], [`request_id`], [`secret_rotation`], [`secret_token`], [`sha256`], [`shutdown`],
//!   [`slug`], [`text`], [`timestamp`], [`version`]

pub mod accounts;
pub mod any_of;
pub mod app;
pub mod by_lang;
pub mod catalogue;
pub mod changes;
pub mod cli;
pub mod clock;
pub mod collation;
pub mod community;
pub mod config;
pub mod content;
pub mod db;
pub mod delivery;
pub mod demo;
pub mod docs;
pub mod editorial;
pub mod email;
pub mod error;
pub mod fields;
pub mod followers;
pub mod http;
pub mod id;
pub mod import;
pub mod jobs;
pub mod kind;
pub mod lang;
pub mod languages;
pub mod licence;
pub mod logging;
pub mod mail;
pub mod named_ref;
pub mod operations;
pub mod page;
pub mod patch;
pub mod plain_words;
pub mod post_type;
pub mod postings;
pub mod publications;
pub mod request_id;
pub mod requests;
pub mod schema;
pub mod secret_rotation;
pub mod secret_token;
pub mod secrets;
pub mod sha256;
pub mod shutdown;
pub mod slug;
pub mod slugs;
pub mod state;
pub mod surfaces;
pub mod surrogate_keys;
pub mod text;
pub mod timestamp;
pub mod translation_id;
pub mod user_ref;
pub mod version;
pub mod written_time;
