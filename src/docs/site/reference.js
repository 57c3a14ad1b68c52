// The reference of both documents, and signing in. It asks nobody but this server: no telemetry, no proxy, no fonts of
// others; the policy of the page forbids them, too.
const SESSION = "tribuna.session";
const DOCUMENTS = [
  { title: "Delivery", slug: "delivery", url: "/openapi/delivery.json", default: true },
  { title: "Management", slug: "management", url: "/openapi/management.json" },
];
const button = document.querySelector("#session");
const dialog = document.querySelector("#sign-in");
const form = dialog.querySelector("form");
const unknown = document.querySelector("#unknown");
const told = form.querySelector("[role=alert]");

const session = {
  read: () => JSON.parse(sessionStorage.getItem(SESSION)),
  write(tokens) {
    const until = Date.now() + tokens.expires_in * 1000;
    sessionStorage.setItem(SESSION, JSON.stringify({ access: tokens.access_token, refresh: tokens.refresh_token, until }));
    show();
  },
  end() {
    sessionStorage.removeItem(SESSION);
    show();
  },
};

function show() {
  button.textContent = session.read() ? "Sign out" : "Sign in";
}

function post(path, body, token) {
  const headers = { "Content-Type": "application/json", Accept: "application/json" };
  if (token) headers.Authorization = `Bearer ${token}`;
  return fetch(path, { method: "POST", headers, body: body && JSON.stringify(body) });
}

// The access token, renewed when it is about to expire; nothing when nobody is signed in.
async function token() {
  const now = session.read();
  if (!now || Date.now() < now.until - 30_000) return now?.access;
  const response = await post("/v1/auth/refresh", { refresh_token: now.refresh });
  if (response.ok) session.write(await response.json());
  else session.end();
  return session.read()?.access;
}

// Sends a request of the reference, with the token of whoever signed in unless it has one of its own.
async function send(request) {
  const url = new URL(request.url);
  const given = request.headers.get("Authorization")?.replace(/^Bearer\s*/, "");
  const isOurs = url.origin === location.origin && /^\/v1\/(admin|auth)\//.test(url.pathname);
  if (isOurs && !given) {
    const access = await token();
    if (access) request.headers.set("Authorization", `Bearer ${access}`);
    else request.headers.delete("Authorization");
  }
  const response = await fetch(request);
  if (!url.pathname.startsWith("/openapi/")) {
    setTimeout(showAnswer, 300);
    return response;
  }
  // The commands in the documents name a server with the default settings; here they name this one.
  const text = await response.text();
  const openapi = JSON.parse(text.replaceAll("http://127.0.0.1:8080", location.origin));
  for (const tag of openapi.tags) tag["x-displayName"] = tag.name[0].toUpperCase() + tag.name.slice(1);
  switchOffOptionalParameters(openapi);
  emptyPathVariables(openapi);
  const { slug } = DOCUMENTS.find((document) => document.url === url.pathname);
  tellIfUnknown(slug, openapi);
  return new Response(JSON.stringify(openapi), response);
}

// Optional parameters keep their example, but a request has them only when they are ticked. All of them together, as Scalar
// would have it, contradict each other.
function switchOffOptionalParameters({ paths, components }) {
  const written = (schema) => (schema?.$ref ? components.schemas[schema.$ref.split("/").pop()] : schema);
  const operations = Object.values(paths).flatMap((item) => Object.values(item));
  const parameters = operations.flatMap((operation) => operation.parameters ?? []);
  for (const parameter of parameters.filter(({ required }) => !required)) {
    const schema = written(parameter.schema);
    const value = parameter.example ?? schema?.examples?.[0] ?? schema?.default;
    if (value === undefined) continue;
    delete parameter.example;
    parameter.examples = { example: { value, "x-disabled": true } };
  }
}

