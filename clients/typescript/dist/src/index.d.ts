import { type Client } from "openapi-fetch";
import type { components, paths } from "./schema.js";
export type { paths };
/** Bodies by their names: `Schemas["ProxyUser"]`. */
export type Schemas = components["schemas"];
/** What is refused: `code` for programs, `detail` for people. */
export declare class ApiError extends Error {
    readonly status: number;
    readonly problem: Schemas["Problem"];
    constructor(status: number, problem: Schemas["Problem"]);
}
/**
 * The web API of a portal. Paths, parameters and bodies are typed; an answer is `{ data }`, and what is refused is thrown.
 *
 * @param portal Such as `https://proxy.example.com`.
 * @param token Of the portal's page of API tokens: `ap_…`.
 */
export declare function createAtlanticClient(portal: string, token: string): Client<paths>;
