//! In SQL: which language of each post is shown. One post, one language, whole.

use super::visibility::live;
use crate::db::sql::{FENCE, Sql};
use crate::languages::{Fallback, Languages};
use crate::timestamp::Timestamp;

/// A table that has a row for each publication, and says in which language and whether that is the post's own.
#[derive(Debug, Clone, Copy)]
pub struct Rows {
    /// What the table is called in the statement.
    pub alias: &'static str,
    /// The condition that a row is in its post's own language.
    pub is_original: &'static str,
    /// A condition that every row meets which stands for its post where no language is named: what leaves most of the
    /// others out, by an index.
    pub may_represent: Option<&'static str>,
}

/// The publications themselves.
pub const PUBLICATIONS: Rows = Rows {
    alias: "p",
    is_original: "p.lang = p.original_lang",
    // SQLite: the very words of the index.
    may_represent: Some("p.may_represent = TRUE"),
};

/// Postings of one thing: one for each publication.
pub const POSTINGS: Rows = Rows {
    alias: "x",
    is_original: "x.is_original",
    may_represent: None,
};

/// The other languages of the same post.
const OTHERS: Rows = Rows {
    alias: "o",
    is_original: "o.lang = o.original_lang",
    may_represent: None,
};

/// The row, which is live, is in the language to show of its post.
pub fn shown(sql: &mut Sql, rows: Rows, languages: &Languages, now: Timestamp) {
    match (languages.wanted(), languages.fallback()) {
        (None, _) => original_or_first(sql, rows, now),
        (Some(lang), []) => {
            sql.push(&format!("{}.lang = ", rows.alias))
                .bind(lang.as_str());
        }
        (Some(_), _) => best_of_chain(sql, rows, languages, now),
    }
}

/// The original or, while that one is not live, the first published of the others.
fn original_or_first(sql: &mut Sql, rows: Rows, now: Timestamp) {
    let Rows {
        alias,
        is_original,
        may_represent,
    } = rows;
    if let Some(condition) = may_represent {
        sql.push(condition).push(" AND ");
    }
    sql.push(&format!("({is_original} OR NOT "));
    another(sql, alias, now);
    sql.push(&format!(
        " AND ({} OR (o.published_at, o.lang) < ({alias}.published_at, {alias}.lang)){FENCE})",
        OTHERS.is_original
    ));
}

/// In the chain of languages, and no live sibling stands earlier in it.
fn best_of_chain(sql: &mut Sql, rows: Rows, languages: &Languages, now: Timestamp) {
    rank(sql, rows, languages);
    sql.push(" IS NOT NULL AND NOT ");
    another(sql, rows.alias, now);
    sql.push(" AND ");
    rank(sql, OTHERS, languages);
    sql.push(" < ");
    rank(sql, rows, languages);
    sql.push(FENCE);
}

/// Begins to say that there is a live language of the same post; the parenthesis stays open.
fn another(sql: &mut Sql, alias: &str, now: Timestamp) {
    sql.push(&format!(
        "EXISTS (SELECT 1 FROM publications o WHERE o.post_id = {alias}.post_id AND "
    ));
    live(sql, OTHERS.alias, now);
}

/// The place of a row's language in the chain; NULL when it is not in it.
fn rank(sql: &mut Sql, rows: Rows, languages: &Languages) {
    let Rows {
        alias, is_original, ..
    } = rows;
    sql.push("CASE");
    for (place, one) in languages.chain().enumerate() {
        match one {
            Fallback::Lang(lang) => {
                sql.push(&format!(" WHEN {alias}.lang = "))
                    .bind(lang.as_str());
            }
            Fallback::Original => {
                sql.push(&format!(" WHEN {is_original}"));
            }
        }
        sql.push(&format!(" THEN {place}"));
    }
    sql.push(" END");
}
