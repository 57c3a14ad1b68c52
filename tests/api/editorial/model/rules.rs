//! The answers that a request may have: one status of success, or the refusals that apply.

use tribuna::accounts::users::model::Role;

use super::{Draft, Lang, PersonNumber, PostNumber, Request, Stage, Verb, World};

/// The status and the code of a problem.
pub type Refusal = (u16, &'static str);

const FORBIDDEN: Refusal = (403, "forbidden");
const NOT_FOUND: Refusal = (404, "not_found");
const WRONG_STAGE: Refusal = (409, "wrong_stage");
const ARCHIVED: Refusal = (409, "archived");
const UNDER_REVIEW: Refusal = (409, "under_review");
const IN_TRASH: Refusal = (409, "post_in_trash");
const INVALID: Refusal = (422, "invalid_body");

impl World {
    /// Returns the status of success.
    ///
    /// # Errors
    /// Returns every refusal that applies; the server may answer any of them. A person who may not read the post learns
    /// nothing else about it.
    pub fn check(&self, request: &Request) -> Result<u16, Vec<Refusal>> {
        let role = self.people[request.who].role;
        let is_editor = self.decides(request.who);
        if role == Role::Moderator || (request.verb.is_for_editors() && !is_editor) {
            return Err(vec![FORBIDDEN]);
        }
        if matches!(request.verb, Verb::Purge) && role != Role::Admin {
            let is_gone = self.posts[request.post].is_purged;
            return Err(if is_gone {
                vec![FORBIDDEN, NOT_FOUND]
            } else {
                vec![FORBIDDEN]
            });
        }
        let mut refusals = Vec::new();
        if let Verb::Create(draft) = &request.verb {
            self.check_slug(request.who, None, request.lang, draft, &mut refusals);
        } else if !self.sees(request.who, request.post) {
            // The server may refuse an invalid body before it looks the post up.
            let is_wrong = self.is_wrong_in_itself(&request.verb);
            return Err(if is_wrong {
                vec![NOT_FOUND, INVALID]
            } else {
                vec![NOT_FOUND]
            });
        } else {
            self.check_version(request, &mut refusals);
            self.check_state(request, is_editor, &mut refusals);
        }
        let status = match &request.verb {
            Verb::Create(_) | Verb::CopyPost | Verb::StartFrom(_) | Verb::MakeLink { .. } => 201,
            Verb::Put(_) if self.copy(request.post, request.lang).is_none() => 201,
            Verb::Delete
            | Verb::Withdraw
            | Verb::HandBack
            | Verb::CancelReplacement
            | Verb::Unpublish
            | Verb::Unarchive
            | Verb::Trash
            | Verb::Purge
            | Verb::Revoke(_) => 204,
            _ => 200,
        };
        if refusals.is_empty() {
            Ok(status)
        } else {
            Err(refusals)
        }
    }

    fn is_wrong_in_itself(&self, verb: &Verb) -> bool {
        match *verb {
            Verb::RequestChanges { with_note } => !with_note,
            Verb::Publish {
                from,
                until: Some(until),
            }
            | Verb::Retime {
                from,
                until: Some(Some(until)),
            } => until <= from.unwrap_or(self.now).max(self.now),
            _ => false,
        }
    }

    fn check_version(&self, request: &Request, refusals: &mut Vec<Refusal>) {
        if let Some(seen) = &request.seen {
            let is_absent =
                !request.verb.is_of_the_post() && self.copy(request.post, request.lang).is_none();
            if !seen.is_current || is_absent || self.changed_in_step.contains(&request.thing()) {
                refusals.push((412, "precondition_failed"));
            }
        }
    }

    fn check_state(&self, request: &Request, is_editor: bool, refusals: &mut Vec<Refusal>) {
        let post = &self.posts[request.post];
        let mut refuse = |is_so: bool, refusal: Refusal| {
            if is_so {
                refusals.push(refusal);
            }
        };
        let is_trashed = post.trashed_at.is_some();
        // A preview link can be revoked at any time.
        let is_for_trash = matches!(request.verb, Verb::Restore | Verb::Purge | Verb::Revoke(_));
        refuse(is_trashed && !is_for_trash, IN_TRASH);
        // A contributor may no longer write a post that was ever public.
        let is_contributor = self.people[request.who].role == Role::Contributor;
        let may_write = !is_contributor || post.seen.is_empty();
        let copy = self.copy(request.post, request.lang);
        let stage = copy.map(|copy| copy.stage);
        let is_absent = copy.is_none();
        let place = self.place(request.post, request.lang);
        let is_own_submission =
            copy.and_then(|copy| copy.submitter) == Some(request.who) && !self.self_review;
        let of_others = !is_editor;
        let under_review = stage.is_some_and(Stage::is_under_review);
        let any_under_review = post
            .copies
            .values()
            .any(|copy| copy.stage.is_under_review());
        match &request.verb {
            Verb::Create(_) => {}
            Verb::Put(_) | Verb::Patch(_) | Verb::RestoreRevision(_) => {
                refuse(
                    is_absent && matches!(request.verb, Verb::Patch(_)),
                    NOT_FOUND,
                );
                refuse(!may_write, FORBIDDEN);
                refuse(stage == Some(Stage::Archived), ARCHIVED);
                refuse(of_others && under_review, UNDER_REVIEW);
                if let Verb::RestoreRevision(number) = request.verb {
                    let known = post.history.get(request.lang).map_or(0, Vec::len);
                    refuse(number == 0 || number > known, NOT_FOUND);
                }
            }
            Verb::Delete => {
                refuse(is_absent, NOT_FOUND);
                refuse(!may_write, FORBIDDEN);
                refuse(request.lang == post.original, (409, "original_language"));
                refuse(of_others && place.is_some(), FORBIDDEN);
                refuse(of_others && under_review, UNDER_REVIEW);
            }
            Verb::Feature(featured) => {
                refuse(!may_write, FORBIDDEN);
                refuse(of_others && post.featured != *featured, FORBIDDEN);
                refuse(of_others && any_under_review, UNDER_REVIEW);
            }
            Verb::Trash => {
                refuse(!may_write, FORBIDDEN);
                refuse(of_others && !post.places.is_empty(), FORBIDDEN);
                refuse(of_others && any_under_review, UNDER_REVIEW);
            }
            Verb::Restore => refuse(!is_trashed, (409, "not_in_trash")),
            Verb::Purge | Verb::CopyPost => {}
            Verb::Submit => {
                refuse(is_absent, NOT_FOUND);
                refuse(!may_write, FORBIDDEN);
                let fits = matches!(stage, Some(Stage::Draft | Stage::ChangesRequested));
                refuse(!fits && !is_absent, WRONG_STAGE);
            }
            Verb::Withdraw => {
                refuse(is_absent, NOT_FOUND);
                let is_submitter = copy.and_then(|copy| copy.submitter) == Some(request.who);
                refuse(of_others && !is_submitter, FORBIDDEN);
                let fits = !matches!(stage, Some(Stage::Draft | Stage::Archived));
                refuse(!fits, WRONG_STAGE);
            }
            Verb::Take | Verb::Approve | Verb::RequestChanges { .. } => {
                refuse(is_absent, NOT_FOUND);
                let fits = match request.verb {
                    Verb::Take => stage == Some(Stage::Submitted),
                    _ => under_review,
                };
                refuse(!fits && !is_absent, WRONG_STAGE);
                refuse(is_own_submission, (403, "own_submission"));
                let is_mute = matches!(request.verb, Verb::RequestChanges { with_note: false });
                refuse(is_mute, INVALID);
            }
            Verb::HandBack => {
                refuse(is_absent, NOT_FOUND);
                refuse(!is_absent && stage != Some(Stage::InReview), WRONG_STAGE);
            }
            Verb::Publish { from, until } => {
                refuse(is_absent, NOT_FOUND);
                let fits = matches!(stage, Some(Stage::Draft | Stage::Approved));
                refuse(!fits && !is_absent, WRONG_STAGE);
                refuse(stage == Some(Stage::Archived), ARCHIVED);
                let begins = from.unwrap_or(self.now).max(self.now);
                refuse(until.is_some_and(|until| until <= begins), INVALID);
            }
            Verb::Retime { from, until } => {
                refuse(place.is_none(), NOT_FOUND);
                if let Some(place) = place {
                    let is_live = place.is_live(self.now);
                    let put_off = from.is_some_and(|from| from > self.now);
                    let is_fixed = is_live || place.next.is_some();
                    refuse(is_fixed && put_off, (409, "already_live"));
                    let begins = from.unwrap_or(place.shown.from).max(self.now);
                    let is_changed = from.is_some() || until.is_some();
                    let end = until.unwrap_or(place.shown.until);
                    let until = end.filter(|_| is_changed);
                    refuse(until.is_some_and(|until| until <= begins), INVALID);
                    let is_over = end.is_some_and(|end| end <= self.now);
                    let shows = !is_live && begins <= self.now && !is_over;
                    let plans = begins > self.now && place.shown.from <= self.now;
                    let fits = matches!(stage, Some(Stage::Draft | Stage::Approved));
                    refuse((shows || plans) && !fits, WRONG_STAGE);
                }
            }
            Verb::Postpone { from, until } => {
                let next = place.and_then(|place| place.next.as_ref());
                refuse(next.is_none(), NOT_FOUND);
                if let Some(next) = next {
                    let begins = from.unwrap_or(next.begins);
                    refuse(begins <= self.now, INVALID);
                    let until = until.unwrap_or(next.until);
                    refuse(until.is_some_and(|until| until <= begins), INVALID);
                }
            }
            Verb::CancelReplacement => {
                refuse(place.is_none_or(|place| place.next.is_none()), NOT_FOUND);
            }
            Verb::Unpublish => refuse(place.is_none(), NOT_FOUND),
            Verb::Archive => {
                refuse(is_absent, NOT_FOUND);
                refuse(stage == Some(Stage::Archived), WRONG_STAGE);
            }
            Verb::Unarchive => {
                refuse(is_absent, NOT_FOUND);
                refuse(!is_absent && stage != Some(Stage::Archived), WRONG_STAGE);
            }
            Verb::StartFrom(from) => {
                refuse(!may_write, FORBIDDEN);
                refuse(!is_absent, (409, "conflict"));
                refuse(self.copy(request.post, from).is_none(), NOT_FOUND);
            }
            Verb::MakeLink { .. } => refuse(is_absent, NOT_FOUND),
            Verb::Revoke(link) => {
                let link = &self.links[*link];
                let is_over = link.is_revoked || link.expires_at <= self.now;
                refuse(is_over || is_absent, NOT_FOUND);
                refuse(of_others && link.by != request.who, FORBIDDEN);
            }
        }
        if let Verb::Put(draft) | Verb::Patch(draft) = &request.verb {
            self.check_slug(
                request.who,
                Some(request.post),
                request.lang,
                draft,
                refusals,
            );
        }
    }

    fn check_slug(
        &self,
        who: PersonNumber,
        post: Option<PostNumber>,
        lang: Lang,
        draft: &Draft,
        refusals: &mut Vec<Refusal>,
    ) {
        let Some(slug) = &draft.slug else { return };
        let Some(name) = self.name(lang, slug) else {
            return;
        };
        if Some(name.owner) != post
            && !(draft.take_over && self.decides(who) && self.is_freed(name))
        {
            refusals.push((409, "slug_taken"));
        }
    }
}
