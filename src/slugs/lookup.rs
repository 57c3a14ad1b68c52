//! Where a slug leads, of all the things that have or had it: to one that is here, on to what that is called now, or to
//! nothing. Pure.
//!
//! A room says what claim each thing has on the slug; which claim holds is decided here, for all kinds alike.

use crate::error::{Error, Result};
use crate::id::Id;

/// What claim a thing has on a slug, the strongest first. `N` is what the room knows of the thing as it is now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim<N> {
    /// It is shown to this reader under the slug.
    Shown(N),
    /// It is called so, though not in the language in which this reader is shown it.
    Called(N),
    /// It was called so, and is called otherwise now.
    Former(N),
    /// It was or is called so in a language in which it cannot be seen, but can be in another.
    Elsewhere(N),
    /// It was called so, and there is nothing of it to be seen.
    Gone,
}

impl<N> Claim<N> {
    /// Of a thing that has one name for all readers.
    pub fn of_name(is_present: bool, now: N) -> Self {
        match is_present {
            true => Self::Called(now),
            false => Self::Former(now),
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Shown(_) => 0,
            Self::Called(_) => 1,
            Self::Former(_) => 2,
            Self::Elsewhere(_) => 3,
            Self::Gone => 4,
        }
    }
}

/// A thing that has or had a slug.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate<N> {
    /// Which.
    pub id: Id,
    /// Its claim.
    pub claim: Claim<N>,
    /// Whether the slug is its in the very language that was asked for. Then only what is shown under it goes before.
    pub is_asked_for: bool,
}

impl<N> Candidate<N> {
    /// By its claim alone, whatever the language.
    pub fn new(id: Id, claim: Claim<N>) -> Self {
        Self {
            id,
            claim,
            is_asked_for: false,
        }
    }
}

/// Where a slug leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Leads<N> {
    /// The thing is here.
    Here(N),
    /// It is called otherwise now.
    Moved(N),
    /// It was here once.
    Gone(Id),
    /// Nothing the world has seen ever had it.
    Nowhere,
}

/// Decides. Of equal claims the first holds.
pub fn decide<N>(candidates: impl IntoIterator<Item = Candidate<N>>) -> Leads<N> {
    let rank = |one: &Candidate<N>| match (one.claim.rank(), one.is_asked_for) {
        (0, _) => (0, 0),
        (_, true) => (1, 0),
        (claim, false) => (2, claim),
    };
    let Some(Candidate { id, claim, .. }) = candidates.into_iter().min_by_key(rank) else {
        return Leads::Nowhere;
    };
    match claim {
        Claim::Shown(now) | Claim::Called(now) => Leads::Here(now),
        Claim::Former(now) | Claim::Elsewhere(now) => Leads::Moved(now),
        Claim::Gone => Leads::Gone(id),
    }
}

impl<N> Leads<N> {
    /// What is here; `address` says where to find what has moved.
    ///
    /// # Errors
    /// [`Error::Moved`], [`Error::Gone`] or [`Error::NotFound`] otherwise.
    pub fn here(self, address: impl FnOnce(N) -> String) -> Result<N> {
        match self {
            Self::Here(now) => Ok(now),
            Self::Moved(now) => Err(Error::Moved(address(now))),
            Self::Gone(_) => Err(Error::Gone),
            Self::Nowhere => Err(Error::NotFound),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Claim<&str>; 5] = [
        Claim::Shown("now"),
        Claim::Called("now"),
        Claim::Former("now"),
        Claim::Elsewhere("now"),
        Claim::Gone,
    ];

    fn one<N>(claim: Claim<N>) -> Candidate<N> {
        Candidate::new(Id::new(), claim)
    }

    fn asked_for<N>(claim: Claim<N>) -> Candidate<N> {
        Candidate {
            is_asked_for: true,
            ..one(claim)
        }
    }

    #[test]
    fn a_slug_that_nothing_has_or_had_leads_nowhere() {
        assert_eq!(decide::<&str>([]), Leads::Nowhere);
    }

    #[test]
    fn each_claim_by_itself_leads_where_it_says() {
        for claim in ALL {
            let alone = one(claim);
            let expected = match claim {
                Claim::Shown(now) | Claim::Called(now) => Leads::Here(now),
                Claim::Former(now) | Claim::Elsewhere(now) => Leads::Moved(now),
                Claim::Gone => Leads::Gone(alone.id),
            };
            assert_eq!(decide([alone]), expected);
            let asked_for = asked_for(claim);
            assert_eq!(decide([asked_for, alone]), decide([asked_for]));
        }
    }

    #[test]
    fn the_stronger_claim_holds_whatever_the_order() {
        let weaker = |place: usize| ALL.into_iter().skip(place + 1);
        for (place, claim) in ALL.into_iter().enumerate() {
            for other in weaker(place) {
                let (strong, weak) = (one(claim), one(other));
                assert_eq!(decide([strong, weak]), decide([strong]));
                assert_eq!(decide([weak, strong]), decide([strong]));
            }
        }
    }

    #[test]
    fn of_equal_claims_the_first_holds() {
        for claim in [Claim::Shown, Claim::Called, Claim::Former, Claim::Elsewhere] {
            let (first, second) = (one(claim(1)), one(claim(2)));
            assert_eq!(decide([first, second]), decide([first]));
        }
        let (first, second) = (one(Claim::<()>::Gone), one(Claim::Gone));
        assert_eq!(decide([first, second]), Leads::Gone(first.id));
    }

    #[test]
    fn what_was_asked_for_by_its_language_gives_way_only_to_what_is_shown_under_the_slug() {
        let gone = asked_for(Claim::Gone);
        assert_eq!(
            decide([one(Claim::Called("a")), gone]),
            Leads::Gone(gone.id)
        );
        assert_eq!(decide([gone, one(Claim::Shown("a"))]), Leads::Here("a"));
        let both = [asked_for(Claim::Former("a")), asked_for(Claim::Called("b"))];
        assert_eq!(decide(both), Leads::Moved("a"));
    }

    #[test]
    fn what_is_not_here_is_told_as_an_error() {
        let told = |leads: Leads<&'static str>| leads.here(str::to_owned);
        assert_eq!(told(Leads::Here("a")).ok(), Some("a"));
        assert!(matches!(told(Leads::Moved("a")), Err(Error::Moved(to)) if to == "a"));
        assert!(matches!(told(Leads::Gone(Id::new())), Err(Error::Gone)));
        assert!(matches!(told(Leads::Nowhere), Err(Error::NotFound)));
    }
}
