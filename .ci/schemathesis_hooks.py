"""What a schema cannot say, said to Schemathesis; and a record of what was accepted."""

import os
import re
import uuid
from pathlib import Path

import schemathesis
from schemathesis.openapi.checks import (
    EnsureResourceAvailability,
    JsonSchemaError,
    RejectedPositiveData,
    UseAfterFree,
)

from schemathesis_sparse import conforms

# Rules beyond any schema, as code and place. A request that is true to the schema and is refused for these alone was no
# valid data.
RULES = re.compile(
    "|".join(
        [
            "idempotency_key_reused Idempotency-Key",  # a key stands for one request
            "duplicate /authors/[0-9]+/author",  # an author stands once on a post
            "duplicate (/translation)?/translators/[0-9]+",  # nor twice among the translators of a language
            "(duplicate|needs_role) (/authors/[0-9]+)?/roles(/[^/]+)?",  # roles are in other languages than role
            "duplicate /names/[^/]+",  # names are in other languages than the official one
            "invalid_cursor cursor",  # a cursor was given out, for the same filters
            "invalid address",  # an IP address
            "invalid_token (token|resume)",  # a token was given out
            "missing token",  # a copy begins with initial=true, or continues with a token
            "not_with_token (initial|fields)",  # but not both
            "not_with_filter token",  # nor a token with a filter
            "invalid Last-Event-ID",  # the id of an event that was received
            "too_long fields",  # what a token can hold
            "invalid sort",  # only pages have a position
            "invalid /(type|parent|position)",  # a type is for ever, and only pages have a place
            "(invalid|not_in_transaction) /operations/[0-9]+/path",  # no batch, no export and, in one transaction, no call to others
            "needs_lang fallback",  # without a wish there is nothing to fall back from
            "needs_slug (/translation)?/take_over",  # goes with slug
            "needs_lang lang",  # missing, or outdated, in which language?
            "not_together (kind|slug|lang|path)",  # a path to resolve, or a kind and a slug …
            "required (kind|slug|path)",  # … but one of both
            "past /expires_at",  # a key that is over is of no use
            "too_late /old_expires_at",  # a former secret works for 30 days at most
            "required /quota/(per_minute|burst)",  # a new quota is a whole one
            "required /note",  # who sends a text back says why
            "not_with_cursor page",  # a number, or a cursor
            "too_deep page",  # a number leads to 10,000 items
            "required /translations/[^/]+/name",  # a language that is new to a term needs a name
            "same /into",  # a term is merged into another one
            "too_deep /(parent|into)",  # the tree of categories has a limit
            "(needs_time_zone|wrong_offset|inexact_offset|no_such_time|ambiguous_time|wrong_format|invalid) /(un)?publish_at",  # a time that its clocks show once
            "too_early /unpublish_at",  # an end comes after its beginning
            "too_(early|late) /publish_at",  # what is live is not put off, and what replaces it comes later
            "too_(early|late) to",  # a calendar has a span of days
            "too_(many|long) (exclude_)?(category|tag|author|organization)",  # 200 names, 8 KiB in one question
            "too_few /translations",  # a term keeps one of its languages
            "unknown_reference /.*",  # an id in a body is that of something
            "unknown_time_zone /time_zone",  # the name of a time zone is in the IANA database
            "wrong_format /contact",  # an e-mail address or a URL
            "wrong_format /(translations/[^/]+/)?home",  # a URL of the web
            "not_allowed /licence",  # an identifier of the list of SPDX
            "duplicate /languages/[0-9]+/code",  # a language stands once
            "wrong_password /current_password",
            "(wrong_format|not_https|forbidden_address) /url",  # a webhook leads to a public address
            "not_allowed /(token|quiet_seconds|events|languages|categories)",  # not every format has each member
            "required /token",  # some purges need one
            "required /(name|email)",  # who has no account says who they are
            "required /form",  # and proves some work
            "(invalid_token|wrong_proof) /form/(token|nonce)",  # with a form that was given out
        ]
    )
)

# The users that the runs sign in as.
OURS = set(Path(os.environ["OURS"]).read_text().split())
NOBODY = "01900000-0000-7000-8000-000000000000"

accepted = set()
known_cursors = set()
deleted_for_good = set()
# Terms that were merged into another: nothing is left under their ids.
merged = set()


