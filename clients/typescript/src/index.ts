import createClient, { type Client } from "openapi-fetch";
import type { components, paths } from "./schema.js";

export type { paths };

/** Bodies by their names: `Schemas["ProxyUser"]`. */
export type Schemas = components["schemas"];

/** What is refused: `code` for programs, `detail` for people. */
export class ApiError extends Error {
  constructor(readonly status: number, readonly problem: Schemas["Problem"]) {
    super(`${problem.code}: ${problem.detail}`);
  }
}

/** What stands between (a balancer, a web server) answers errors that are no JSON. */
async function problemOf(response: Response): Promise<Schemas["Problem"]> {
  const text = await response.text();
  if (response.headers.get("content-type")?.startsWith("application/problem+json")) return JSON.parse(text);
  return {
    title: response.statusText, status: response.status, code: "http.error", detail: text.slice(0, 200), field: null,
    errors: [], requestId: "",
  };
}

/**
 * The web API of a portal. Paths, parameters and bodies are typed; an answer is `{ data }`, and what is refused is thrown.
 *
 * @param portal Such as `https://proxy.example.com`.
 * @param token Of the portal's page of API tokens: `ap_…`.
 */
export function createAtlanticClient(portal: string, token: string): Client<paths> {
  const client = createClient<paths>({ baseUrl: portal, headers: { Authorization: `Bearer ${token}` } });
  client.use({
    async onResponse({ response }) {
      if (!response.ok) throw new ApiError(response.status, await problemOf(response));
    },
  });
  return client;
}
