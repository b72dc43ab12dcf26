import createClient from "openapi-fetch";
/** What is refused: `code` for programs, `detail` for people. */
export class ApiError extends Error {
    status;
    problem;
    constructor(status, problem) {
        super(`${problem.code}: ${problem.detail}`);
        this.status = status;
        this.problem = problem;
    }
}
/**
 * The web API of a portal. Paths, parameters and bodies are typed; an answer is `{ data }`, and what is refused is thrown.
 *
 * @param portal Such as `https://proxy.example.com`.
 * @param token Of the portal's page of API tokens: `ap_…`.
 */
export function createAtlanticClient(portal, token) {
    const client = createClient({ baseUrl: portal, headers: { Authorization: `Bearer ${token}` } });
    client.use({
        async onResponse({ response }) {
            if (!response.ok)
                throw new ApiError(response.status, (await response.json()));
        },
    });
    return client;
}
