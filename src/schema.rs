//! The database tables for diesel. Custom SQL types cover the differences between the two databases.

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Instant, JsonDocument, Uuid};

    #[allow(missing_docs)]
    slugs (kind, lang, slug) {
        kind -> Text,
        lang -> Text,
        slug -> Text,
        owner_id -> Uuid,
        public_at -> Nullable<Instant>,
        former_id -> Nullable<Uuid>,
        former_public_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Instant, JsonDocument, Uuid};

    #[allow(missing_docs)]
    organizations (id) {
        id -> Uuid,
        slug -> Text,
        name -> Text,
        name_key -> Binary,
        url -> Nullable<Text>,
        country -> Nullable<Text>,
        version -> Integer,
        created_at -> Instant,
        updated_at -> Instant,
        lang -> Nullable<Text>,
        names -> JsonDocument,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Instant, JsonDocument, Uuid};

    #[allow(missing_docs)]
    authors (id) {
        id -> Uuid,
        slug -> Text,
        name -> Text,
        name_key -> Binary,
        organization_id -> Nullable<Uuid>,
        bio -> JsonDocument,
        links -> JsonDocument,
        version -> Integer,
        created_at -> Instant,
        updated_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Instant, JsonDocument, Uuid};

    #[allow(missing_docs)]
    users (id) {
        id -> Uuid,
        email -> Text,
        password_hash -> Text,
        role -> Text,
        active -> Bool,
        author_id -> Nullable<Uuid>,
        languages -> JsonDocument,
        version -> Integer,
        created_at -> Instant,
        updated_at -> Instant,
        name -> Text,
        name_key -> Binary,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Instant, JsonDocument, Uuid};

    #[allow(missing_docs)]
    sessions (id) {
        id -> Uuid,
        user_id -> Uuid,
        created_at -> Instant,
        expires_at -> Instant,
        revoked_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Instant, JsonDocument, Uuid};

    #[allow(missing_docs)]
    refresh_tokens (hash) {
        hash -> Binary,
        session_id -> Uuid,
        nonce -> Binary,
        issued_at -> Instant,
        used_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Instant, JsonDocument, Uuid};

    #[allow(missing_docs)]
    secrets (name) {
        name -> Text,
        value -> Binary,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Instant, JsonDocument, Uuid};

    #[allow(missing_docs)]
    signing_keys (kid) {
        kid -> Text,
        private_key -> Binary,
        public_key -> Binary,
        created_at -> Instant,
        retired_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Instant, JsonDocument, Uuid};

    #[allow(missing_docs)]
    terms (id) {
        id -> Uuid,
        kind -> Text,
        parent_id -> Nullable<Uuid>,
        position -> Integer,
        version -> Integer,
        created_at -> Instant,
        updated_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Instant, JsonDocument, Uuid};

    #[allow(missing_docs)]
    term_names (term_id, lang) {
        term_id -> Uuid,
        kind -> Text,
        lang -> Text,
        position -> Integer,
        slug -> Text,
        name -> Text,
        name_key -> Binary,
        description -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Instant, JsonDocument, Uuid};

    #[allow(missing_docs)]
    posts (id) {
        id -> Uuid,
        original_lang -> Text,
        featured -> Bool,
        licence -> Nullable<Text>,
        canonical_url -> Nullable<Text>,
        created_by -> Nullable<Uuid>,
        version -> Integer,
        created_at -> Instant,
        updated_at -> Instant,
        deleted_at -> Nullable<Instant>,
        shared_version -> Integer,
        post_type -> Text,
        parent_id -> Nullable<Uuid>,
        position -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Instant, JsonDocument, Uuid};

    #[allow(missing_docs)]
    post_bylines (post_id, position) {
        post_id -> Uuid,
        position -> Integer,
        author_id -> Uuid,
        organization_id -> Nullable<Uuid>,
        role -> Nullable<Text>,
        roles -> JsonDocument,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Instant, JsonDocument, Uuid};

    #[allow(missing_docs)]
    post_terms (post_id, term_id) {
        post_id -> Uuid,
        term_id -> Uuid,
        position -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Instant, JsonDocument, Uuid};

    #[allow(missing_docs)]
    translations (post_id, lang) {
        post_id -> Uuid,
        lang -> Text,
        slug -> Text,
        title -> Text,
        subtitle -> Nullable<Text>,
        excerpt -> Nullable<Text>,
        seo_title -> Nullable<Text>,
        seo_description -> Nullable<Text>,
        body_format -> Text,
        body_source -> Text,
        revision -> Integer,
        stage -> Text,
        stage_at -> Instant,
        submitted_by -> Nullable<Uuid>,
        reviewed_by -> Nullable<Uuid>,
        version -> Integer,
        created_at -> Instant,
        updated_at -> Instant,
        text_revision -> Integer,
        title_key -> Binary,
        submitted_by_key -> Nullable<Uuid>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Instant, JsonDocument, Uuid};

    #[allow(missing_docs)]
    translation_translators (post_id, lang, position) {
        post_id -> Uuid,
        lang -> Text,
        position -> Integer,
        author_id -> Uuid,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Instant, JsonDocument, Uuid};

    #[allow(missing_docs)]
    revisions (post_id, lang, number) {
        post_id -> Uuid,
        lang -> Text,
        number -> Integer,
        hash -> Binary,
        snapshot -> JsonDocument,
        note -> Nullable<Text>,
        created_by -> Nullable<Uuid>,
        created_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Instant, JsonDocument, Uuid};

    #[allow(missing_docs)]
    publications (id) {
        id -> BigInt,
        post_id -> Uuid,
        lang -> Text,
        original_lang -> Text,
        revision -> Integer,
        slug -> Text,
        published_at -> Instant,
        unpublish_at -> Nullable<Instant>,
        replaces_at -> Nullable<Instant>,
        replaced_unpublish_at -> Nullable<Instant>,
        updated_at -> Instant,
        republished -> Bool,
        may_represent -> Bool,
        time_zone -> Nullable<Text>,
        featured -> Bool,
        licence -> Nullable<Text>,
        canonical_url -> Nullable<Text>,
        title -> Text,
        title_key -> Binary,
        subtitle -> Nullable<Text>,
        excerpt -> Text,
        excerpt_source -> Text,
        word_count -> Integer,
        reading_minutes -> Integer,
        seo_title -> Nullable<Text>,
        seo_description -> Nullable<Text>,
        toc -> JsonDocument,
        body_html -> Text,
        body_text -> Text,
        shared_version -> Integer,
        post_type -> Text,
        parent_id -> Nullable<Uuid>,
        position -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Instant, JsonDocument, Uuid};

    #[allow(missing_docs)]
    publication_bylines (publication_id, position) {
        publication_id -> BigInt,
        position -> Integer,
        author_id -> Uuid,
        organization_id -> Nullable<Uuid>,
        role -> Nullable<Text>,
        roles -> JsonDocument,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Instant, JsonDocument, Uuid};

    #[allow(missing_docs)]
    publication_terms (publication_id, term_id) {
        publication_id -> BigInt,
        term_id -> Uuid,
        position -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Instant, JsonDocument, Uuid};

    #[allow(missing_docs)]
    publication_translators (publication_id, position) {
        publication_id -> BigInt,
        position -> Integer,
        author_id -> Uuid,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Instant, JsonDocument, Uuid};

    #[allow(missing_docs)]
    postings (entity_id, published_at, post_id, lang, publication_id) {
        entity_id -> Uuid,
        published_at -> Instant,
        post_id -> Uuid,
        lang -> Text,
        publication_id -> BigInt,
        unpublish_at -> Nullable<Instant>,
        replaces_at -> Nullable<Instant>,
        is_original -> Bool,
        post_type -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Instant, JsonDocument, Uuid};

    #[allow(missing_docs)]
    changes (seq) {
        seq -> BigInt,
        at -> Instant,
        actor -> Text,
        actor_id -> Nullable<Uuid>,
        address -> Nullable<Text>,
        request_id -> Nullable<Text>,
        kind -> Text,
        entity_id -> Nullable<Uuid>,
        lang -> Nullable<Text>,
        operation -> Text,
        before -> Nullable<JsonDocument>,
        after -> Nullable<JsonDocument>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Instant, JsonDocument, Uuid};

    #[allow(missing_docs)]
    import_refs (source, kind, key) {
        source -> Text,
        kind -> Text,
        key -> Text,
        entity_id -> Uuid,
        hash -> Binary,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Instant, JsonDocument, Uuid};

    #[allow(missing_docs)]
    workflow_steps (id) {
        id -> BigInt,
        post_id -> Uuid,
        lang -> Text,
        step -> Text,
        revision -> Integer,
        note -> Nullable<Text>,
        created_by -> Nullable<Uuid>,
        created_at -> Instant,
        past -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Instant, JsonDocument, Uuid};

    #[allow(missing_docs)]
    transitions (id) {
        id -> BigInt,
        at -> Instant,
        publication_id -> BigInt,
        edge -> Text,
        retry_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Instant, JsonDocument, Uuid};

    #[allow(missing_docs)]
    leases (name) {
        name -> Text,
        holder -> Uuid,
        expires_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Instant, JsonDocument, Uuid};

    #[allow(missing_docs)]
    preview_links (id) {
        id -> Uuid,
        token_hash -> Binary,
        post_id -> Uuid,
        lang -> Text,
        revision -> Integer,
        created_by -> Nullable<Uuid>,
        created_at -> Instant,
        expires_at -> Instant,
        created_by_key -> Nullable<Uuid>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Instant, JsonDocument, Uuid};

    #[allow(missing_docs)]
    idempotency_keys (id) {
        id -> Binary,
        fingerprint -> Binary,
        request_id -> Text,
        holder -> Uuid,
        held_until -> Instant,
        answer -> Nullable<Binary>,
        expires_at -> Instant,
        instance -> Nullable<Uuid>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Instant, JsonDocument, Uuid};

    #[allow(missing_docs)]
    site (id) {
        id -> Uuid,
        home -> Nullable<Text>,
        languages -> JsonDocument,
        licence -> Nullable<Text>,
        contact -> Nullable<Text>,
        translations -> JsonDocument,
        version -> Integer,
        created_at -> Instant,
        updated_at -> Instant,
        comments -> Nullable<JsonDocument>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Instant, JsonDocument, Uuid};

    #[allow(missing_docs)]
    api_keys (id) {
        id -> Uuid,
        name -> Text,
        name_key -> Binary,
        organization_id -> Nullable<Uuid>,
        scopes -> JsonDocument,
        per_minute -> Nullable<Integer>,
        burst -> Nullable<Integer>,
        expires_at -> Nullable<Instant>,
        created_by -> Nullable<Uuid>,
        last_used_at -> Nullable<Instant>,
        requests -> BigInt,
        version -> Integer,
        created_at -> Instant,
        updated_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Instant, JsonDocument, Uuid};

    #[allow(missing_docs)]
    api_key_secrets (hash) {
        hash -> Binary,
        key_id -> Uuid,
        prefix -> Text,
        expires_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Instant, JsonDocument, Uuid};

    #[allow(missing_docs)]
    api_key_languages (key_id, lang) {
        key_id -> Uuid,
        lang -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Instant, JsonDocument, Uuid};

    #[allow(missing_docs)]
    api_key_categories (key_id, term_id) {
        key_id -> Uuid,
        term_id -> Uuid,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Instant, JsonDocument, Uuid};

    #[allow(missing_docs)]
    sync_positions (key_id, filter_hash) {
        key_id -> Uuid,
        filter_hash -> Binary,
        filter -> JsonDocument,
        seq -> BigInt,
        synced_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Instant, JsonDocument, Uuid};

    #[allow(missing_docs)]
    webhooks (id) {
        id -> Uuid,
        url -> Text,
        description -> Nullable<Text>,
        format -> Text,
        events -> JsonDocument,
        languages -> JsonDocument,
        quiet_seconds -> Nullable<Integer>,
        token -> Nullable<Text>,
        secret -> Binary,
        former_secret -> Nullable<Binary>,
        former_expires_at -> Nullable<Instant>,
        since -> BigInt,
        disabled_at -> Nullable<Instant>,
        disabled_reason -> Nullable<Text>,
        failing_since -> Nullable<Instant>,
        version -> Integer,
        created_at -> Instant,
        updated_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Instant, JsonDocument, Uuid};

    #[allow(missing_docs)]
    webhook_categories (webhook_id, term_id) {
        webhook_id -> Uuid,
        term_id -> Uuid,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Instant, JsonDocument, Uuid};

    #[allow(missing_docs)]
    webhook_posts (webhook_id, post_id, lang) {
        webhook_id -> Uuid,
        post_id -> Uuid,
        lang -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Instant, JsonDocument, Uuid};

    #[allow(missing_docs)]
    webhook_deliveries (number) {
        number -> BigInt,
        id -> Uuid,
        webhook_id -> Uuid,
        event -> Text,
        entity_id -> Nullable<Uuid>,
        lang -> Nullable<Text>,
        payload -> Text,
        state -> Text,
        attempts -> Integer,
        urgent -> Bool,
        due_at -> Instant,
        holder -> Nullable<Uuid>,
        held_until -> Nullable<Instant>,
        created_at -> Instant,
        finished_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Instant, JsonDocument, Uuid};

    #[allow(missing_docs)]
    webhook_attempts (id) {
        id -> BigInt,
        delivery -> BigInt,
        at -> Instant,
        millis -> Integer,
        status -> Nullable<Integer>,
        failure -> Nullable<Text>,
        request -> JsonDocument,
        response -> Nullable<JsonDocument>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Instant, JsonDocument, Uuid};

    #[allow(missing_docs)]
    webhook_progress (id) {
        id -> Integer,
        position -> JsonDocument,
        purged -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Instant, JsonDocument, Uuid};

    #[allow(missing_docs)]
    comments (id) {
        id -> Uuid,
        post_id -> Uuid,
        parent_id -> Nullable<Uuid>,
        depth -> Integer,
        path -> Binary,
        lang -> Text,
        name -> Text,
        email -> Nullable<Text>,
        email_hash -> Nullable<Binary>,
        address_hash -> Nullable<Binary>,
        user_id -> Nullable<Uuid>,
        by_author -> Bool,
        source -> Text,
        html -> Text,
        state -> Text,
        deletion -> Nullable<Text>,
        is_public -> Bool,
        reasons -> JsonDocument,
        text_hash -> Nullable<Binary>,
        edit_token -> Nullable<Binary>,
        edit_until -> Nullable<Instant>,
        version -> Integer,
        created_at -> Instant,
        updated_at -> Instant,
        edited_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Instant, JsonDocument, Uuid};

    #[allow(missing_docs)]
    comment_decisions (id) {
        id -> BigInt,
        comment_id -> Uuid,
        at -> Instant,
        user_id -> Nullable<Uuid>,
        from_state -> Text,
        to_state -> Text,
        reason -> Nullable<Text>,
        note -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Instant, JsonDocument, Uuid};

    #[allow(missing_docs)]
    discussions (post_id) {
        post_id -> Uuid,
        comments -> Text,
        close_at -> Nullable<Instant>,
        comment_count -> Integer,
        version -> Integer,
        updated_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Instant, JsonDocument, Uuid};

    #[allow(missing_docs)]
    mail_outbox (id) {
        id -> Uuid,
        template -> Text,
        lang -> Nullable<Text>,
        recipient -> Text,
        reply_to -> Nullable<Text>,
        topic -> Nullable<Text>,
        data -> JsonDocument,
        attempts -> Integer,
        due_at -> Instant,
        holder -> Nullable<Uuid>,
        held_until -> Nullable<Instant>,
        reason -> Nullable<Text>,
        created_at -> Instant,
        dead_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Instant, JsonDocument, Uuid};

    #[allow(missing_docs)]
    mail_opt_outs (address, topic) {
        address -> Binary,
        topic -> Text,
        created_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::Instant;

    #[allow(missing_docs)]
    used_forms (hash) {
        hash -> Binary,
        expires_at -> Instant,
    }
}

