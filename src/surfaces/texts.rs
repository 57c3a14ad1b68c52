//! The words of the two OpenAPI documents that name resources: titles, descriptions, and the examples that no single resource
//! could own.

use crate::http::contract::audience::Audience;
use crate::http::contract::texts::{HeaderText, KnownValue, Texts};

/// The words of the document for one audience.
pub fn texts(audience: Audience) -> Texts {
    let shared = Texts {
        tags: TAGS,
        headers: HEADERS,
        values: VALUES,
        ..Texts::default()
    };
    match audience {
        Audience::Delivery => Texts {
            title: "Tribuna Delivery API",
            description: "Published posts, categories, tags, authors and organizations, each in all its languages; and previews of \
                          unpublished posts, for readers who have the link. No access token is required. `GET` operations \
                          change nothing. `HEAD` is supported wherever `GET` is. No parameter may contain NUL (U+0000).",
            ..shared
        },
        Audience::Management => Texts {
            title: "Tribuna Management API",
            description: "Editorial work on posts, publishing, categories, tags, authors, organizations, users and sessions. \
                          Requires `Authorization: Bearer <access token>`, except for operations that are open to anyone. \
                          `POST /v1/auth/login` gives an access token. No text may contain NUL (U+0000).",
            bearer: "The `access_token` that `POST /v1/auth/login` gives.",
            ..shared
        },
    }
}

#[rustfmt::skip]
const TAGS: &[(&str, &str)] = &[
    ("audit", "The audit trail: who changed what, and when."),
    ("batch", "Many operations in one request."),
    ("calendar", "What was published and taken down, and what will be."),
    ("health", "Health checks, for load balancers and orchestrators."),
    ("keys", "The public keys that verify access tokens."),
    ("previews", "Preview links, through which anyone who has the link reads one revision."),
    ("resolve", "The current resource behind a slug or a path of the site."),
    ("sessions", "Signing in and out, and tokens."),
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

/// The members that schemas of several resources have.
#[rustfmt::skip]
const VALUES: &[KnownValue] = &[
    ("canonical_url", r#""https://news.example.org/a-right-to-the-city""#),
    ("description", r#""Who lives in a city, and who decides about it.""#),
    ("excerpt", r#""Nine neighbourhoods tell what became of their homes.""#),
    ("html", r#""<p>Nine neighbourhoods tell what became of their homes.</p>""#),
    ("lang", r#""en""#),
    ("licence", r#""CC-BY-4.0""#),
    ("name", r#""Housing""#),
    ("next", r#""/v1/posts?cursor=eyJrIjoiMDE5MmYwYzEifQ""#),
    ("original_lang", r#""en""#),
    ("role", r#""Mayor""#),
    ("subtitle", r#""Notes from nine neighbourhoods""#),
    ("text", r#""Nine neighbourhoods tell what became of their homes.""#),
    ("time_zone", r#""Europe/Madrid""#),
    ("title", r#""A right to the city""#),
    ("url", r#""https://example.org/""#),
];
