"""Signs in, and writes down what is there: tokens for the runs, and dictionaries for schemathesis.toml.

schemathesis_prepare.py BASE-URL PASSWORD FOLDER
"""

import base64
import hashlib
import hmac
import json
import sqlite3
import sys
import urllib.request
from pathlib import Path

base, password, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])


def call(method, path, token=None, body=None):
    request = urllib.request.Request(base + path, method=method)
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    if body is not None:
        request.add_header("Content-Type", "application/json")
        request.data = json.dumps(body).encode()
    with urllib.request.urlopen(request, timeout=30) as response:
        return json.loads(response.read() or "null")


def sign_in(email):
    return call("POST", "/v1/auth/login", body={"email": email, "password": password})


def write(name, words):
    # One quoted word a line. JSON quotes ASCII words as libFuzzer's dictionaries do.
    (folder / f"{name}.dict").write_text("".join(f"{json.dumps(word)}\n" for word in words))


def draft(title):
    body = {"format": "markdown", "source": "A draft."}
    return call("POST", "/v1/admin/posts", admin, {"translation": {"lang": "en", "title": title, "body": body}})["data"]["id"]


admin = sign_in("admin@example.org")["access_token"]
for name in ("authors", "organizations", "categories", "tags", "posts"):
    things = call("GET", f"/v1/{name}?limit=20")["data"]
    # The first are taken most.
    write(name, [thing["slug"] for thing in things] + [thing["id"] for thing in things])

write("post_pages", [post["site_url"] for post in call("GET", "/v1/posts?limit=20&fields=site_url")["data"]])

posts = call("GET", "/v1/admin/posts?limit=100", admin)["data"]
trashed = [post["id"] for post in posts[-3:]]
for id in trashed:
    call("DELETE", f"/v1/admin/posts/{id}", admin)
write("trashed", trashed)
# From the oldest: the newest are what other operations find first, and delete.
in_english = call("GET", "/v1/posts?lang=en&sort=published_at&limit=20")["data"]
# The first eight are left to the operations on replacements.
write("posts_in_english", [post["id"] for post in in_english[8:]])

# Texts that are to replace what is public, one day.
to_be_replaced = [post["id"] for post in in_english[:8]]
to_be_moved = [post["id"] for post in in_english[13:16]]
for id in to_be_replaced + to_be_moved:
    path = f"/v1/admin/posts/{id}/translations/en/publication"
    call("PUT", path, admin, {"publish_at": "2099-01-01T00:00:00Z"})
write("to_be_replaced", to_be_replaced)
write("to_be_moved", to_be_moved)

# Links that show a text to whoever has one.
links = [f"/v1/admin/posts/{post['id']}/translations/en/preview-links" for post in in_english[8:12]]
write("previews", [call("POST", path, admin, {"ttl": 86400})["data"]["token"] for path in links])

# Links to be read and to be revoked: those of one text, as an id alone does not say whose it is.
linked = in_english[12]["id"]
path = f"/v1/admin/posts/{linked}/translations/en/preview-links"
write("linked", [linked])
for name in ("links_to_read", "links_to_revoke"):
    write(name, [call("POST", path, admin, {})["data"]["id"] for _ in range(4)])

# A user for each session that a run may end; the first is that of the documents' examples.
for name in ("ada", "refresh", "leaver"):
    email = f"{name}@example.org"
    call("POST", "/v1/admin/users", admin, {"email": email, "password": password, "role": "admin"})
users = call("GET", "/v1/admin/users?limit=100", admin)["data"]
(folder / "ours.txt").write_text("".join(f"{user['id']}\n" for user in users))

# Users whom nobody needs, to be changed.
spare = [{"email": f"spare{number}@example.org", "password": password, "role": "editor"} for number in range(4)]
write("spare_users", [call("POST", "/v1/admin/users", admin, user)["data"]["id"] for user in spare])

# Webhooks to read, to change and to delete, and the deliveries to one, which nobody receives.
def webhook():
    return call("POST", "/v1/admin/webhooks", admin, {"url": "https://receiver.invalid/hook"})["data"]["id"]


for name in ("webhooks", "webhooks_to_change", "webhooks_to_delete"):
    write(name, [webhook() for _ in range(4)])
delivered = webhook()
write("delivered_webhook", [delivered])
write("deliveries", [call("POST", f"/v1/admin/webhooks/{delivered}/test", admin)["data"]["id"] for _ in range(4)])

# A post that takes comments whatever the site says, and comments to read, to change and to delete, by the admin, who may.
commented = draft("commented")
call("PUT", f"/v1/admin/posts/{commented}/translations/en/publication", admin, {})
call("PUT", f"/v1/admin/posts/{commented}/discussion", admin, {"comments": "open"})
write("commented", [commented])


def comment():
    path = f"/v1/posts/{commented}/comments"
    return call("POST", path, admin, {"text": "Our street has *two* such houses."})["data"]["id"]


for name in ("comments", "comments_to_change", "comments_to_delete", "comments_to_decide"):
    write(name, [comment() for _ in range(6)])

# Texts at each stage, two for each operation that begins there, as each takes them on. They are submitted by another user,
# for nobody reviews their own.
ada = sign_in("ada@example.org")["access_token"]
STAGES = {
    "to_submit": [],
    "submitted": [(ada, "submission")],
    "to_withdraw": [(ada, "submission")],
    "to_review": [(ada, "submission")],
    "reviewed": [(ada, "submission"), (admin, "review")],
    "to_hand_back": [(ada, "submission"), (admin, "review")],
    "to_archive": [],
    "archived": [(admin, "archive")],
    "to_take_out": [(admin, "archive")],
    "to_begin": [],
}
for name, steps in STAGES.items():
    texts = [draft(name) for _ in range(2)]
    for id in texts:
        for token, noun in steps:
            call("PUT", f"/v1/admin/posts/{id}/translations/en/{noun}", token)
    write(name, texts)
# The newest are what other operations find first, and delete: these.
for _ in range(20):
    draft("to be deleted")

# Links for unsubscribing are in messages only, so they are sealed here as the server does it.
with sqlite3.connect(folder / "server" / "tribuna.db") as database:
    [key] = database.execute("SELECT value FROM secrets WHERE name = 'mail'").fetchone()
links = [bytes([1, topic]) + bytes(32) + b"fr" for topic in (1, 2)]
sealed = [link + hmac.digest(key, b"unsubscribe\0" + link, hashlib.sha256) for link in links]
write("unsubscribe_tokens", [base64.urlsafe_b64encode(each).decode().rstrip("=") for each in sealed])

write("refresh_tokens", [sign_in("refresh@example.org")["refresh_token"]])
(folder / "admin.token").write_text(admin)
(folder / "leaver.token").write_text(sign_in("leaver@example.org")["access_token"])
