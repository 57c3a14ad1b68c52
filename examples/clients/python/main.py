"""Prints a front page in three languages, then writes a draft, reads it, and puts it into the trash.

Client by openapi-python-client.
"""

import os

from generated import delivery, management
from generated.delivery.api.posts import get_public_post, list_public_posts
from generated.delivery.models import PublicPostResponse, PublicPostSummaryPage
from generated.management.api.posts import create_post, delete_post, get_translation
from generated.management.api.sessions import create_session
from generated.management.models import (
    BodySource,
    CheckedPostResponse,
    FirstTranslation,
    Format,
    Login,
    PostInput,
    Tokens,
    TranslationResponse,
)

URL = os.environ.get("API_URL", "http://127.0.0.1:8080")
EMAIL = os.environ.get("API_EMAIL", "admin@example.org")
PASSWORD = os.environ.get("API_PASSWORD", "")


def front_page(lang: str) -> None:
    client = delivery.Client(base_url=URL)
    page = list_public_posts.sync(client=client, lang=lang, fallback=["en"], limit=3)
    assert isinstance(page, PublicPostSummaryPage), page
    print(f"\n{lang}")
    for post in page.data:
        authors = ", ".join(byline.name for byline in post.authors)
        print(f"- {post.title} ({post.lang}) by {authors}: {post.url}")
    first = page.data[0]
    one = get_public_post.sync(str(first.id), client=client, lang=first.lang)
    assert isinstance(one, PublicPostResponse), one
    print(f"  {one.data.title}: {len(one.data.body.html)} characters of HTML")


def draft() -> None:
    client = management.Client(base_url=URL)
    tokens = create_session.sync(client=client, body=Login(email=EMAIL, password=PASSWORD))
    assert isinstance(tokens, Tokens), tokens
    editor = management.AuthenticatedClient(base_url=URL, token=tokens.access_token)
    body = BodySource(format_=Format.FORMAT_MARKDOWN, source="Hello.")
    text = FirstTranslation(lang="en", title="A draft by openapi-python-client", body=body)
    created = create_post.sync(client=editor, body=PostInput(translation=text))
    assert isinstance(created, CheckedPostResponse), created
    read = get_translation.sync(created.data.id, "en", client=editor)
    assert isinstance(read, TranslationResponse), read
    print(f"\nDraft: {read.data.title}, {read.data.status}")
    deleted = delete_post.sync_detailed(created.data.id, client=editor)
    assert deleted.status_code == 204, deleted


for language in ("en", "fr", "es"):
    front_page(language)
draft()
