// Talking to the server.

export class SignedOut extends Error {}

async function ask(method, path, body) {
  const options = { method, headers: { Accept: "application/json" } };
  if (body !== undefined) {
    options.body = JSON.stringify(body);
    options.headers["Content-Type"] = "application/json";
  }
  const response = await fetch(`/api/${path}`, options);
  const text = await response.text();
  const isJson = response.headers.get("Content-Type")?.includes("json");
  const data = text && isJson ? JSON.parse(text) : null;
  if (response.status === 401 && path !== "Session") throw new SignedOut();
  return { status: response.status, data };
}

export const get = (path) => ask("GET", path);
export const post = (path, body) => ask("POST", path, body);
export const remove = (path) => ask("DELETE", path);

export const pause = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
