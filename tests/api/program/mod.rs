//! The program as a whole: its documentation, its health, what it imports, and what it records.

mod audit;
mod changes;
mod demo;
mod docs;
mod health;
mod importing;