diesel::joinable!(api_key_secrets -> api_keys (key_id));
diesel::joinable!(webhook_attempts -> webhook_deliveries (delivery));
diesel::joinable!(webhook_deliveries -> webhooks (webhook_id));
diesel::joinable!(transitions -> publications (publication_id));
diesel::joinable!(publication_bylines -> publications (publication_id));
diesel::joinable!(publication_terms -> publications (publication_id));
diesel::allow_tables_to_appear_in_same_query!(
    comments,
    comment_decisions,
    discussions,
    used_forms,
    slugs,
    organizations,
    authors,
    users,
    sessions,
    refresh_tokens,
    signing_keys,
    secrets,
    terms,
    term_names,
    posts,
    post_bylines,
    post_terms,
    translations,
    translation_translators,
    revisions,
    publications,
    publication_bylines,
    publication_terms,
    publication_translators,
    postings,
    changes,
    import_refs,
    workflow_steps,
    transitions,
    leases,
    preview_links,
    idempotency_keys,
    site,
    api_keys,
    api_key_secrets,
    api_key_languages,
    api_key_categories,
    sync_positions,
    webhooks,
    webhook_categories,
    webhook_posts,
    webhook_deliveries,
    webhook_attempts,
    webhook_progress,
    mail_outbox,
    mail_opt_outs,
);
