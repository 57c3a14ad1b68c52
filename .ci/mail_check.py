"""Sends messages to mail servers (aiosmtpd) that accept, refuse, ask for TLS and a user, or hang.

mail_check.py PROGRAM FOLDER-WITH-CERTIFICATE
"""

import asyncio
import email
import email.policy
import json
import logging
import re
import socket
import sqlite3
import ssl
import subprocess
import sys
import time
import urllib.parse
import urllib.request
import uuid
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

program, folder = sys.argv[1], Path(sys.argv[2])
# aiosmtpd tells of every connection that fails, as most of these do.
logging.disable()
USER, PASSWORD = b"desk@example.org", b"a/p@ss"


class Mailbox:
    """What a server does with each receiver, and what it has got."""

    def __init__(self):
        self.got = []
        self.refused = []

    async def handle_RCPT(self, server, session, envelope, address, options):
        user = address.split("@")[0]
        if user == "unknown":
            return f"550 5.1.1 <{address}>: {user} is unknown here"
        if user == "busy" and user not in self.refused:
            self.refused.append(user)
            return f"451 4.7.1 <{address}>: try again later"
        if user == "hang":
            await asyncio.sleep(600)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.got.append((envelope.rcpt_tos, message))
        return "250 OK"

    def take(self, receiver):
        for index, (receivers, message) in enumerate(self.got):
            if receivers == [receiver]:
                del self.got[index]
                return message
        return None


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def serve(mailbox, **options):
    controller = Controller(mailbox, hostname="127.0.0.1", port=free_port(), **options)
    controller.start()
    return controller


def environment(url, **settings):
    given = {"TRIBUNA_SMTP_URL": url, "TRIBUNA_MAIL_FROM": "The Square <news@example.org>", "RUST_LOG": "info"}
    given |= {"DATABASE_URL": f"sqlite://{folder}/tribuna.db"} | settings
    return {name: value for name, value in given.items() if value is not None}


def start(arguments, settings, log):
    return subprocess.Popen([program, *arguments], env=settings, cwd=folder, stdout=subprocess.PIPE, stderr=log, text=True)


def test(url, to="ada@example.org", lang="fr", **settings):
    """Runs `tribuna mail test`. Returns its exit code and what it says."""
    command = [program, "mail", "test", "--to", to, "--lang", lang]
    run = subprocess.run(command, env=environment(url, **settings), cwd=folder, capture_output=True, text=True, timeout=60)
    return run.returncode, run.stdout + run.stderr


def expect(code, words, outcome):
    said = outcome[1]
    assert outcome[0] == code and words in said, (code, words, outcome)
    assert "a/p@ss" not in said and "unknown@" not in said, outcome


def until(what, find, seconds=20):
    deadline = time.monotonic() + seconds
    while not (found := find()):
        assert time.monotonic() < deadline, f"{what} within {seconds} seconds"
        time.sleep(0.1)
    return found


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
trusted = {"SSL_CERT_FILE": str(folder / "certificate.pem")}


def authenticate(server, session, envelope, mechanism, data):
    return AuthResult(success=(data.login, data.password) == (USER, PASSWORD), handled=False)


plain, guarded, wrapped = Mailbox(), Mailbox(), Mailbox()
servers = [
    serve(plain),
    serve(guarded, tls_context=context, require_starttls=True, auth_required=True, authenticator=authenticate),
    serve(wrapped, ssl_context=context),
]
of_plain, of_guarded, of_wrapped = (server.port for server in servers)
without_tls = f"smtp://127.0.0.1:{of_plain}?tls=none"

# A server that hangs has half a minute for its answer. Meanwhile everything else is tried.
log = open(folder / "server.log", "w")
hanging = start(["mail", "test", "--to", "hang@example.org"], environment(without_tls), subprocess.STDOUT)

# TLS or not, and a certificate.
expect(0, f"accepted by 127.0.0.1:{of_plain} (without TLS)", test(without_tls, lang="ar"))
message = plain.take("ada@example.org")
assert message["From"] == "The Square <news@example.org>" and message["To"] == "ada@example.org", message
assert "رسالة تجريبية" in message["Subject"] and message["Auto-Submitted"] == "auto-generated", message
text, html = message.iter_parts()
assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
assert "هذه رسالة تجريبية" in text.get_content() and 'dir="rtl"' in html.get_content()
expect(1, "STARTTLS", test(f"smtp://127.0.0.1:{of_plain}"))
user = urllib.parse.quote(USER.decode(), safe="") + ":" + urllib.parse.quote(PASSWORD.decode(), safe="")
by_user = f"smtp://{user}@localhost:{of_guarded}"
expect(1, "certificate", test(by_user))
expect(1, "certificate", test(by_user.replace("localhost", "127.0.0.1"), **trusted))
expect(1, "530", test(f"smtp://localhost:{of_guarded}", **trusted))
expect(1, "535", test(by_user.replace("p%40ss", "wrong"), **trusted))
assert not guarded.got
expect(0, f"accepted by localhost:{of_guarded} (STARTTLS)", test(by_user, **trusted))
assert guarded.take("ada@example.org")
expect(0, f"accepted by localhost:{of_wrapped} (TLS)", test(f"smtps://localhost:{of_wrapped}", **trusted))
assert wrapped.take("ada@example.org")

