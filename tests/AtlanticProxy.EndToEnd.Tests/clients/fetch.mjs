// Fetches TARGET with Node's fetch through PROXY (http://user:password@host:port) and writes the body to standard output.
import { ProxyAgent, fetch } from "undici";

const proxy = new URL(process.env.PROXY);
const credentials = Buffer.from(`${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`).toString("base64");
const dispatcher = new ProxyAgent({ uri: proxy.origin, token: `Basic ${credentials}` });
const body = process.env.BODY;
const response = await fetch(process.env.TARGET, { dispatcher, ...(body ? { method: "POST", body } : {}) });
process.stdout.write(Buffer.from(await response.arrayBuffer()));
process.exitCode = response.ok ? 0 : 1;
await dispatcher.close();
