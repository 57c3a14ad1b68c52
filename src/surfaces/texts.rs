//! The texts of the two OpenAPI documents that name resources: titles, descriptions, tags, and examples that several
//! resources share.

use crate::http::contract::audience::Audience;
use crate::http::contract::texts::{HeaderText, KnownValue, Texts};

/// Returns the texts of the document for one audience.
pub fn texts(audience: Audience) -> Texts {
    let shared = Texts {
        headers: HEADERS,
        values: VALUES,
        key: "An API key that an admin has created: `X-API-Key: trb_live_…`, or `Authorization: Bearer trb_live_…`. Where an operation names a scope, the key needs it, or one that includes it.",
        ..Texts::default()
    };
    match audience {
        Audience::Delivery => Texts {
            title: "Tribuna Delivery API",
            description: include_str!("delivery.md"),
            tags: DELIVERY_TAGS,
            ..shared
        },
        Audience::Management => Texts {
            title: "Tribuna Management API",
            description: include_str!("management.md"),
            tags: MANAGEMENT_TAGS,
            bearer: "The `access_token` that `POST /v1/auth/login` gives. Where an operation lists several requirements, each names one role, and any one of them suffices.",
            ..shared
        },
    }
}

/// The tags of the delivery document, in the order in which a reader needs them.
#[rustfmt::skip]
const DELIVERY_TAGS: &[(&str, &str)] = &[
    ("posts", "Published posts and pages: filtered lists, counts by facet, single posts in any of their languages, and related posts."),
    ("comments", "Comments of readers below a post: reading, writing, and changing one's own."),
    ("categories", "Categories, as a list and as a tree."),
    ("tags", "Tags, with names in one or more languages."),
    ("authors", "Authors, with their biographies and their current affiliation."),
    ("organizations", "Organizations that authors belong to or speak for."),
    ("site", "The site itself: its name, languages, licence and feeds."),
    ("feeds", "Feeds for readers and partners, in RSS, Atom and JSON Feed, with all filters of the list of posts."),
    ("sitemap", "The sitemap of the site, for search engines."),
    ("embeds", "Posts on the pages of others: cards for frames, and oEmbed."),
    ("sync", "Copies of the content elsewhere: a first reading in bulk, then the changes, with deletions."),
    ("resolve", "The current resource behind a slug or a path of the site."),
    ("previews", "One revision of a post, for anyone who has the link."),
    ("api-keys", "The API key of the request."),
    ("mail", "The end of messages by e-mail, for whoever no longer wants them."),
];

/// The tags of the management document, in the order in which a reader needs them.
#[rustfmt::skip]
const MANAGEMENT_TAGS: &[(&str, &str)] = &[
    ("sessions", "Signing in and out, tokens, and the signed-in user."),
    ("posts", "Posts, pages and their translations: writing, review, publication, revisions, archive and trash; and lists of tasks and of translations."),
    ("previews", "Preview links, through which anyone who has the link reads one revision."),
    ("categories", "Categories: a tree, with names in one or more languages."),
    ("tags", "Tags, with names in one or more languages."),
    ("authors", "Authors, whom the bylines of posts name."),
    ("organizations", "Organizations that authors belong to or speak for."),
    ("site", "The name, languages, licence and contact of the site."),
    ("comments", "Comments of readers: the queue of moderators, their decisions, and the settings of a post."),
    ("calendar", "What was published and taken down, and what will be."),
    ("batch", "Many operations in one request."),
    ("users", "The people who can sign in, with their roles."),
    ("audit", "The audit trail: who changed what, and when."),
    ("health", "Health checks, for load balancers and orchestrators."),
    ("api-keys", "API keys for partners and machines, with scopes, limits and quotas."),
    ("webhooks", "Webhooks: receivers that are told what changes, and the log of what was sent to them."),
    ("keys", "The public keys that verify access tokens."),
];

const HEADERS: &[HeaderText] = &[
    HeaderText {
        component: "Location",
        description: None,
        example: "/v1/admin/tags/0192f0c1-2f6b-7c1e-9c52-0b6f3f0e7a11",
    },
    HeaderText {
        component: "Link",
        description: None,
        example: "</v1/posts?limit=20>; rel=\"first\"",
    },
    HeaderText {
        component: "SurrogateKey",
        description: Some(
            "The surrogate keys of the response, separated by spaces, by which a CDN can purge it. At most 4,096 bytes: if there are too many keys of one kind, one key such as `post:any` replaces them.",
        ),
        example: "lang:fr posts posts:fr",
    },
    HeaderText {
        component: "CacheTag",
        description: None,
        example: "lang:fr,posts,posts:fr",
    },
];

/// Example values for members that the schemas of several resources have.
#[rustfmt::skip]
const VALUES: &[KnownValue] = &[
    ("canonical_url", r#""https://news.example.org/a-right-to-the-city""#),
    ("description", r#""Who lives in a city, and who decides about it.""#),
    ("excerpt", r#""Nine neighbourhoods tell what became of their homes.""#),
    ("html", r#""<p>Nine neighbourhoods tell what became of their homes.</p>""#),
    ("lang", r#""en""#),
    ("licence", r#""CC-BY-4.0""#),
    ("name", r#""Housing""#),
    ("original_lang", r#""en""#),
    ("post_count", "12"),
    ("reading_minutes", "3"),
    ("requested_lang", r#""en""#),
    ("role", r#""Mayor""#),
    ("subtitle", r#""Notes from nine neighbourhoods""#),
    ("text", r#""Nine neighbourhoods tell what became of their homes.""#),
    ("time_zone", r#""Europe/Madrid""#),
    ("title", r#""A right to the city""#),
    ("url", r#""https://example.org/""#),
    ("word_count", "640"),
];
