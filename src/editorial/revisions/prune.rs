//! Deletion of old revisions on the operator's request. The remaining revisions keep their numbers, and the newest is
//! always kept.

use diesel::QueryableByName;
use diesel::sql_types::Text;

use crate::changes::actor::{Access, By};
use crate::changes::{self, Facts, Operation};
use crate::db::sql::Sql;
use crate::db::sql_types::Uuid;
use crate::db::{Conn, Db};
use crate::error::Result;
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::translation_id::TranslationId;

/// One language of a post.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
struct Language {
    #[diesel(sql_type = Uuid)]
    post_id: Id,
    #[diesel(sql_type = Text)]
    lang: Lang,
}

/// The number of revisions that were deleted, or would be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PrunedRevisions {
    /// The number of revisions.
    pub revisions: usize,
    /// The number of translations they belong to, each a language of a post.
    pub languages: usize,
}

impl PrunedRevisions {
    fn add(&mut self, revisions: usize) {
        self.revisions += revisions;
        self.languages += usize::from(revisions > 0);
    }
}

/// Counts the revisions that [`run`] would delete.
///
/// # Errors
/// Returns the same errors as [`By::require`]: only the operator may do this.
pub fn look(db: &Db, by: By, keep: u32) -> Result<PrunedRevisions> {
    by.require(Access::System)?;
    let mut pruned = PrunedRevisions::default();
    for of in db.read_now(|conn| with_more_than(conn, keep))? {
        let old = old(&of, keep, by).within("SELECT count(*) AS n ", "");
        let n = db.read_now(|conn| old.number(conn))?;
        pruned.add(usize::try_from(n).unwrap_or(0));
    }
    Ok(pruned)
}

/// Deletes old revisions. Keeps the newest `keep` of each translation, and all that are in use: by a working copy, by
/// a publication or a planned replacement, by a submission or approval in progress, or by a preview link that has not
/// expired. Uses one transaction per translation, so that editors hardly wait.
///
/// # Errors
/// Returns the same errors as [`By::require`]: only the operator may do this.
pub fn run(db: &Db, by: By, keep: u32) -> Result<PrunedRevisions> {
    by.require(Access::System)?;
    let mut pruned = PrunedRevisions::default();
    for of in db.read_now(|conn| with_more_than(conn, keep))? {
        pruned.add(db.write_now(|conn| prune(conn, by, &of, keep))?);
    }
    Ok(pruned)
}

fn with_more_than(conn: &mut Conn, keep: u32) -> Result<Vec<Language>> {
    let having = "SELECT post_id, lang FROM revisions GROUP BY post_id, lang HAVING count(*) > ";
    let mut sql = Sql::new(having);
    sql.bind(keep).push(" ORDER BY post_id, lang");
    sql.load(conn)
}

fn prune(conn: &mut Conn, by: By, of: &Language, keep: u32) -> Result<usize> {
    let deleted = old(of, keep, by).within("DELETE ", "").execute(conn)?;
    if deleted > 0 {
        let (operation, facts) = (Operation::Prune, Facts::none().with("deleted", deleted));
        let id = TranslationId::new(of.post_id, of.lang.clone());
        changes::append_in(conn, by, Kind::Translation, &id, operation, facts)?;
    }
    Ok(deleted)
}

/// The tables that refer to revisions, with the condition under which a reference keeps the revision.
const POINTERS: [(&str, &str); 3] = [
    ("publications", "TRUE"),
    ("translations", "TRUE"),
    (
        "workflow_steps",
        "x.step IN ('submit', 'approve') AND (x.post_id, x.lang) IN (SELECT t.post_id, t.lang FROM translations t \
         WHERE t.stage IN ('submitted', 'in_review', 'approved'))",
    ),
];

/// Returns the clauses `FROM` and `WHERE` that select the revisions to delete.
fn old(of: &Language, keep: u32, by: By) -> Sql {
    let of_this = |sql: &mut Sql, alias: &str| {
        sql.push(&format!("{alias}.post_id = "))
            .bind(of.post_id)
            .push(&format!(" AND {alias}.lang = "))
            .bind(of.lang.as_str());
    };
    let mut sql = Sql::new("FROM revisions WHERE ");
    of_this(&mut sql, "revisions");
    sql.push(" AND number NOT IN (SELECT r.number FROM revisions r WHERE ");
    of_this(&mut sql, "r");
    sql.push(" ORDER BY r.number DESC LIMIT ").bind(keep);
    for (table, condition) in POINTERS {
        sql.push(&format!(
            ") AND number NOT IN (SELECT x.revision FROM {table} x WHERE {condition} AND "
        ));
        of_this(&mut sql, "x");
    }
    sql.push(") AND number NOT IN (SELECT x.revision FROM preview_links x WHERE x.expires_at > ")
        .bind(by.at)
        .push(" AND ");
    of_this(&mut sql, "x");
    sql.push(")");
    sql
}
