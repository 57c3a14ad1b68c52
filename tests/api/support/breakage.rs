//! A database that fails at one thing, as if it were broken or busy, until it is mended.

use super::{Backend, TestApp};

/// While this is there, it fails.
pub struct Breakage<'a>(&'a TestApp);

impl<'a> Breakage<'a> {
    /// At `what` (`INSERT ON changes`), for the rows that are `NEW` and for which `which` holds; with `message`, by which
    /// the program tells a fault from something that passes.
    pub fn new(app: &'a TestApp, what: &str, which: &str, message: &str) -> Self {
        let sql = match app.backend() {
            Backend::Sqlite => format!(
                "CREATE TRIGGER breakage BEFORE {what} WHEN {which} BEGIN SELECT RAISE(ABORT, '{message}'); END"
            ),
            Backend::Postgres => format!(
                "CREATE FUNCTION breakage() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{message}'; END $$; \
                 CREATE TRIGGER breakage BEFORE {what} FOR EACH ROW WHEN ({which}) EXECUTE FUNCTION breakage()"
            ),
        };
        app.state
            .db
            .write_now(|conn| Ok(conn.batch(&sql)?))
            .unwrap();
        Self(app)
    }

    /// At the same, because others are writing.
    pub fn busy(app: &'a TestApp, what: &str, which: &str) -> Self {
        let message = match app.backend() {
            Backend::Sqlite => "database is locked",
            Backend::Postgres => "canceling statement due to statement timeout",
        };
        Self::new(app, what, which, message)
    }

    /// It works again.
    pub fn mend(self) {}
}

impl Drop for Breakage<'_> {
    /// Also when the test fails: the next one may get the same database.
    fn drop(&mut self) {
        let sql = match self.0.backend() {
            Backend::Sqlite => "DROP TRIGGER breakage",
            Backend::Postgres => "DROP FUNCTION breakage CASCADE",
        };
        let mended = self.0.state.db.write_now(|conn| Ok(conn.batch(sql)?));
        if let Err(error) = mended {
            eprintln!("{error}");
        }
    }
}
