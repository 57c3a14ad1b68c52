"""Mirrors posts of Tribuna into a folder of JSON files, and removes what is withdrawn.

    python3 mirror.py FOLDER                  brings the folder up to date
    python3 mirror.py FOLDER --listen 9000    stays, and does so whenever a webhook says that something has changed

FOLDER/posts/<id>.<lang>.json is a post, FOLDER/index.json names the posts by id, FOLDER/state.json says where to continue.
Python 3.11 or later on Linux or macOS, without other packages. README.md has the settings.
"""

import argparse
import base64
import fcntl
import gzip
import hashlib
import hmac
import json
import os
import random
import re
import sys
import threading
import time
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.message import Message
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

SERVER = os.environ.get("API_URL", "http://127.0.0.1:8080")
FILTER = os.environ.get("MIRROR_FILTER", "lang=fr&category=housing&include=body")
KEY = os.environ.get("MIRROR_API_KEY", "")
SECRET = os.environ.get("MIRROR_WEBHOOK_SECRET", "")
USER_AGENT = "example-mirror/1.0 (+https://partner.example/contact)"
ATTEMPTS = 6  # of a request, until a run fails
INTERVAL = 300  # seconds between two syncs if there is no webhook
TOLERANCE = 300  # seconds that a webhook may be old
LARGEST_MESSAGE = 1024 * 1024


def log(text: str) -> None:
    print(text, flush=True)


# The copy


class Mirror:
    """The copy in a folder. It can be killed at any time: the next run repeats at most one page, which does no harm."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.posts, self.state = folder, folder / "posts", folder / "state.json"
        self.brought = folder / "brought.txt"
        self.posts.mkdir(parents=True, exist_ok=True)

    def sync(self) -> None:
        """Brings the folder up to date."""
        with locked(self.folder / ".lock"):
            (self.posts / ".new").unlink(missing_ok=True)
            state = self.load_state()
            while True:
                try:
                    answer = fetch(SERVER + state["next"], state["etag"])
                except TokenExpired:
                    if state == self.beginning():
                        raise
                    log("the server does not know our place any more: reading everything again")
                    state = self.beginning()
                    continue
                if answer is None:
                    return log("nothing has changed")
                page, etag = answer
                self.apply(page["data"])
                if state["reading"]:
                    self.note(page["data"], is_first=state == self.beginning())
                next, more = page["page"]["next"], page["page"]["more"]
                if not more:
                    self.finish(state["reading"])
                    state["reading"] = False
                # The ETag is that of the address which was requested: it helps only if that is the next one, too.
                state["etag"] = etag if next == state["next"] else None
                state["next"] = next
                # The state comes last, when the rest is on the disk. Killed before that, the next run repeats this page.
                flush(self.posts)
                write(self.state, state)
                if not more:
                    return

    def beginning(self) -> dict[str, Any]:
        """Returns the state in which everything is to be read."""
        first = f"/v1/sync?initial=true&{FILTER}"
        return {"origin": [SERVER, FILTER], "next": first, "etag": None, "reading": True}

    def load_state(self) -> dict[str, Any]:
        """Reads the state. Without one, or with that of another server or filter, everything is to be read."""
        beginning = self.beginning()
        if not self.state.exists():
            return beginning
        state: dict[str, Any] = json.loads(self.state.read_text("utf-8"))
        return state if state["origin"] == beginning["origin"] else beginning

    def apply(self, items: list[dict[str, Any]]) -> None:
        """Writes and removes files as a page says, in its order."""
        for item in items:
            name = name_of(item)
            if item["op"] == "upsert":
                log(f"store  {name}: {item['post']['title']}")
                write(self.posts / name, item["post"])
            else:
                self.remove(name, item["reason"])

    def note(self, items: list[dict[str, Any]], is_first: bool) -> None:
        """Notes which files a reading from the beginning has brought, one in a line. A page adds to the file of names and
        does not write all of them again, or a large copy would take ever longer. A page that is repeated does no harm."""
        with self.brought.open("w" if is_first else "a", encoding="utf-8") as file:
            file.writelines(f"{name_of(item)}\n" for item in items)
            file.flush()
            os.fsync(file.fileno())

    def remove(self, name: str, reason: str) -> None:
        """Removes a file, if we have it. With `error`, `consent` and `legal`, remove the post from your caches as well."""
        if (self.posts / name).exists():
            log(f"remove {name}: {reason}")
            (self.posts / name).unlink()

    def finish(self, reading: bool) -> None:
        """Removes what a reading from the beginning did not bring, and writes the index."""
        brought = set(self.brought.read_text("utf-8").splitlines()) if reading else set()
        index: dict[str, dict[str, Any]] = {}
        for file in sorted(self.posts.glob("*.json")):
            if reading and file.name not in brought:
                self.remove(file.name, "is not in the copy any more")
                continue
            post = json.loads(file.read_text("utf-8"))
            entry = {"file": f"posts/{file.name}", "title": post["title"], "published_at": post["published_at"]}
            index.setdefault(post["id"], {})[post["lang"]] = entry
        write(self.folder / "index.json", index)


def name_of(item: dict[str, Any]) -> str:
    """Returns the name of the file of an item. A server that we trust with texts is not trusted with paths."""
    name = f"{item['id']}.{item['lang']}.json"
    if not re.fullmatch(r"[0-9A-Za-z-]+\.[0-9A-Za-z-]+\.json", name):
        raise ValueError(f"not a name for a file: {name}")
    return name


def write(path: Path, value: object) -> None:
    """Writes a file, whole or not at all, and waits until its contents are on the disk."""
    new = path.with_name(".new")
    with new.open("w", encoding="utf-8") as file:
        json.dump(value, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def flush(folder: Path) -> None:
    """Waits until it is on the disk which files are in a folder."""
    descriptor = os.open(folder, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keeps other runs out of the folder: they wait."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


# Requests


class Refused(Exception):
    """The server refuses the request. Trying again does not help."""


class TokenExpired(Refused):
    """The server cannot continue from our place. Everything has to be read from the beginning."""


class Unavailable(Exception):
    """The server is busy or not there, or its answer broke off. `pause` is how long it asks to wait."""

    def __init__(self, problem: object, pause: float | None) -> None:
        super().__init__(str(problem))
        self.pause = pause


class WithinServer(HTTPRedirectHandler):
    """Follows redirects within the server only: they are requested with our key, which no other host may see."""

    def redirect_request(self, request: Request, file: Any, code: int, reason: str, headers: Any, url: str) -> Request | None:
        before, after = urlsplit(request.full_url), urlsplit(url)
        if (before.scheme, before.netloc) != (after.scheme, after.netloc):
            raise Refused(f"the server redirects to another one: {url}")
        return super().redirect_request(request, file, code, reason, headers, url)


OPENER = build_opener(WithinServer)


def fetch(url: str, etag: str | None) -> tuple[dict[str, Any], str | None] | None:
    """Returns the page at an address and its ETag, or None if it is still the one with this ETag. Tries several times."""
    for attempt in range(1, ATTEMPTS):
        try:
            return request(url, etag)
        except Unavailable as problem:
            # Without an order of the server: twice as long each time, and not all partners at the same moment.
            pause = 2**attempt * random.uniform(0.5, 1) if problem.pause is None else problem.pause
            log(f"trying again in {pause:.1f} s: {problem}")
            time.sleep(pause)
    return request(url, etag)


def request(url: str, etag: str | None) -> tuple[dict[str, Any], str | None] | None:
    """Requests a page once."""
    headers = {"User-Agent": USER_AGENT, "Accept-Encoding": "gzip"}
    headers |= {"X-API-Key": KEY} if KEY else {}
    headers |= {"If-None-Match": etag} if etag else {}
    try:
        with OPENER.open(Request(url, headers=headers), timeout=60) as response:
            body = response.read()
            if response.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            return json.loads(body), response.headers.get("ETag")
    except HTTPError as error:
        if error.code == 304:
            return None
        answer = error.read().decode(errors="replace")
        if error.code == 410 or '"invalid_token"' in answer:
            raise TokenExpired(f"{error}: {answer}") from error
        if error.code in (429, 500, 502, 503, 504):
            raise Unavailable(error, seconds_of(error.headers.get("Retry-After"))) from error
        raise Refused(f"{error}: {answer}") from error
    except (OSError, HTTPException, EOFError, zlib.error, ValueError) as error:
        raise Unavailable(error, None) from error


def seconds_of(retry_after: str | None) -> float | None:
    """Returns how long a server asks to wait: a number of seconds, or a date."""
    if not retry_after:
        return None
    if retry_after.isdecimal():
        return float(retry_after)
    return max(0.0, parsedate_to_datetime(retry_after).timestamp() - time.time())


# Webhooks


def is_genuine(secret: str, headers: Message | Mapping[str, str], body: bytes, now: float) -> bool:
    """Returns whether the owner of the secret signed this message lately (Standard Webhooks)."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    message, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not message or not re.fullmatch(r"[0-9]{1,12}", timestamp) or abs(now - int(timestamp)) > TOLERANCE:
        return False
    signed = f"{message}.{timestamp}.".encode() + body
    expected = b"v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256))
    # There are several signatures while the secret is exchanged. Comparing takes the same time wherever they differ.
    signatures = headers.get("webhook-signature", "").split(" ")
    return any(hmac.compare_digest(expected, signature.encode()) for signature in signatures)


