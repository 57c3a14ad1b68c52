//! Computes the sort keys that a migration left empty, because SQL cannot compute them.

use diesel::QueryableByName;
use diesel::sql_types::Text;

use super::Conn;
use super::sql::Sql;
use crate::collation::CollationKey;
use crate::error::Result;

/// A column of texts with sort keys beside it.
#[derive(Clone, Copy)]
struct Keyed {
    table: &'static str,
    text: &'static str,
    key: &'static str,
}

/// The columns whose keys may be empty.
const COLUMNS: [Keyed; 2] = [
    Keyed {
        table: "translations",
        text: "title",
        key: "title_key",
    },
    Keyed {
        table: "users",
        text: "name",
        key: "name_key",
    },
];

/// The number of texts whose keys are written by one statement.
const CHUNK: usize = 500;

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    text: String,
}

/// Computes all keys that are empty.
///
/// # Errors
/// Returns database errors.
pub(super) fn fill(conn: &mut Conn) -> Result<()> {
    for column in COLUMNS {
        let mut after = String::new();
        while let Some(last) = fill_chunk(conn, column, &after)? {
            after = last;
        }
    }
    Ok(())
}

/// Computes the empty keys of the next texts after `after`. Returns the last of these texts; `None` if there are none.
fn fill_chunk(
    conn: &mut Conn,
    Keyed { table, text, key }: Keyed,
    after: &str,
) -> Result<Option<String>> {
    let is_empty = format!("length({key}) = 0");
    let mut sql = Sql::new(&format!(
        "SELECT DISTINCT {text} AS text FROM {table} WHERE {is_empty} AND {text} > "
    ));
    sql.bind(after).push(&format!(" ORDER BY 1 LIMIT {CHUNK}"));
    let rows: Vec<Row> = sql.load(conn)?;
    let Some(last) = rows.last() else {
        return Ok(None);
    };
    let last = last.text.clone();
    let mut update = Sql::new(&format!("UPDATE {table} SET {key} = CASE {text}"));
    for Row { text } in &rows {
        let key: Vec<u8> = CollationKey::new(text)?.into();
        update
            .push(" WHEN ")
            .bind(text.as_str())
            .push(" THEN ")
            .bind(key);
    }
    update
        .push(&format!(" ELSE {key} END WHERE {is_empty} AND {text} IN "))
        .bind_all(rows.into_iter().map(|row| row.text));
    update.execute(conn)?;
    Ok(Some(last))
}
