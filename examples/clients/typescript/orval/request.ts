// The requests of the generated functions: they know the paths, and this knows the server and the token.
const baseUrl = process.env.API_URL ?? "http://127.0.0.1:8080";

let token: string | undefined;

export function signIn(accessToken: string) {
  token = accessToken;
}

export async function request<T>(path: string, init: RequestInit): Promise<T> {
  const headers = new Headers(init.headers);
  if (token) headers.set("Authorization", `Bearer ${token}`);
  const response = await fetch(new URL(path, baseUrl), { ...init, headers });
  const text = await response.text();
  return { data: text ? JSON.parse(text) : undefined, status: response.status, headers: response.headers } as T;
}
