// Receives messages of webhooks and verifies them: node .ci/webhooks.mjs SERVER PASSWORD
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { Webhook, WebhookVerificationError } from "standardwebhooks";

const [server, password] = process.argv.slice(2);
const waiting = [];
let arrived = () => {};

const receiver = createServer(async (request, response) => {
  let body = "";
  for await (const part of request) body += part;
  waiting.push({ body, headers: request.headers });
  response.writeHead(204).end();
  arrived();
}).listen(0, "127.0.0.1");
await once(receiver, "listening");

/** The next message, at most ten seconds later. */
async function next() {
  const late = AbortSignal.timeout(10_000);
  while (waiting.length === 0) {
    await new Promise((resolve, reject) => {
      arrived = resolve;
      late.onabort = () => reject(new Error("no message within ten seconds"));
    });
  }
  return waiting.shift();
}

let token = "";
async function post(path, body) {
  const headers = { "content-type": "application/json" };
  if (token) headers.authorization = `Bearer ${token}`;
  const response = await fetch(server + path, { method: "POST", headers, body: JSON.stringify(body) });
  const answer = await response.json();
  assert.ok(response.ok, `POST ${path}: ${response.status} ${JSON.stringify(answer)}`);
  return answer;
}

const verifies = (secret, { body, headers }) => new Webhook(secret).verify(body, headers);
const refuses = (secret, message) => assert.throws(() => verifies(secret, message), WebhookVerificationError);

token = (await post("/v1/auth/login", { email: "admin@example.org", password })).access_token;
const url = `http://127.0.0.1:${receiver.address().port}/hook`;
const made = await post("/v1/admin/webhooks", { url, events: ["tag.created"] });
const address = made.data.id;

const create = (name) => post("/v1/admin/tags", { translations: { en: { name } } });
const tag = await create("Réseaux, 城市 and “quotes”");
const first = await next();
const message = verifies(made.data.secret, first);
assert.equal(message.type, "tag.created");
assert.equal(message.data.id, tag.data.id);
refuses(made.data.secret, { ...first, body: first.body.replace("created", "deleted") });
refuses(made.data.secret, { ...first, headers: { ...first.headers, "webhook-id": "another" } });

const rotated = await post(`/v1/admin/webhooks/${address}/rotation`, {});
await create("After the rotation");
const second = await next();
for (const secret of [made.data.secret, rotated.data.secret]) {
  assert.equal(verifies(secret, second).type, "tag.created");
}
refuses(`whsec_${Buffer.alloc(32, 7).toString("base64")}`, second);

const tested = await post(`/v1/admin/webhooks/${address}/test`, {});
assert.equal(tested.data.state, "delivered");
const third = await next();
assert.equal(verifies(rotated.data.secret, third).type, "webhook.test");
assert.equal(third.headers["webhook-id"], tested.data.id);

console.log("3 messages verified, 3 forgeries refused");
receiver.close();
receiver.closeAllConnections();
