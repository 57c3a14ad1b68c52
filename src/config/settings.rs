//! The one table of settings. The flags, the environment names, the defaults, the help, `tribuna config` and
//! `docs/settings.md` all come from these rows; nothing about a setting is written down a second time.

use super::setting::{Accepts, Default, Section, Setting};

/// The environment name, conventional on hosting platforms, that replaces the port of [`LISTEN`].
pub const PORT: &str = "PORT";

/// Every setting, in the order in which they are shown.
pub const SETTINGS: &[&Setting] = &[
    &LISTEN,
    &PUBLIC_URL,
    &WORKERS,
    &BODY_LIMIT,
    &REQUIRE_IF_MATCH,
    &CORS_ORIGINS,
    &TRUSTED_PROXIES,
    &DATABASE_URL,
    &DATABASE_POOL,
    &STATEMENT_TIMEOUT,
    &CACHE_MAX_AGE,
    &CACHE_STALE_WHILE_REVALIDATE,
    &CACHE_STALE_IF_ERROR,
    &CACHE_ROUTES,
    &CACHE_BYTES,
    &EXTERNAL_LINKS,
    &SITE_PATHS,
    &SELF_REVIEW,
    &TRASH_DAYS,
    &ACCESS_TOKEN_TTL,
    &REFRESH_TOKEN_TTL,
    &ADMIN_EMAIL,
    &ADMIN_PASSWORD,
    &LOG_FORMAT,
    &LOG_FILTER,
];

/// `TRIBUNA_LISTEN`.
pub const LISTEN: Setting = Setting {
    name: "listen",
    env: "TRIBUNA_LISTEN",
    doc: "The address and port to listen on; the conventional `PORT` replaces the port alone, unless the flag is given",
    accepts: Accepts::Text(
        "ADDRESS:PORT",
        "an IP address and a port, such as 127.0.0.1:8080 or [::]:8080",
    ),
    default: Default::Text("127.0.0.1:8080"),
    section: Section::Server,
    secret: false,
};

/// `TRIBUNA_PUBLIC_URL`.
pub const PUBLIC_URL: Setting = Setting {
    name: "public-url",
    env: "TRIBUNA_PUBLIC_URL",
    doc: "The address under which the outside world reaches this server: the issuer of tokens and the base of absolute links",
    accepts: Accepts::Text(
        "URL",
        "an absolute http or https address without user, query or fragment, such as https://api.example.org",
    ),
    default: Default::Computed("http:// and the listen address"),
    section: Section::Server,
    secret: false,
};

/// `TRIBUNA_WORKERS`.
pub const WORKERS: Setting = Setting {
    name: "workers",
    env: "TRIBUNA_WORKERS",
    doc: "How many threads answer requests",
    accepts: Accepts::Whole("threads", 1, 1024),
    default: Default::Computed("one per available CPU"),
    section: Section::Server,
    secret: false,
};

/// `TRIBUNA_BODY_LIMIT`.
pub const BODY_LIMIT: Setting = Setting {
    name: "body-limit",
    env: "TRIBUNA_BODY_LIMIT",
    doc: "The largest request body that is read",
    accepts: Accepts::Whole("bytes", 1024, 67_108_864),
    default: Default::Text("2097152"),
    section: Section::Server,
    secret: false,
};

/// `TRIBUNA_REQUIRE_IF_MATCH`.
pub const REQUIRE_IF_MATCH: Setting = Setting {
    name: "require-if-match",
    env: "TRIBUNA_REQUIRE_IF_MATCH",
    doc: "Whether a change through the management API must say which version it is based on (`If-Match`)",
    accepts: Accepts::OneOf(&["true", "false"]),
    default: Default::Text("false"),
    section: Section::Server,
    secret: false,
};

/// `TRIBUNA_CORS_ORIGINS`.
pub const CORS_ORIGINS: Setting = Setting {
    name: "cors-origins",
    env: "TRIBUNA_CORS_ORIGINS",
    doc: "The web origins whose pages may call the management API from a browser (delivery is open to all)",
    accepts: Accepts::Text(
        "ORIGINS",
        "exact origins separated by commas, such as https://desk.example.org,http://localhost:3000",
    ),
    default: Default::Nothing,
    section: Section::Server,
    secret: false,
};