@schemathesis.hook
def filter_failure(context, failure, case, response):
    if isinstance(failure, RejectedPositiveData):
        errors = response.json().get("errors", [])
        return not (errors and all(breaks_a_rule(error) for error in errors))
    if isinstance(failure, JsonSchemaError):
        operation = case.operation
        return not conforms(operation.schema.raw_schema, operation.definition.raw, case.query, response)
    if isinstance(failure, UseAfterFree):
        # A post goes into the trash first, where it can be read. The history of a language outlives its translation, and
        # the takedowns of a post outlive it.
        post = re.fullmatch("DELETE /v1/admin/posts/([^/]*)", failure.free)
        in_trash = post is not None and post[1] not in deleted_for_good
        # What was said below a post is decided about after it is gone.
        kept = ("/takedowns", "/discussion")
        return not in_trash and not case.path.endswith(kept) and "/revisions" not in case.path
    if isinstance(failure, EnsureResourceAvailability):
        # A text that was begun has been neither submitted, reviewed, archived nor published.
        steps = case.path.endswith(("/submission", "/review", "/archive", "/publication"))
        return not steps and case.path_parameters.get("id") not in {NOBODY, *merged}
    return True


def breaks_a_rule(error):
    place = error.get("pointer") or error.get("parameter") or error.get("header")
    # `{"EN": …, "en": …}` has two names for JSON Schema, and one language twice for the server.
    return RULES.fullmatch(f"{error['code']} {place}") or error["detail"].endswith("stands twice")


@schemathesis.hook
def before_call(context, case, kwargs):
    # Whoever is changed or deleted may no longer call, and all that follows would be 401.
    if "/users/" in case.path and case.method != "GET" and case.path_parameters.get("id") in OURS:
        case.path_parameters["id"] = NOBODY
    # Most valid questions would break a rule, and what else they ask would not be tried.
    if case.meta and case.meta.generation.mode.is_positive:
        if case.query:
            keep_rules(case.path, case.query)
        if case.headers and "Idempotency-Key" in case.headers:
            case.headers["Idempotency-Key"] = str(uuid.uuid4())
        if case.headers and case.method != "GET":
            keep_entity_tags(case.headers)
        # A key beside a token is a 400, which the documents cannot say; tests/api has the tests.
        for headers in (case.headers, kwargs.get("headers")):
            if headers and "X-API-Key" in headers:
                del headers["X-API-Key"]


# A list of entity-tags, or `*`. Some generated values ignore the pattern of the documents.
ENTITY_TAGS = re.compile(r'\*|(W/)?"[!#-~]*"(, ?(W/)?"[!#-~]*")*')


def keep_entity_tags(headers):
    for name in ("If-Match", "If-None-Match"):
        if name in headers and not ENTITY_TAGS.fullmatch(headers[name]):
            del headers[name]


def keep_rules(path, query):
    if "cursor" in query:
        query.pop("page" if query["cursor"] in known_cursors else "cursor", None)
    if "page" in query:
        # Numbers are texts, now and then.
        query["page"] = min(int(query["page"]), 10_000 // int(query.get("limit", 20)))
    if "fallback" in query:
        query.setdefault("lang", "en")
    if path == "/v1/sync":
        query.pop("token", None)
        query["initial"] = "true"
        # Each would hold a request up.
        query.pop("wait", None)
    if path == "/v1/snapshot.ndjson":
        query.pop("resume", None)
    if path == "/v1/resolve" and "path" in query:
        by_path = "kind" not in query or "slug" not in query
        for name in ("kind", "slug", "lang") if by_path else ("path",):
            query.pop(name, None)


@schemathesis.hook
def after_call(context, case, response):
    # Other methods than the operation's are tried in its name, too.
    if response.status_code >= 400 or response.request.method != case.operation.method.upper():
        return
    label = case.operation.label
    if label not in accepted:
        accepted.add(label)
        with open(os.environ["ACCEPTED"], "a") as file:
            print(label, file=file)
    is_feed = label.startswith("GET /v1/feeds/")
    if response.status_code == 200 and "cursor" in case.operation.query and not is_feed:
        page = response.json()["page"]
        known_cursors.update(filter(None, (page["next_cursor"], page["prev_cursor"])))
    if label == "DELETE /v1/admin/posts/{id}" and str(case.query.get("permanent")).lower() == "true":
        deleted_for_good.add(case.path_parameters["id"])
    if label.endswith("/{id}/merge"):
        merged.add(case.path_parameters["id"])
