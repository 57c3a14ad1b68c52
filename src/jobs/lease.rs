//! Leases ensure that only one of all instances does a piece of work at a time. A lease is acquired and renewed in the
//! transactions of the work itself. It expires by itself, so an instance that crashes blocks the others no longer than
//! that.

use diesel::prelude::*;

use crate::db::{Conn, Db, each};
use crate::error::Result;
use crate::id::Id;
use crate::schema::leases;
use crate::timestamp::Timestamp;

/// A lease from the point of view of one instance.
pub struct Lease {
    db: Db,
    name: &'static str,
    holder: Id,
    seconds: i64,
}

impl Lease {
    /// Creates the lease `name`, which expires `seconds` after it was last renewed. It is not acquired yet.
    pub fn new(db: Db, name: &'static str, seconds: i64) -> Self {
        Self {
            db,
            name,
            holder: Id::new(),
            seconds,
        }
    }

    /// Returns the database in which the lease is stored.
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// Acquires or renews the lease and runs `work`, in one transaction. Returns `None` without running `work` if
    /// another instance holds the lease.
    ///
    /// # Errors
    /// Returns the same errors as [`Db::write_now`].
    pub fn write<T>(
        &self,
        now: Timestamp,
        work: impl FnOnce(&mut Conn) -> Result<T>,
    ) -> Result<Option<T>> {
        self.db.write_now(|conn| {
            if self.take(conn, now)? {
                work(conn).map(Some)
            } else {
                Ok(None)
            }
        })
    }

    fn take(&self, conn: &mut Conn, now: Timestamp) -> Result<bool> {
        let held_by_another = leases::table
            .find(self.name)
            .filter(leases::holder.ne(self.holder))
            .filter(leases::expires_at.gt(now));
        if each!(
            conn,
            diesel::select(diesel::dsl::exists(held_by_another)).get_result(conn)
        )? {
            return Ok(false);
        }
        let held = (
            leases::holder.eq(self.holder),
            leases::expires_at.eq(now.plus_seconds(self.seconds)),
        );
        each!(
            conn,
            diesel::insert_into(leases::table)
                .values((leases::name.eq(self.name), held))
                .on_conflict(leases::name)
                .do_update()
                .set(held)
                .execute(conn)
        )?;
        Ok(true)
    }

    /// Releases the lease if this instance holds it, so that another one can continue at once.
    ///
    /// # Errors
    /// Returns the same errors as [`Db::write_now`].
    pub fn release(&self) -> Result<()> {
        self.db.write_now(|conn| {
            let own = leases::table
                .find(self.name)
                .filter(leases::holder.eq(self.holder));
            each!(conn, diesel::delete(own).execute(conn))?;
            Ok(())
        })
    }
}