class Receiver(BaseHTTPRequestHandler):
    """Takes webhooks. Each means the same here: there is news. So it does not matter if one comes twice or is lost."""

    timeout = 10
    news = threading.Event()

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > LARGEST_MESSAGE:
            return self.answer(400)
        if not is_genuine(SECRET, self.headers, self.rfile.read(int(length)), time.time()):
            return self.answer(401)
        # Answer first and work later: senders do not wait for long.
        self.news.set()
        self.answer(204)

    def answer(self, status: int) -> None:
        self.send_response(status)
        self.end_headers()


def listen(mirror: Mirror, port: int) -> None:
    """Syncs now, after each webhook, and every few minutes, in case that a webhook was lost."""
    server = ThreadingHTTPServer(("127.0.0.1", port), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    log(f"listening on http://127.0.0.1:{server.server_port}")
    while True:
        Receiver.news.clear()
        try:
            mirror.sync()
        except (Refused, Unavailable, OSError) as error:
            log(f"failed: {error}")
        Receiver.news.wait(INTERVAL)


def main() -> None:
    arguments = argparse.ArgumentParser(description="Mirrors posts of Tribuna into a folder.")
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--listen", type=int, metavar="PORT", help="stay, and receive webhooks on this port")
    options = arguments.parse_args()
    if options.listen is None:
        try:
            Mirror(options.folder).sync()
        except (Refused, Unavailable) as error:
            sys.exit(f"failed: {error}")
    elif not re.fullmatch("whsec_.{16,}", SECRET):
        sys.exit("MIRROR_WEBHOOK_SECRET is missing: it begins with whsec_")
    else:
        listen(Mirror(options.folder), options.listen)


if __name__ == "__main__":
    main()