// The variables of a path are for the reader to fill in: an example of an id leads to nothing.
function emptyPathVariables({ paths }) {
  const operations = Object.values(paths).flatMap((item) => Object.values(item));
  const variables = operations.flatMap((operation) => operation.parameters ?? []).filter((one) => one.in === "path");
  for (const variable of variables) {
    const example = variable.example ?? variable.schema?.examples?.[0];
    if (example !== undefined) variable.description = `${variable.description ?? ""} Such as \`${example}\`.`.trim();
    delete variable.example;
    delete variable.examples;
    if (variable.schema) delete variable.schema.examples;
  }
}

// An address like #management/tag/posts/create_post names an operation. One that does not exist is told; without that, the
// reader would be left at the introduction.
function tellIfUnknown(slug, { tags, paths }) {
  const [document, kind, tag, id] = location.hash.slice(1).split("/");
  const isNone = document !== "" && DOCUMENTS.every((one) => one.slug !== document);
  if (document !== slug && !isNone) return;
  const operations = Object.values(paths).flatMap((item) => Object.values(item));
  const isOperation = () =>
    tags.some(({ name }) => name === tag) && (!id || operations.some(({ operationId }) => operationId === id));
  const isKnown =
    !isNone && (!kind || (kind === "tag" ? isOperation() : ["models", "model", "description"].includes(kind)));
  const name = decodeURIComponent(id ?? tag ?? kind ?? document);
  unknown.querySelector("strong").textContent = name;
  unknown.querySelector("a").href = `/docs/search?q=${encodeURIComponent(name.replaceAll("_", " "))}`;
  unknown.hidden = isKnown;
}

// Where the reader wanted to be: what the address named, until the reader moves on. The reference changes the address while it
// loads what is above, and so do browsers that close a dialog.
let wanted = location.hash;
const moveOn = ({ target }) => {
  if (!target.closest?.("#sign-in, #session")) wanted = undefined;
};
for (const move of ["wheel", "touchmove", "pointerdown", "keydown"]) addEventListener(move, moveOn, { passive: true });

function returnTo(place) {
  if (place && location.hash !== place) location.hash = place;
}

// The reference shows another document only when the page is loaded.
addEventListener("hashchange", ({ oldURL, newURL }) => {
  const document = (url) => new URL(url).hash.slice(1).split("/")[0] || DOCUMENTS[0].slug;
  if (document(oldURL) !== document(newURL)) return location.reload();
  wanted = location.hash;
});

// On a phone the answer is below the edge of the sheet.
function showAnswer() {
  const parts = document.querySelectorAll("[role=dialog] section[class*='xl:h-full']");
  const answer = [...parts].at(-1);
  if (answer && answer.getBoundingClientRect().top > innerHeight / 2) answer.scrollIntoView({ behavior: "smooth" });
}

let place;

button.addEventListener("click", async () => {
  if (!session.read()) {
    place = wanted || location.hash;
    return dialog.showModal();
  }
  const access = await token();
  session.end();
  if (access) await post("/v1/auth/logout", undefined, access);
});

form.querySelector("[type=button]").addEventListener("click", () => dialog.close());

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { email, password } = Object.fromEntries(new FormData(form));
  const response = await post("/v1/auth/login", { email, password });
  const answer = await response.json();
  told.textContent = response.ok ? "" : answer.detail;
  if (!response.ok) return;
  session.write(answer);
  form.reset();
  dialog.close();
  returnTo(place);
});

show();
Scalar.createApiReference("#reference", {
  sources: DOCUMENTS,
  servers: [{ url: location.origin, description: "This server" }],
  customFetch: (input, init) => send(new Request(input, init)),
  persistAuth: true,
  telemetry: false,
  withDefaultFonts: false,
  agent: { disabled: true },
  mcp: { disabled: true },
  showDeveloperTools: "never",
  hideClientButton: true,
  onLoaded: () => setTimeout(() => returnTo(wanted), 500),
  documentDownloadType: "direct",
  modelsSectionLabel: "Schemas",
  orderSchemaPropertiesBy: "preserve",
  defaultHttpClient: { targetKey: "shell", clientKey: "curl" },
  // A link to an operation lasts as long as its id.
  generateTagSlug: ({ name }) => name,
  generateOperationSlug: ({ operationId, method, path }) => operationId ?? `${method}${path}`,
});