# Refusals, no server, and settings that are wrong.
expect(1, "550", test(without_tls, to="unknown@example.org"))
expect(1, "451", test(without_tls, to="busy@example.org"))
expect(0, "accepted", test(without_tls, to="busy@example.org"))
plain.refused.clear()
plain.take("busy@example.org")
expect(1, "onnection", test(f"smtp://127.0.0.1:{free_port()}?tls=none"))
expect(0, "written to", test(None))
[written] = (folder / "outbox").glob("*.eml")
assert "Subject:" in written.read_text() and written.stat().st_mode & 0o777 == 0o600
expect(78, "TRIBUNA_MAIL_FROM: is missing", test(without_tls, TRIBUNA_MAIL_FROM=None))
templates = folder / "templates" / "fr"
for files in (56, 0):
    command = [program, "mail", "templates", "--write", templates.parent]
    run = subprocess.run(command, env=environment(None), cwd=folder, capture_output=True, text=True, check=True)
    assert run.stdout == f"{files} files written.\n", run.stdout
own = {"TRIBUNA_MAIL_TEMPLATES": str(templates.parent)}
expect(0, "accepted", test(without_tls, **own))
assert plain.take("ada@example.org")
(templates / "test.txt").write_text("Subject: Essai\n\nBonjour {{ nom }}\n")
expect(78, "templates/fr/test.txt:3: nom is not a value", test(without_tls, **own))
(templates / "test.txt").write_text("Subject: Essai\n\nC'est {{ server }}.\n")
expect(0, "accepted", test(without_tls, **own))
assert plain.take("ada@example.org")["Subject"] == "Essai"

# The outbox of a running server.
server = start(["serve", "--listen", "127.0.0.1:0"], environment(without_tls), log)
try:
    address = until("the server", lambda: re.search(r"listens on (\S+),", server.stdout.readline()))[1]
    database = sqlite3.connect(folder / "tribuna.db", timeout=10, isolation_level=None)

    def enter(to):
        """Enters a message, as the rest of the program does within its transactions."""
        values = {"name": "Ada", "post_title": "Städte", "reply_name": "Lin", "reply": "Yes.", "url": "https://example.org/"}
        row = {"id": uuid.uuid4().bytes, "recipient": to, "data": json.dumps(values)}
        database.execute(
            "INSERT INTO mail_outbox (id, template, recipient, topic, data, due_at, created_at)"
            " VALUES (:id, 'comment_reply', :recipient, 'comment_replies', :data, 0, unixepoch() * 1000)",
            row,
        )

    def row(to):
        found = database.execute("SELECT attempts, dead_at, holder, reason FROM mail_outbox WHERE recipient = ?", [to])
        return found.fetchone()

    for user in ("hang", "hang", "ada", "unknown", "busy", "lin"):
        enter(f"{user}@example.org")
    message = until("a message", lambda: plain.take("ada@example.org"))
    until("another message", lambda: plain.take("lin@example.org"))
    attempts, dead, holder, reason = until("a refusal", lambda: (found := row("unknown@example.org")) and found[1] and found)
    assert attempts == 1 and holder is None and "550" in reason and "unknown" not in reason, reason
    attempts, dead, holder, reason = until("a failure", lambda: (found := row("busy@example.org")) and found[3] and found)
    assert (attempts, dead, holder) == (1, None, None) and "451" in reason and "busy" not in reason, reason
    database.execute("UPDATE mail_outbox SET due_at = 0 WHERE recipient = 'busy@example.org'")
    until("the retry", lambda: plain.take("busy@example.org"))
    until("an empty outbox", lambda: not row("ada@example.org") and not row("busy@example.org"))

    # Without https there is a link, but no button of the mail program.
    link = message["List-Unsubscribe"].strip("<>")
    assert link.startswith(f"http://{address}/v1/unsubscribe?token=") and "List-Unsubscribe-Post" not in message
    with urllib.request.urlopen(link, timeout=10) as page:
        assert "Unsubscribe" in page.read().decode()
    with urllib.request.urlopen(link, data=b"List-Unsubscribe=One-Click", timeout=10) as page:
        assert page.status == 200
    enter("ada@example.org")
    until("the end of an unwanted message", lambda: not row("ada@example.org"))
    assert not plain.take("ada@example.org")

    output, _ = hanging.communicate(timeout=180)
    assert hanging.returncode == 1 and "no answer within 30 seconds" in output, (hanging.returncode, output)
    until("the end of patience", lambda: (found := row("hang@example.org")) and found[3], 60)
finally:
    server.terminate()
    server.wait(timeout=40)
    log.close()
said = (folder / "server.log").read_text()
assert "is given up" in said and "is tried again" in said, said
assert not re.search(r"(ada|lin|busy|unknown|hang)@", said), said
for each in servers:
    each.stop()
print("messages by STARTTLS, by TLS, without and into a folder; refusals, retries and a server that hangs")
