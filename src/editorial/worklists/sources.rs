//! The source lists of the work lists: translations `w` of posts `t` by state, with their publications `p` and those
//! of the original `o`.

use super::page::Source;
use crate::accounts::api_keys::limits;
use crate::db::sql::Sql;
use crate::delivery::visibility;
use crate::editorial::posts::access::{self, Restriction};
use crate::editorial::posts::query::PostFilter;
use crate::editorial::workflow::status::push_condition;
use crate::editorial::workflow::words::{Stage, Status};
use crate::lang::Lang;
use crate::post_type::PostType;
use crate::publications::siblings;
use crate::timestamp::Timestamp;

/// The translations that a list covers.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    /// The posts that the list covers; `None` for all posts.
    pub restricted_to: Option<Restriction>,
    /// The instant at which states are evaluated.
    pub at: Timestamp,
    /// The languages that the list covers; empty for all.
    pub langs: &'a [Lang],
    /// The type of posts that the list covers; `None` for both.
    pub post_type: Option<PostType>,
    /// The authors, organizations and terms that the posts must refer to.
    pub filter: &'a PostFilter,
}

impl Scope<'_> {
    /// Appends the conditions on the posts `t`: not in the trash, existing at the instant, within the restriction of the
    /// caller, and matching the filters.
    pub(super) fn bound(&self, sql: &mut Sql) {
        sql.push(" AND t.deleted_at IS NULL AND t.created_at <= ")
            .bind(self.at);
        access::push_restriction(sql, self.restricted_to);
        if let Some(post_type) = self.post_type {
            sql.push(&format!(" AND t.post_type = '{post_type}'"));
        }
        self.filter.push(sql);
    }

    /// Appends the condition on languages.
    fn spoken(&self, sql: &mut Sql) {
        if !self.langs.is_empty() {
            sql.push(" AND w.lang IN ")
                .bind_all(self.langs.iter().map(Lang::as_str));
        }
        access::push_language(sql, self.restricted_to, "w.lang");
    }
}

/// The key of the title of a translation.
const OWN_TITLE: &str = "w.title_key";
/// The key of the title of a missing translation: that of the original.
const ORIGINAL_TITLE: &str =
    "(SELECT g.title_key FROM translations g WHERE g.post_id = t.id AND g.lang = t.original_lang)";

/// Lists the translations in a workflow stage.
pub fn at_stage(scope: &Scope<'_>, tag: &'static str, stage: Stage) -> Source {
    let mut from = Sql::new("translations w JOIN posts t ON t.id = w.post_id WHERE w.stage = ");
    from.bind(stage.as_str());
    scope.bound(&mut from);
    scope.spoken(&mut from);
    Source {
        tag,
        since: "w.stage_at",
        title: OWN_TITLE,
        post: "w.post_id",
        lang: Sql::new("w.lang"),
        from,
    }
}

/// Lists the translations in a status. Outdated translations do not count as published.
pub fn with_status(scope: &Scope<'_>, status: Status) -> Source {
    let tag = status.as_str();
    let since = match status {
        Status::Draft => {
            let mut source = at_stage(scope, tag, Stage::Draft);
            source.from.push(
                " AND NOT EXISTS (SELECT 1 FROM publications p WHERE p.post_id = w.post_id AND p.lang = w.lang)",
            );
            return source;
        }
        Status::Submitted => return at_stage(scope, tag, Stage::Submitted),
        Status::InReview => return at_stage(scope, tag, Stage::InReview),
        Status::ChangesRequested => return at_stage(scope, tag, Stage::ChangesRequested),
        Status::Approved => return at_stage(scope, tag, Stage::Approved),
        Status::Archived => return at_stage(scope, tag, Stage::Archived),
        Status::Scheduled => "w.stage_at",
        Status::Published => "p.published_at",
        Status::Expired => "p.unpublish_at",
    };
    let mut from = placed("", scope);
    push_condition(&mut from, status, scope.at);
    scope.bound(&mut from);
    scope.spoken(&mut from);
    if status == Status::Published {
        from.push(" AND NOT EXISTS (SELECT 1 FROM publications o WHERE ");
        outdates(&mut from, scope.at);
        from.push(")");
    }
    Source {
        tag,
        since,
        title: OWN_TITLE,
        post: "p.post_id",
        lang: Sql::new("p.lang"),
        from,
    }
}

/// Returns the `FROM` and `WHERE` clauses for current publications with their working copies and posts. They end in
/// `AND`, to which the caller appends a condition.
fn placed(joined: &str, scope: &Scope<'_>) -> Sql {
    let mut from = Sql::new(&format!(
        "publications p JOIN translations w ON w.post_id = p.post_id AND w.lang = p.lang \
         JOIN posts t ON t.id = p.post_id{joined} WHERE "
    ));
    visibility::current(&mut from, "p", scope.at);
    from.push(" AND ");
    from
}

/// Appends the condition that `o` is the live original of the post of `p`, and was published again after `p`.
/// Delivery reports this as `is_outdated`.
pub fn outdates(sql: &mut Sql, now: Timestamp) {
    let outdated = siblings::outdated("o", "p");
    sql.push(&format!(
        "o.post_id = p.post_id AND o.lang = p.original_lang AND {outdated} AND "
    ));
    visibility::live(sql, "o", now);
}

/// Lists the live translations whose original was published again after them.
pub fn outdated(scope: &Scope<'_>, tag: &'static str) -> Source {
    let mut from = placed(" JOIN publications o ON o.post_id = p.post_id", scope);
    push_condition(&mut from, Status::Published, scope.at);
    from.push(" AND ");
    outdates(&mut from, scope.at);
    scope.bound(&mut from);
    scope.spoken(&mut from);
    Source {
        tag,
        since: "o.updated_at",
        title: OWN_TITLE,
        post: "p.post_id",
        lang: Sql::new("p.lang"),
        from,
    }
}

/// Lists the posts without a translation in the language, by their time of creation.
pub fn missing(scope: &Scope<'_>, tag: &'static str, lang: &Lang) -> Source {
    let mut from = Sql::new("posts t WHERE ");
    without(&mut from, scope, lang);
    scope.bound(&mut from);
    Source {
        tag,
        since: "t.created_at",
        title: ORIGINAL_TITLE,
        post: "t.id",
        lang: word(lang),
        from,
    }
}

/// Lists the posts with a live original and without a translation in the language, by the publication of the
/// original.
pub fn missing_of_live(scope: &Scope<'_>, tag: &'static str, lang: &Lang) -> Source {
    let mut from = Sql::new(
        "publications o JOIN posts t ON t.id = o.post_id WHERE o.lang = o.original_lang AND ",
    );
    visibility::live(&mut from, "o", scope.at);
    from.push(" AND ");
    without(&mut from, scope, lang);
    scope.bound(&mut from);
    Source {
        tag,
        since: "o.published_at",
        title: ORIGINAL_TITLE,
        post: "o.post_id",
        lang: word(lang),
        from,
    }
}

fn without(sql: &mut Sql, scope: &Scope<'_>, lang: &Lang) {
    sql.push("NOT EXISTS (SELECT 1 FROM translations m WHERE m.post_id = t.id AND m.lang = ")
        .bind(lang.as_str())
        .push(")");
    // A key finds nothing missing that it could not add.
    if let Some(Restriction::Limits(key)) = scope.restricted_to {
        limits::push_addable(sql, key, lang);
    }
}

fn word(lang: &Lang) -> Sql {
    let mut sql = Sql::new("CAST(");
    sql.bind(lang.as_str()).push(" AS TEXT)");
    sql
}
