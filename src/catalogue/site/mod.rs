//! The description of the site: its name, languages and licence. There is one site. What admins have stored takes
//! precedence over the settings of the server, member by member.

pub mod api;
pub mod comments;
pub mod delivery;
pub mod language_names;
pub mod model;
pub mod public;
pub mod store;

use crate::http::contract::operation::operations;
use crate::http::contract::texts::KnownValue;

operations!(
    "site",
    values = VALUES,
    api::get_site,
    api::replace_site => clears,
    delivery::get_public_site,
);

/// Example values of members, for the OpenAPI documents.
#[rustfmt::skip]
const VALUES: &[KnownValue] = &[
    ("PublicSite.name", r#""The Town Square""#),
    ("PublicSite.description", r#""News from nine towns, in five languages.""#),
    ("PublicSite.home", r#""https://news.example.org/""#),
    ("PublicSiteText.name", r#""The Town Square""#),
    ("SiteText.name", r#""The Town Square""#),
    ("PublicLanguage.code", r#""en""#),
    ("PublicLanguage.name", r#""English""#),
    ("Feed.url", r#""/v1/posts?lang=en""#),
];
