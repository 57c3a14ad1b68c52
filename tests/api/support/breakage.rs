//! Makes one kind of write fail, as in a broken or busy database, until it is mended.

use super::{Backend, TestApp};

/// The database fails while this value exists.
pub struct Breakage<'a>(&'a TestApp);

impl<'a> Breakage<'a> {
    /// Fails at `what` (such as `INSERT ON changes`) for the rows `NEW` that satisfy `which`. The program classifies
    /// the error by `message`.
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

    /// Fails in the same way with the message of a busy database.
    pub fn busy(app: &'a TestApp, what: &str, which: &str) -> Self {
        let message = match app.backend() {
            Backend::Sqlite => "database is locked",
            Backend::Postgres => "canceling statement due to statement timeout",
        };
        Self::new(app, what, which, message)
    }

    /// Ends the failure.
    pub fn mend(self) {}
}

impl Drop for Breakage<'_> {
    /// Runs even if the test fails, because the next test may get the same database.
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
