//! The SQL that selects the language in which each post is shown. A post is shown entirely in one language.

use super::visibility::live;
use crate::db::sql::{FENCE, Sql};
use crate::languages::{Fallback, Languages};
use crate::timestamp::Timestamp;

/// A table with a row for each publication, which contains its language and whether that is the original.
#[derive(Debug, Clone, Copy)]
pub struct Rows {
    /// The alias of the table in the statement.
    pub alias: &'static str,
    /// The condition that a row is in the original language of its post.
    pub is_original: &'static str,
    /// A condition that is true for every row that may represent its post if no language is requested. An index
    /// supports it.
    pub may_represent: Option<&'static str>,
}

/// The publications themselves.
pub const PUBLICATIONS: Rows = Rows {
    alias: "p",
    is_original: "p.lang = p.original_lang",
    // SQLite: the exact condition of the partial index is required.
    may_represent: Some("p.may_represent = TRUE"),
};

/// The postings of one entity: one for each publication.
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

/// Appends the condition that the row, which is live, is in the language in which its post is shown.
pub fn push(sql: &mut Sql, rows: Rows, languages: &Languages, now: Timestamp) {
    match (languages.wanted(), languages.fallback()) {
        (None, _) => original_or_first(sql, rows, now),
        (Some(lang), []) => {
            sql.push(&format!("{}.lang = ", rows.alias))
                .bind(lang.as_str());
        }
        (Some(_), _) => best_of_chain(sql, rows, languages, now),
    }
}

/// Appends the condition for the original language or, while that is not live, for the one that was published first.
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

/// Appends the condition that the language is in the chain, and that no earlier language of the chain is live.
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

/// Opens the condition that another language of the post is live; the caller closes the parenthesis.
fn another(sql: &mut Sql, alias: &str, now: Timestamp) {
    sql.push(&format!(
        "EXISTS (SELECT 1 FROM publications o WHERE o.post_id = {alias}.post_id AND "
    ));
    live(sql, OTHERS.alias, now);
}

/// Appends the position of a row's language in the chain; NULL if it is not in the chain.
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
