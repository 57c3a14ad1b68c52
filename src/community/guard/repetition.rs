//! The same text again. Case, punctuation and white space make no difference.

use crate::db::Conn;
use crate::db::sql::Sql;
use crate::error::Result;
use crate::id::Id;
use crate::sha256::sha256;
use crate::timestamp::Timestamp;

/// The seconds for which a text counts as the same.
const WINDOW: i64 = 24 * 60 * 60;
/// The number of letters and digits from which others are not expected to write the same.
const LONG: usize = 40;

/// Returns the words of a text, in lower case.
fn words(text: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric());
    let words: Vec<String> = words
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    words.join(" ")
}

/// Returns the hash of the words of a text.
pub fn text_hash(text: &str) -> Vec<u8> {
    sha256(words(text).as_bytes())
}

/// Returns whether a text is so long that people do not write the same by chance.
pub fn is_long(text: &str) -> bool {
    words(text).len() >= LONG
}

/// Returns whether a person has written the same below a post within a day, in another comment.
///
/// # Errors
/// Returns database errors.
pub fn by_same_person(
    conn: &mut Conn,
    (text_hash, email_hash): (&[u8], &[u8]),
    (post, comment): (Id, Option<Id>),
    now: Timestamp,
) -> Result<bool> {
    let mut sql = same(text_hash, comment, now);
    sql.push(" AND post_id = ")
        .bind(post)
        .push(" AND email_hash = ")
        .bind(email_hash.to_vec());
    Ok(sql.number(conn)? > 0)
}

/// Returns whether anybody has written the same within a day, in another comment.
///
/// # Errors
/// Returns database errors.
pub fn by_anybody(
    conn: &mut Conn,
    text_hash: &[u8],
    comment: Option<Id>,
    now: Timestamp,
) -> Result<bool> {
    Ok(same(text_hash, comment, now).number(conn)? > 0)
}

fn same(text_hash: &[u8], comment: Option<Id>, now: Timestamp) -> Sql {
    let mut sql = Sql::new("SELECT count(*) AS n FROM comments WHERE text_hash = ");
    sql.bind(text_hash.to_vec())
        .push(" AND created_at > ")
        .bind(now.plus_seconds(-WINDOW));
    if let Some(comment) = comment {
        sql.push(" AND id <> ").bind(comment);
    }
    sql
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_punctuation_and_white_space_make_no_difference() {
        let hash = text_hash("Buy **now**: https://pills.example/!");
        assert_eq!(hash, text_hash("buy now\n\nhttps pills EXAMPLE"));
        assert_ne!(hash, text_hash("Buy nothing now"));
        assert_eq!(text_hash("Élan"), text_hash("ÉLAN?"));
        assert!(!is_long("I agree, thank you."));
        assert!(is_long(
            "Our street has two such houses, and nobody lives in them."
        ));
    }
}