/// `TRIBUNA_TRUSTED_PROXIES`.
pub const TRUSTED_PROXIES: Setting = Setting {
    name: "trusted-proxies",
    env: "TRIBUNA_TRUSTED_PROXIES",
    doc: "The reverse proxies whose `X-Forwarded-For` is believed",
    accepts: Accepts::Text(
        "ADDRESSES",
        "single IP addresses (no networks) separated by commas, such as 10.0.0.2,10.0.0.3",
    ),
    default: Default::Nothing,
    section: Section::Server,
    secret: false,
};

/// `DATABASE_URL`.
pub const DATABASE_URL: Setting = Setting {
    name: "database-url",
    env: "DATABASE_URL",
    doc: "The database: SQLite for one instance, PostgreSQL for one or many",
    accepts: Accepts::Text(
        "URL",
        "sqlite://relative/path, sqlite:///absolute/path or postgres://user:password@host/name",
    ),
    default: Default::Text("sqlite://data/tribuna.db"),
    section: Section::Database,
    secret: true,
};

/// `TRIBUNA_DATABASE_POOL`.
pub const DATABASE_POOL: Setting = Setting {
    name: "database-pool",
    env: "TRIBUNA_DATABASE_POOL",
    doc: "How many connections to keep: readers on SQLite, all connections on PostgreSQL",
    accepts: Accepts::Whole("connections", 1, 200),
    default: Default::Text("8"),
    section: Section::Database,
    secret: false,
};

/// `TRIBUNA_STATEMENT_TIMEOUT`.
pub const STATEMENT_TIMEOUT: Setting = Setting {
    name: "statement-timeout",
    env: "TRIBUNA_STATEMENT_TIMEOUT",
    doc: "After how long PostgreSQL gives up on a statement",
    accepts: Accepts::Whole("seconds", 1, 3600),
    default: Default::Text("10"),
    section: Section::Database,
    secret: false,
};

/// `TRIBUNA_CACHE_MAX_AGE`.
pub const CACHE_MAX_AGE: Setting = Setting {
    name: "cache-max-age",
    env: "TRIBUNA_CACHE_MAX_AGE",
    doc: "How long browsers and CDNs may reuse a delivery answer (`max-age`)",
    accepts: Accepts::Whole("seconds", 0, 31_536_000),
    default: Default::Text("60"),
    section: Section::Delivery,
    secret: false,
};

/// `TRIBUNA_CACHE_STALE_WHILE_REVALIDATE`.
pub const CACHE_STALE_WHILE_REVALIDATE: Setting = Setting {
    name: "cache-stale-while-revalidate",
    env: "TRIBUNA_CACHE_STALE_WHILE_REVALIDATE",
    doc: "How much longer while they fetch a newer one (`stale-while-revalidate`)",
    accepts: Accepts::Whole("seconds", 0, 31_536_000),
    default: Default::Text("600"),
    section: Section::Delivery,
    secret: false,
};

/// `TRIBUNA_CACHE_STALE_IF_ERROR`.
pub const CACHE_STALE_IF_ERROR: Setting = Setting {
    name: "cache-stale-if-error",
    env: "TRIBUNA_CACHE_STALE_IF_ERROR",
    doc: "How much longer while this server fails (`stale-if-error`)",
    accepts: Accepts::Whole("seconds", 0, 31_536_000),
    default: Default::Text("86400"),
    section: Section::Delivery,
    secret: false,
};

/// `TRIBUNA_CACHE_ROUTES`.
pub const CACHE_ROUTES: Setting = Setting {
    name: "cache-routes",
    env: "TRIBUNA_CACHE_ROUTES",
    doc: "Routes of delivery with lifetimes of their own in place of the three above",
    accepts: Accepts::Text(
        "LIFETIMES",
        "route=max-age[/stale-while-revalidate[/stale-if-error]] in seconds, for any of posts, categories, category-tree, \
         tags, authors, organizations and resolve, separated by commas, such as posts=30/600/86400,resolve=300",
    ),
    default: Default::Nothing,
    section: Section::Delivery,
    secret: false,
};

/// `TRIBUNA_CACHE_BYTES`.
pub const CACHE_BYTES: Setting = Setting {
    name: "cache-bytes",
    env: "TRIBUNA_CACHE_BYTES",
    doc: "How much memory this server may use to keep delivery answers; 0: it keeps none",
    accepts: Accepts::Whole("bytes", 0, 1_099_511_627_776),
    default: Default::Text("134217728"),
    section: Section::Delivery,
    secret: false,
};

/// `TRIBUNA_EXTERNAL_LINKS`.
pub const EXTERNAL_LINKS: Setting = Setting {
    name: "external-links",
    env: "TRIBUNA_EXTERNAL_LINKS",
    doc: "Whether published HTML marks links to other sites `noopener nofollow`",
    accepts: Accepts::OneOf(&["plain", "nofollow"]),
    default: Default::Text("plain"),
    section: Section::Delivery,
    secret: false,
};

