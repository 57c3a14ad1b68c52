//! The management surface: working copies, from the first draft to publication.

pub mod calendar;
pub mod copies;
pub mod posts;
pub mod previews;
pub mod publishing;
pub mod revisions;
pub mod saved;
pub mod takedowns;
pub mod translations;
pub mod workflow;
pub mod worklists;

use crate::http::contract::operation::operations;
use crate::http::contract::texts::KnownValue;

operations!(
    "posts",
    values = VALUES,
    posts::api::list_posts,
    posts::api::create_post,
    posts::api::get_post,
    posts::api::replace_post,
    posts::api::update_post,
    posts::api::publish_shared_properties,
    posts::api::list_post_history,
    takedowns::api::list_takedowns,
    posts::api::delete_post,
    posts::api::restore_post,
    posts::single_relations_api::add_post_author,
    posts::single_relations_api::remove_post_author,
    posts::single_relations_api::add_post_category,
    posts::single_relations_api::remove_post_category,
    posts::single_relations_api::add_post_tag,
    posts::single_relations_api::remove_post_tag,
    copies::api::create_copy,
    translations::api::get_translation,
    translations::api::begin_translation,
    translations::api::replace_translation,
    translations::api::update_translation,
    translations::api::delete_translation,
    publishing::api::get_publication,
    publishing::api::replace_publication,
    publishing::api::update_publication,
    publishing::api::delete_publication,
    publishing::api::update_replacement,
    publishing::api::delete_replacement,
    revisions::api::list_revisions,
    // Must precede `get_revision`, whose path would also match `{from}...{to}`.
    revisions::api::compare_revisions => deprecated,
    revisions::api::compare_revision,
    revisions::api::get_revision,
    revisions::api::restore_revision,
    workflow::api::get_submission,
    workflow::api::replace_submission,
    workflow::api::delete_submission,
    workflow::api::get_review,
    workflow::api::replace_review,
    workflow::api::delete_review,
    workflow::api::get_archive,
    workflow::api::replace_archive,
    workflow::api::delete_archive,
    workflow::api::list_steps,
    worklists::api::list_tasks,
    worklists::api::list_translations,
    worklists::api::get_translation_matrix,
);

/// Example values of members, for the OpenAPI documents.
#[rustfmt::skip]
const VALUES: &[KnownValue] = &[
    ("archived_at", r#""2026-05-04T09:00:00.000Z""#),
    ("deleted_at", "null"),
    ("hash", r#""2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae""#),
    ("langs", r#"["en", "fr"]"#),
    ("note", r#""A shorter title""#),
    ("original_title", r#""A right to the city""#),
    ("replacement", "null"),
    ("roles", r#"{ "fr": "Maire" }"#),
    ("unpublish_at", r#""2026-06-01T08:00:00.000Z""#),
    ("unpublish_at_local", r#""2026-06-01T10:00:00.000+02:00""#),
    ("source", r#""Nine neighbourhoods tell what became of *their* homes.""#),
    ("Archive.allowed_actions", r#"["unarchive"]"#),
    ("Archive.status", r#""archived""#),
    ("FieldChange.from", r#""Housing""#),
    ("FieldChange.to", r#""A right to the city""#),
    ("HistoryEntry.after", r#"{ "title": "A right to the city" }"#),
    ("HistoryEntry.before", r#"{ "title": "Housing" }"#),
    ("HistoryEntry.kind", r#""translation""#),
    ("HistoryEntry.operation", r#""update""#),
    ("Post.allowed_actions", r#"["edit", "publish_shared", "delete"]"#),
    ("PublicationState.status", r#""published""#),
    ("Review.status", r#""approved""#),
    ("Submission.allowed_actions", r#"["withdraw"]"#),
    ("Submission.status", r#""submitted""#),
    ("PostTakedown.reason", r#""consent""#),
    ("Task.allowed_actions", r#"["review"]"#),
    ("Task.status", r#""submitted""#),
    ("Translation.status", r#""published""#),
    ("TranslationLine.state", r#""outdated""#),
    ("TranslationSummary.status", r#""published""#),
];
