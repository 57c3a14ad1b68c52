"""Tests of the mirror: signatures, a server that fails in every way, and a real server whose editors are at work.

    API_URL=… API_EMAIL=… API_PASSWORD=… python3 -m unittest

The tests with a real server change its posts, and are skipped without these variables: use a demo server.
"""

import base64
import hashlib
import hmac
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import mirror
from mirror import Mirror

SECRET = "whsec_" + base64.b64encode(b"the secret of the example mirror").decode()


def signed(body: bytes, at: int, secret: str = SECRET) -> dict[str, str]:
    """The headers of a webhook."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.digest(key, b"msg_1.%d." % at + body, hashlib.sha256)
    signature = "v1," + base64.b64encode(digest).decode()
    return {"webhook-id": "msg_1", "webhook-timestamp": str(at), "webhook-signature": signature}


def files(folder: Path) -> dict[str, Any]:
    """The posts in a folder, by the names of their files."""
    return {file.name: json.loads(file.read_text()) for file in (folder / "posts").glob("*.json")}


class Signatures(unittest.TestCase):
    def test_only_what_the_owner_of_the_secret_signed_lately_is_genuine(self) -> None:
        # Signed by the reference library (standardwebhooks of PyPI).
        body, at = b'{"type":"post.published"}', 1767225600
        reference = {
            "webhook-id": "msg_2b1f",
            "webhook-timestamp": str(at),
            "webhook-signature": "v1,faO7rghv5C2tjzsHPqLTC4fREfarrRp+wNTbfpxwkSo=",
        }

        def genuine(change: dict[str, str] = {}, body: bytes = body, now: float = at, secret: str = SECRET) -> bool:
            return mirror.is_genuine(secret, reference | change, body, now)

        self.assertTrue(genuine())
        self.assertTrue(genuine(now=at + 299) and genuine(now=at - 299))
        self.assertFalse(genuine(now=at + 301) or genuine(now=at - 301))
        self.assertFalse(genuine(body=body + b" "))
        self.assertFalse(genuine(secret=SECRET.replace("dGhl", "dGhm")))
        self.assertFalse(genuine({"webhook-id": "msg_2b1e"}))
        for timestamp in ("", "soon", "-1", "1e9", str(at + 1)):
            self.assertFalse(genuine({"webhook-timestamp": timestamp}), timestamp)
        right = reference["webhook-signature"]
        for others in (f"v1,AAAA {right}", f"{right} v1a,AAAA", f"é {right}"):
            self.assertTrue(genuine({"webhook-signature": others}), others)
        for wrong in ("", "v1,", right[3:], right.replace("v1,", "v2,"), right[:-1], right.replace(" ", "")[:20]):
            self.assertFalse(genuine({"webhook-signature": wrong}), wrong)


class Script(BaseHTTPRequestHandler):
    """A server that answers what a test says, and checks what it expects to be asked."""

    answers: list[Callable[["Script"], None]] = []
    asked: list[tuple[str, str | None]] = []

    def do_GET(self) -> None:
        assert self.headers["X-API-Key"] == "trb_live_example"
        self.asked.append((self.path, self.headers["If-None-Match"]))
        self.answers.pop(0)(self)

    def log_message(self, *_: object) -> None:
        pass

    def send(self, status: int, body: bytes, headers: dict[str, str], cut: int = 0) -> None:
        self.send_response(status)
        for name, value in (headers | {"Content-Length": str(len(body))}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[: len(body) - cut])
        self.close_connection = True


def page(next: str, *items: dict[str, Any], more: bool = False, cut: int = 0) -> Callable[[Script], None]:
    body = {"data": items, "page": {"next": f"/v1/sync?token={next}", "token": next, "more": more}}
    return lambda script: script.send(200, json.dumps(body).encode(), {"ETag": f'W/"{next}"'}, cut)


def status(code: int, retry_after: str = "") -> Callable[[Script], None]:
    body = b"" if code == 304 else b'{"code":"some_problem"}'
    return lambda script: script.send(code, body, {"Retry-After": retry_after} if retry_after else {})


def stored(id: str, title: str = "Un toit") -> dict[str, Any]:
    post = {"id": id, "lang": "fr", "title": title, "published_at": "2026-05-05T08:00:00.000Z"}
    return {"op": "upsert", "kind": "post", "id": id, "lang": "fr", "post": post}


def removed(id: str, reason: str) -> dict[str, Any]:
    return {"op": "delete", "kind": "post", "id": id, "lang": "fr", "reason": reason}


class Failures(unittest.TestCase):
    def setUp(self) -> None:
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Script)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.enterContext(patch.object(mirror, "KEY", "trb_live_example"))
        self.enterContext(patch.object(mirror, "SERVER", f"http://127.0.0.1:{self.server.server_port}"))
        self.pauses: list[float] = []
        self.enterContext(patch.object(time, "sleep", self.pauses.append))
        self.said: list[str] = []
        self.enterContext(patch.object(mirror, "log", self.said.append))

    def tearDown(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def sync(self, *answers: Callable[[Script], None]) -> list[tuple[str, str | None]]:
        """Syncs with a server that gives these answers. Returns what it was asked."""
        Script.answers, Script.asked = list(answers), []
        Mirror(self.folder).sync()
        self.assertEqual(Script.answers, [], "the mirror did not ask often enough")
        return [(path.removeprefix("/v1/sync?"), etag) for path, etag in Script.asked]

    def names(self) -> list[str]:
        """The ids of the posts in the folder, which must be those in the index."""
        ids = sorted(name.removesuffix(".fr.json") for name in files(self.folder))
        self.assertEqual(sorted(json.loads((self.folder / "index.json").read_text())), ids)
        return ids

    def test_the_folder_is_right_whatever_fails(self) -> None:
        # It is killed after it has stored the items of the second page, and before it stores its place.
        first, second = page("1", stored("a"), stored("b"), more=True), page("2", stored("c"), removed("b", "consent"))
        with patch.object(Mirror, "finish", side_effect=KeyboardInterrupt), self.assertRaises(KeyboardInterrupt):
            self.sync(first, second)
        self.assertEqual(self.sync(second), [("token=1", None)])
        self.assertEqual(self.names(), ["a", "c"])
        self.assertIn("remove b.fr.json: consent", self.said)

        # A poll without news, and then one with an ETag.
        self.assertEqual(self.sync(page("2")), [("token=2", None)])
        self.assertEqual(self.sync(status(304)), [("token=2", 'W/"2"')])

        # The server is busy, ends, and breaks off. Its orders to wait are obeyed.
        later = status(503, "7"), status(429, "Fri, 01 Jan 2100 00:00:00 GMT"), status(502)
        self.sync(*later, page("3", stored("d"), cut=9), page("3", stored("d"), removed("never", "unpublished")))
        self.assertEqual((self.pauses[0], len(self.pauses)), (7, 4))
        self.assertGreater(self.pauses[1], 365 * 86400)
        self.assertLessEqual(4, self.pauses[2])
        self.assertEqual(self.names(), ["a", "c", "d"])

        # The log does not have the place any more. What the new reading does not bring is removed, even if it is killed.
        anew = page("8", stored("a", "Un autre toit"), more=True), page("9", stored("e"))
        with patch.object(Mirror, "finish", side_effect=KeyboardInterrupt), self.assertRaises(KeyboardInterrupt):
            self.sync(status(410), *anew)
        self.assertEqual(sorted(files(self.folder)), ["a.fr.json", "c.fr.json", "d.fr.json", "e.fr.json"])
        self.assertEqual(self.sync(anew[1]), [("token=8", None)])
        self.assertEqual(self.names(), ["a", "e"])
        self.assertEqual(files(self.folder)["a.fr.json"]["title"], "Un autre toit")

        # Another filter is another copy.
        with patch.object(mirror, "FILTER", "lang=fr&tag=rent"):
            self.assertEqual(self.sync(page("x", stored("e"))), [("initial=true&lang=fr&tag=rent", None)])
        self.assertEqual(self.names(), ["e"])

        # Nothing is written outside of the folder, and a server that stays away is given up.
        with self.assertRaises(ValueError):
            self.sync(page("y", stored("../../f")))
        with self.assertRaises(mirror.Unavailable):
            self.sync(*[status(500)] * mirror.ATTEMPTS)
        for code in 400, 410:
            with self.assertRaises(mirror.Refused):
                self.sync(*[status(code)] * (2 if code == 410 else 1))
        self.assertEqual(self.names(), ["e"])


    def test_a_redirect_to_another_host_does_not_get_the_key(self) -> None:
        def redirect(to: str) -> Callable[[Script], None]:
            return lambda script: script.send(302, b"", {"Location": to})

        self.sync(redirect("/v1/sync?elsewhere"), page("1", stored("a")))
        self.assertEqual(self.names(), ["a"])
        other = ThreadingHTTPServer(("127.0.0.1", 0), Script)
        threading.Thread(target=other.serve_forever, daemon=True).start()
        self.addCleanup(other.server_close)
        self.addCleanup(other.shutdown)
        with self.assertRaises(mirror.Refused):
            self.sync(redirect(f"http://127.0.0.1:{other.server_port}/v1/sync?token=1"))
        self.assertEqual(len(Script.asked), 1)

    def test_a_page_of_a_long_reading_costs_what_the_first_one_did(self) -> None:
        pages = [page(str(n), *[stored(f"{n}-{m}") for m in range(20)], more=n < 9) for n in range(10)]
        sizes: list[int] = []
        write = mirror.write

        def measured(path: Path, value: object) -> None:
            write(path, value)
            sizes.extend([path.stat().st_size] if path.name == "state.json" else [])

        with patch.object(mirror, "write", measured):
            self.sync(*pages)
        self.assertEqual(len(self.names()), 200)
        self.assertLess(max(sizes) - min(sizes), 20, sizes)


class Desk:
    """The editors of a real server, and its readers."""

    def __init__(self) -> None:
        login = {"email": os.environ["API_EMAIL"], "password": os.environ["API_PASSWORD"]}
        self.token = ""
        self.token = self.call("POST", "/v1/auth/login", login)["access_token"]

    def call(self, method: str, path: str, body: object = None) -> Any:
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {self.token}"} if self.token else {})
        data = None if body is None else json.dumps(body).encode()
        request = Request(mirror.SERVER + path, data, headers, method=method)
        try:
            with urlopen(request, timeout=30) as response:
                return json.loads(response.read() or b"null")
        except HTTPError as error:
            raise AssertionError(f"{method} {path}: {error.read().decode()}") from error

    def publish(self, title: str, **post: object) -> str:
        """Writes a French post and publishes it. Returns its id."""
        text = {"lang": "fr", "title": title, "body": {"format": "markdown", "source": f"*{title}*, dit-on."}}
        id: str = self.call("POST", "/v1/admin/posts", {"translation": text} | post)["data"]["id"]
        self.call("PUT", f"/v1/admin/posts/{id}/translations/fr/publication", {})
        return id

    def edit(self, id: str, title: str) -> None:
        self.call("PATCH", f"/v1/admin/posts/{id}/translations/fr", {"title": title, "slug": f"nouveau-{id}"})
        self.call("PUT", f"/v1/admin/posts/{id}/translations/fr/publication", {})

    def take_down(self, id: str, reason: str) -> None:
        self.call("DELETE", f"/v1/admin/posts/{id}/translations/fr/publication", {"reason": reason})

    def everything(self, filter: str = mirror.FILTER) -> dict[str, Any]:
        """Reads what the folder should have, from the list of posts."""
        posts: dict[str, Any] = {}
        next = f"/v1/posts?{filter}&limit=100"
        while next:
            answer = self.call("GET", next)
            posts |= {f"{post['id']}.{post['lang']}.json": post for post in answer["data"]}
            next = answer["page"]["next"]
        return posts


@unittest.skipUnless("API_PASSWORD" in os.environ, "no server")
class WithServer(unittest.TestCase):
    def run_mirror(self, *options: str, filter: str = mirror.FILTER) -> subprocess.Popen[str]:
        environment = os.environ | {"MIRROR_WEBHOOK_SECRET": SECRET, "MIRROR_FILTER": filter}
        command = [sys.executable, mirror.__file__, str(self.folder), *options]
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        return process

    def sync(self) -> str:
        """Brings the folder up to date, which must be what a full read returns. Returns what the mirror said."""
        process = self.run_mirror()
        said, _ = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0)
        self.assertEqual(files(self.folder), self.desk.everything())
        return said

    def setUp(self) -> None:
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.desk = Desk()

    def test_the_folder_is_what_a_full_read_returns(self) -> None:
        desk = self.desk
        tag = desk.call("POST", "/v1/admin/tags", {"translations": {"fr": {"name": "Toits"}}})["data"]["id"]
        author = desk.call("POST", "/v1/admin/authors", {"name": "Inès Marchal"})["data"]["id"]
        housing = desk.call("GET", "/v1/categories/housing")["data"]["id"]
        ids = [
            desk.publish(f"Toit {number}", categories=[housing], tags=[tag], authors=[{"author": author}])
            for number in range(6)
        ]
        self.sync()
        self.assertGreater(len(files(self.folder)), 6)
        self.assertIn("nothing has changed", self.sync())

        # An edit with a new slug, takedowns, a deletion, another category, and new names of what posts show.
        desk.edit(ids[0], "Un toit pour tous")
        desk.take_down(ids[1], "consent")
        desk.call("DELETE", f"/v1/admin/posts/{ids[2]}")
        desk.call("DELETE", f"/v1/admin/posts/{ids[3]}/categories/{housing}?publish=shared")
        desk.call("PATCH", f"/v1/admin/tags/{tag}", {"translations": {"fr": {"name": "Toitures"}}})
        desk.call("PATCH", f"/v1/admin/authors/{author}", {"name": "Inès Marchal-Roy"})
        said = self.sync()
        for id, reason in ((ids[1], "consent"), (ids[2], "deleted"), (ids[3], "left_filter")):
            self.assertIn(f"remove {id}.fr.json: {reason}", said)
        post = files(self.folder)[f"{ids[0]}.fr.json"]
        self.assertEqual(post["title"], "Un toit pour tous")
        self.assertEqual((post["tags"][0]["name"], post["authors"][0]["name"]), ("Toitures", "Inès Marchal-Roy"))
        index = json.loads((self.folder / "index.json").read_text())
        self.assertEqual({entry["fr"]["file"][6:] for entry in index.values()}, set(files(self.folder)))

        # A copy with another filter, which is killed again and again while it is read, two items at a time.
        every, kills = "lang=fr&include=body", 0
        while (process := self.run_mirror(filter=f"{every}&limit=2")) and kills < 100:
            try:
                process.wait(0.2 + kills / 30)
                break
            except subprocess.TimeoutExpired:
                process.kill()
                kills += 1
        self.assertEqual(process.returncode, 0)
        self.assertEqual(files(self.folder), desk.everything(every))
        self.assertGreater(kills, 0, "it was not killed")

    def test_a_webhook_starts_a_sync(self) -> None:
        process = self.run_mirror("--listen", "0")
        assert process.stdout
        address = process.stdout.readline().rsplit(" ", 1)[1].strip()
        said: list[str] = []
        threading.Thread(target=lambda: said.extend(process.stdout or []), daemon=True).start()

        def send(body: bytes, headers: dict[str, str]) -> int:
            try:
                with urlopen(Request(address, body, headers), timeout=10) as response:
                    return int(response.status)
            except HTTPError as error:
                return error.code

        def until(is_true: Callable[[], bool]) -> None:
            deadline = time.monotonic() + 30
            while not is_true():
                self.assertLess(time.monotonic(), deadline, said)
                time.sleep(0.02)

        until(lambda: files(self.folder) == self.desk.everything())
        housing = self.desk.call("GET", "/v1/categories/housing")["data"]["id"]
        id = self.desk.publish("Un toit de plus", categories=[housing])
        body = b'{"type":"post.published"}'
        self.assertEqual(send(body, signed(body, int(time.time()), "whsec_" + "A" * 32)), 401)
        self.assertEqual(send(body + b" ", signed(body, int(time.time()))), 401)
        self.assertEqual(send(body, signed(body, int(time.time()) - 600)), 401)
        time.sleep(0.2)
        self.assertNotIn(f"{id}.fr.json", files(self.folder))
        self.assertEqual(send(body, signed(body, int(time.time()))), 204)
        until(lambda: files(self.folder) == self.desk.everything())
        self.assertIn(f"{id}.fr.json", files(self.folder))
        self.desk.take_down(id, "legal")
        self.assertEqual(send(body, signed(body, int(time.time()))), 204)
        # It says so before it does so, and both take a moment.
        until(lambda: f"remove {id}.fr.json: legal\n" in said)
        until(lambda: not (self.folder / "posts" / f"{id}.fr.json").exists())
        self.assertEqual(files(self.folder), self.desk.everything())


if __name__ == "__main__":
    unittest.main()
