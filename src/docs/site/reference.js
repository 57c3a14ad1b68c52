// The reference of both documents, and signing in. It asks nobody but this server: no telemetry, no proxy, no fonts of
// others; the policy of the page forbids them, too.
const SESSION = "tribuna.session";
const button = document.querySelector("#session");
const dialog = document.querySelector("#sign-in");
const form = dialog.querySelector("form");
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
  if (!url.pathname.startsWith("/openapi/")) return response;
  // The commands in the documents name a server with the default settings; here they name this one.
  const text = await response.text();
  const openapi = JSON.parse(text.replaceAll("http://127.0.0.1:8080", location.origin));
  for (const tag of openapi.tags) tag["x-displayName"] = tag.name[0].toUpperCase() + tag.name.slice(1);
  switchOffOptionalParameters(openapi);
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

button.addEventListener("click", async () => {
  if (!session.read()) return dialog.showModal();
  const access = await token();
  session.end();
  if (access) await post("/v1/auth/logout", undefined, access);
});

form.addEventListener("submit", async (event) => {
  if (event.submitter?.value === "cancel") return;
  event.preventDefault();
  const { email, password } = Object.fromEntries(new FormData(form));
  const response = await post("/v1/auth/login", { email, password });
  const answer = await response.json();
  told.textContent = response.ok ? "" : answer.detail;
  if (!response.ok) return;
  session.write(answer);
  form.reset();
  dialog.close();
});

show();
Scalar.createApiReference("#reference", {
  sources: [
    { title: "Delivery", slug: "delivery", url: "/openapi/delivery.json", default: true },
    { title: "Management", slug: "management", url: "/openapi/management.json" },
  ],
  servers: [{ url: location.origin, description: "This server" }],
  customFetch: (input, init) => send(new Request(input, init)),
  persistAuth: true,
  telemetry: false,
  withDefaultFonts: false,
  agent: { disabled: true },
  mcp: { disabled: true },
  showDeveloperTools: "never",
  hideClientButton: true,
  documentDownloadType: "direct",
  modelsSectionLabel: "Schemas",
  orderSchemaPropertiesBy: "preserve",
  defaultHttpClient: { targetKey: "shell", clientKey: "curl" },
  // A link to an operation lasts as long as its id.
  generateTagSlug: ({ name }) => name,
  generateOperationSlug: ({ operationId, method, path }) => operationId ?? `${method}${path}`,
});
