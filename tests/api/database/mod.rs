//! The databases: costs, query plans, connections and failures.

mod plans;
mod pool;
mod rust_and_sql;
mod silence;
mod statements;
mod unwritable;
mod write_costs;