/// `TRIBUNA_SITE_PATHS`.
pub const SITE_PATHS: Setting = Setting {
    name: "site-paths",
    env: "TRIBUNA_SITE_PATHS",
    doc: "The paths of the site that shows the content, by kind: `GET /v1/resolve` reads and writes them",
    accepts: Accepts::Text(
        "PATTERNS",
        "kind=pattern for any of post, category, tag, author and organization, separated by commas, such as \
         post=/{lang}/{slug},tag=/{lang}/tag/{slug}; {slug} is required, {lang} is not",
    ),
    default: Default::Text(
        "post=/{lang}/{slug},category=/{lang}/category/{slug},tag=/{lang}/tag/{slug},\
         author=/{lang}/author/{slug},organization=/{lang}/organization/{slug}",
    ),
    section: Section::Delivery,
    secret: false,
};

/// `TRIBUNA_SELF_REVIEW`.
pub const SELF_REVIEW: Setting = Setting {
    name: "self-review",
    env: "TRIBUNA_SELF_REVIEW",
    doc: "Whether an editor may review what they submitted themselves",
    accepts: Accepts::OneOf(&["true", "false"]),
    default: Default::Text("false"),
    section: Section::Editorial,
    secret: false,
};

/// `TRIBUNA_TRASH_DAYS`.
pub const TRASH_DAYS: Setting = Setting {
    name: "trash-days",
    env: "TRIBUNA_TRASH_DAYS",
    doc: "After how long a post in the trash is deleted for good; 0: never",
    accepts: Accepts::Whole("days", 0, 36_500),
    default: Default::Text("30"),
    section: Section::Editorial,
    secret: false,
};

/// `TRIBUNA_ACCESS_TOKEN_TTL`.
pub const ACCESS_TOKEN_TTL: Setting = Setting {
    name: "access-token-ttl",
    env: "TRIBUNA_ACCESS_TOKEN_TTL",
    doc: "How long an access token is valid",
    accepts: Accepts::Whole("seconds", 60, 3600),
    default: Default::Text("600"),
    section: Section::Sessions,
    secret: false,
};

/// `TRIBUNA_REFRESH_TOKEN_TTL`.
pub const REFRESH_TOKEN_TTL: Setting = Setting {
    name: "refresh-token-ttl",
    env: "TRIBUNA_REFRESH_TOKEN_TTL",
    doc: "How long a refresh token is valid",
    accepts: Accepts::Whole("seconds", 3600, 31_536_000),
    default: Default::Text("2592000"),
    section: Section::Sessions,
    secret: false,
};

/// `TRIBUNA_ADMIN_EMAIL`.
pub const ADMIN_EMAIL: Setting = Setting {
    name: "admin-email",
    env: "TRIBUNA_ADMIN_EMAIL",
    doc: "The first admin, made on the first start only; needs the password too",
    accepts: Accepts::Text("EMAIL", "an e-mail address, such as ada@example.org"),
    default: Default::Nothing,
    section: Section::Sessions,
    secret: false,
};

/// `TRIBUNA_ADMIN_PASSWORD`.
pub const ADMIN_PASSWORD: Setting = Setting {
    name: "admin-password",
    env: "TRIBUNA_ADMIN_PASSWORD",
    doc: "The password of the first admin; needs the e-mail address too",
    accepts: Accepts::Text("PASSWORD", "a password"),
    default: Default::Nothing,
    section: Section::Sessions,
    secret: true,
};

/// `TRIBUNA_LOG_FORMAT`.
pub const LOG_FORMAT: Setting = Setting {
    name: "log-format",
    env: "TRIBUNA_LOG_FORMAT",
    doc: "Logs for people, or one JSON object a line for machines",
    accepts: Accepts::OneOf(&["text", "json"]),
    default: Default::Text("text"),
    section: Section::Logging,
    secret: false,
};

/// `RUST_LOG`.
pub const LOG_FILTER: Setting = Setting {
    name: "log-filter",
    env: "RUST_LOG",
    doc: "What is logged, in the syntax of env_logger",
    accepts: Accepts::Text(
        "FILTER",
        "levels (off, error, warn, info, debug, trace), alone or per module, such as info,tribuna::access=off",
    ),
    default: Default::Text("info"),
    section: Section::Logging,
    secret: false,
};
