//! Response headers: the components that describe them, and the references to these components.

use std::collections::BTreeMap;

use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::schema::{Object, ObjectBuilder};
use utoipa::openapi::{Header, Ref, RefOr, Type};

use super::audience::Audience;
use super::texts::HeaderText;
use crate::http::preferences::MINIMAL;

/// The headers of a response by name.
pub type Headers = BTreeMap<String, RefOr<Header>>;

/// The header components of a cacheable response.
pub const OF_CACHEABLE: [&str; 7] = [
    "ETag",
    "LastModified",
    "CacheControl",
    "CacheStatus",
    "SurrogateKey",
    "CacheTag",
    "Vary",
];

/// The header components of every response.
const OF_EVERY: [&str; 3] = ["XRequestId", "RateLimitPolicy", "RateLimit"];

/// A header component. One header may have several components, with different descriptions.
struct Row {
    component: &'static str,
    /// The name of the header in HTTP.
    name: &'static str,
    presence: Presence,
    value: Value,
    description: &'static str,
}

/// The presence of a header in the responses that document it: always (`required`) or only sometimes.
#[derive(PartialEq, Eq)]
enum Presence {
    Always,
    Sometimes,
}
use Presence::{Always, Sometimes};

/// The values of a header.
enum Value {
    /// Text, with an example.
    Text(&'static str),
    /// A URL or a list of links. The example comes from `Texts`, because it names resources.
    Address,
    /// Surrogate keys: text of a limited length. The example comes from `Texts`, because it names resources.
    Keys,
    /// The only possible value.
    Word(&'static str),
    /// A number of seconds, with an example.
    Seconds(u32),
}
use Value::{Address, Keys, Seconds, Text, Word};

#[rustfmt::skip]
const ROWS: [Row; 25] = [
    Row { component: "XRequestId", name: "X-Request-Id", presence: Always, value: Text("0192f0c1-2f6b-7c1e-9c52-0b6f3f0e7a11"),
          description: "The id of this request, as in the logs and in problem documents." },
    Row { component: "RateLimitPolicy", name: "RateLimit-Policy", presence: Sometimes, value: Text("\"default\";q=10000;w=10"),
          description: "The quota: how many requests (`q`) in how many seconds (`w`), as in draft-ietf-httpapi-ratelimit-headers. Absent if no quota applies, and where shared caches may store the response." },
    Row { component: "RateLimit", name: "RateLimit", presence: Sometimes, value: Text("\"default\";r=9999;t=1"),
          description: "How many requests the client has left (`r`), and the seconds until it has its whole quota again (`t`). Absent where shared caches may store the response, because it belongs to one client." },
    Row { component: "CurrentETag", name: "ETag", presence: Sometimes, value: Text("\"v4\""),
          description: "The current validator of the resource; absent if the resource does not exist." },
    Row { component: "ETag", name: "ETag", presence: Always, value: Text("\"v3\""),
          description: "A strong validator (RFC 9110)." },
    Row { component: "Location", name: "Location", presence: Always, value: Address,
          description: "The URL of the new resource (201), or the current URL (308)." },
    Row { component: "Link", name: "Link", presence: Always, value: Address,
          description: "The URLs of other pages of the list, or of the resource in other languages (RFC 8288)." },
    Row { component: "CacheControl", name: "Cache-Control", presence: Always,
          value: Text("public, max-age=60, stale-while-revalidate=600, stale-if-error=86400"),
          description: "How long caches may store the response." },
    Row { component: "PrivateNoStore", name: "Cache-Control", presence: Always, value: Text("private, no-store"),
          description: "No cache may store the response." },
    Row { component: "NoStore", name: "Cache-Control", presence: Always, value: Text("no-store"),
          description: "No cache may store the response." },
    Row { component: "XRobotsTag", name: "X-Robots-Tag", presence: Always, value: Text("noindex"),
          description: "Search engines must not index the response." },
    Row { component: "LastModified", name: "Last-Modified", presence: Sometimes, value: Text("Fri, 01 May 2026 08:00:00 GMT"),
          description: "The time of the last change of any public content. Absent while the server does not know it, and within the second of the change." },
    Row { component: "CacheStatus", name: "Cache-Status", presence: Always, value: Text("tribuna; hit"),
          description: "Whether the response comes from the cache of this server (RFC 9211)." },
    Row { component: "CacheStatusSome", name: "Cache-Status", presence: Sometimes, value: Text("tribuna; fwd=miss"),
          description: "Whether the response comes from the cache of this server (RFC 9211). Absent where the server does not use its cache." },
    Row { component: "SurrogateKey", name: "Surrogate-Key", presence: Sometimes, value: Keys,
          description: "The surrogate keys of the response, separated by spaces, by which a CDN can purge it. At most 4,096 bytes." },
    Row { component: "CacheTag", name: "Cache-Tag", presence: Sometimes, value: Keys,
          description: "The same keys as in `Surrogate-Key`, separated by commas." },
    Row { component: "Vary", name: "Vary", presence: Always, value: Text("accept-encoding"),
          description: "The request headers that the response depends on." },
    Row { component: "VarySome", name: "Vary", presence: Sometimes, value: Text("accept-encoding"),
          description: "The request headers that the response depends on. Absent if it depends on none." },
    Row { component: "AcceptEncoding", name: "Accept-Encoding", presence: Sometimes, value: Word("identity"),
          description: "Present if the body was refused because of its content coding: bodies are accepted without one." },
    Row { component: "ContentLanguage", name: "Content-Language", presence: Always, value: Text("fr"),
          description: "The language of the response." },
    Row { component: "WWWAuthenticate", name: "WWW-Authenticate", presence: Always,
          value: Text("Bearer realm=\"tribuna\", error=\"invalid_token\""),
          description: "What was wrong with the credentials (RFC 6750)." },
    Row { component: "RetryAfterSome", name: "Retry-After", presence: Sometimes, value: Seconds(1),
          description: "The number of seconds to wait before the next attempt; absent if waiting does not help." },
    Row { component: "IdempotencyReplayed", name: "Idempotency-Replayed", presence: Sometimes, value: Word("true"),
          description: "`true` if this is the stored response to an earlier `POST` with the same `Idempotency-Key`." },
    Row { component: "PreferenceApplied", name: "Preference-Applied", presence: Sometimes, value: Word(MINIMAL),
          description: "`return=minimal` if the request preferred this and the answer is brief (RFC 7240)." },
    Row { component: "RetryAfter", name: "Retry-After", presence: Always, value: Seconds(5),
          description: "The number of seconds to wait before the next attempt." },
];

/// Returns the header components, with the descriptions and examples that `texts` gives.
pub fn headers(texts: &[HeaderText]) -> Headers {
    let described = ROWS.iter().map(|row| {
        let text = texts.iter().find(|text| text.component == row.component);
        (row.component.to_owned(), row.header(text).into())
    });
    described.collect()
}

impl Row {
    fn header(&self, text: Option<&HeaderText>) -> Header {
        let description = text.and_then(|text| text.description);
        let header = HeaderBuilder::new()
            .description(Some(description.unwrap_or(self.description)))
            .schema(Some(self.value.schema(text.map(|text| text.example))));
        // utoipa's `Header` has no field for `required`.
        let required: Extensions = [("required", true)].into_iter().collect();
        header
            .extensions((self.presence == Always).then_some(required))
            .build()
    }
}

impl Value {
    fn schema(&self, example: Option<&'static str>) -> ObjectBuilder {
        let text = Object::builder().schema_type(Type::String);
        match self {
            Text(example) => text.examples([*example]),
            Address => text.examples(example),
            Keys => text.max_length(Some(4096)).examples(example),
            Word(word) => text.enum_values(Some([*word])),
            Seconds(example) => {
                let number = Object::builder().schema_type(Type::Integer);
                number.minimum(Some(0)).examples([*example])
            }
        }
    }
}

/// Returns the component of `Vary` in the responses of a document. The delivery surface sends the header with every
/// response, the others only with those that depend on a header of the request.
pub fn vary(audience: Audience) -> &'static str {
    match audience {
        Audience::Delivery => "Vary",
        Audience::Management => "VarySome",
    }
}

/// Returns references to the named components and to those that every response may have.
pub fn with_id(components: &[&str]) -> Headers {
    let wanted =
        |row: &&Row| OF_EVERY.contains(&row.component) || components.contains(&row.component);
    let references = ROWS.iter().filter(wanted).map(|row| {
        let target = format!("#/components/headers/{}", row.component);
        (row.name.to_owned(), RefOr::Ref(Ref::new(target)))
    });
    references.collect()
}
