//! The addresses of what is public: which lead on, and what a 404 says about the others.

mod kinds;
mod languages;
mod not_found;
