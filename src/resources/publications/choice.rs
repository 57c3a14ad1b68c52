//! In SQL: which language of each post is shown. One post, one language, whole.

use crate::db::sql::Sql;
use crate::languages::{Fallback, Languages};
use crate::resources::live::live;
use crate::timestamp::Timestamp;

/// `p`, which is live, is the language to show of its post.
pub fn shown(sql: &mut Sql, languages: &Languages, now: Timestamp) {
    match (languages.wanted(), languages.fallback()) {
        (None, _) => original_or_first(sql, now),
        (Some(lang), []) => {
            sql.push("p.lang = ").bind(lang.as_str());
        }
        (Some(_), _) => best_of_chain(sql, languages, now),
    }
}

/// The original or, while that one is not live, the first published of the others.
fn original_or_first(sql: &mut Sql, now: Timestamp) {
    sql.push("(p.lang = p.original_lang OR (");
    sql.push("NOT EXISTS (SELECT 1 FROM publications o WHERE o.post_id = p.post_id AND o.lang = o.original_lang AND ");
    live(sql, "o", now);
    sql.push(") AND NOT EXISTS (SELECT 1 FROM publications o WHERE o.post_id = p.post_id AND ");
    live(sql, "o", now);
    sql.push(" AND (o.published_at, o.lang) < (p.published_at, p.lang))))");
}

/// In the chain of languages, and no live sibling stands earlier in it.
fn best_of_chain(sql: &mut Sql, languages: &Languages, now: Timestamp) {
    rank(sql, "p", languages);
    sql.push(" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM publications o WHERE o.post_id = p.post_id AND ");
    live(sql, "o", now);
    sql.push(" AND ");
    rank(sql, "o", languages);
    sql.push(" < ");
    rank(sql, "p", languages);
    sql.push(")");
}

/// The place of a publication's language in the chain; NULL when it is not in it.
fn rank(sql: &mut Sql, alias: &str, languages: &Languages) {
    sql.push("CASE");
    let wanted = languages.wanted().cloned().map(Fallback::Lang);
    for (place, fallback) in wanted.iter().chain(languages.fallback()).enumerate() {
        match fallback {
            Fallback::Lang(lang) => {
                sql.push(&format!(" WHEN {alias}.lang = "))
                    .bind(lang.as_str());
            }
            Fallback::Original => {
                sql.push(&format!(" WHEN {alias}.lang = {alias}.original_lang"));
            }
        }
        sql.push(&format!(" THEN {place}"));
    }
    sql.push(" END");
}
