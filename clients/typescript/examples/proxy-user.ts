// Creates a proxy user with a limit, lists all of them, and shows how a refusal looks.
// ATLANTIC_PORTAL=https://proxy.example.com ATLANTIC_TOKEN=ap_… node dist/examples/proxy-user.js alice
import { ApiError, createAtlanticClient, type Schemas } from "../src/index.js";

const { ATLANTIC_PORTAL, ATLANTIC_TOKEN } = process.env;
const name = process.argv[2];
if (!ATLANTIC_PORTAL || !ATLANTIC_TOKEN || !name) throw new Error("Set ATLANTIC_PORTAL and ATLANTIC_TOKEN, and give a name.");
const client = createAtlanticClient(ATLANTIC_PORTAL, ATLANTIC_TOKEN);

const { data: made } = await client.POST("/api/v1/proxy-users", { body: { name, limitBytes: 5_000_000_000 } });
console.log(`made ${made?.id} with a password of ${made?.password.length} characters`);

for (let cursor: string | null = ""; cursor !== null; ) {
  const page: Schemas["ProxyUserList"] | undefined =
    (await client.GET("/api/v1/proxy-users", { params: { query: cursor ? { cursor } : {} } })).data;
  for (const user of page?.data ?? []) console.log(`${user.id} ${user.name}: ${user.standing}`);
  cursor = page?.nextCursor ?? null;
}

try {
  await client.POST("/api/v1/proxy-users", { body: { name } });
} catch (refused) {
  if (!(refused instanceof ApiError)) throw refused;
  console.log(`refused: ${refused.problem.code}`);
}
