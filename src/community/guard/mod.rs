//! Keeps machines and floods out of what the public writes, without accounts and without trackers.
//!
//! - **A form** ([`api`], [`forms`]) has a signed token with the time at which it was issued. It is sent once, not sooner
//!   than people write, and with a proof of work ([`proof`]). The work grows with the load ([`load`]).
//! - **Limits** ([`limits`]) bound how much comes from one network and to one post.
//! - **Repetition** ([`repetition`]) finds the same text again.
//!
//! What is known of networks and people is a keyed hash ([`crate::community::people`]).

pub mod api;
pub mod expiry;
pub mod form_token;
pub mod forms;
pub mod limits;
pub mod load;
pub mod proof;
pub mod repetition;

use actix_web::web;

use self::form_token::FormKey;
use crate::community::people::PeopleKey;
use crate::error::Result;
use crate::http::contract::operation::operations;
use crate::state::{AppData, State};

operations!("comments", api::get_comment_form);

/// The keys by which networks and people are known again, and forms are signed.
#[derive(Clone)]
pub struct Guard {
    /// The key of the hashes of people.
    pub people: PeopleKey,
    /// The key of the tokens of forms.
    pub forms: FormKey,
}

/// Returns the [`Guard`], as application data.
///
/// # Errors
/// Returns [`crate::error::Error::Unavailable`] if a secret cannot be read or created.
pub fn app_data(state: &State) -> Result<AppData> {
    let guard = Guard {
        people: PeopleKey::ensure(&state.db)?,
        forms: FormKey::ensure(&state.db)?,
    };
    Ok(AppData::new().with(web::Data::new(guard)))
}
