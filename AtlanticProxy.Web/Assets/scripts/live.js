// Figures that move: pushed once a second, asked for every ten seconds while the connection is lost, with words for how old
// they are.
import { HttpTransportType, HubConnectionBuilder, LogLevel } from "@microsoft/signalr";
import { language, say } from "./words.js";

const POLL_MS = 10_000;
const RETRY_MS = [0, 1_000, 2_000, 5_000, 10_000];
const UNITS = ["bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s"];

// Three digits that matter, as Format.Speed on the server.
function speed(bits) {
  let unit = 0;
  while (bits >= 1000 && unit < UNITS.length - 1) {
    bits /= 1000;
    unit++;
  }
  const digits = unit === 0 || bits >= 100 ? 0 : bits >= 10 ? 1 : 2;
  const cut = Math.trunc(bits * 10 ** digits) / 10 ** digits;
  return `${cut.toLocaleString(language, { useGrouping: false })} ${UNITS[unit]}`;
}

const show = {
  down: ({ down }) => speed(down),
  up: ({ up }) => speed(up),
  speed: ({ down, up }) => speed(down + up),
  opened: ({ opened }) => opened.toLocaleString(language),
  open: ({ open }) => (open ?? 0).toLocaleString(language),
};

const places = [...document.querySelectorAll("[data-live]")];
const states = [...document.querySelectorAll("[data-live-state]")];
let lastAt = null;
let polling = null;

function tell(words, mood) {
  for (const state of states) {
    state.textContent = words;
    state.dataset.liveState = mood;
  }
}

function put(figures) {
  lastAt = new Date(figures.at * 1000);
  for (const place of places) {
    const text = show[place.dataset.live](figures);
    if (place.textContent !== text) place.textContent = text;
  }
}

async function poll() {
  try {
    const answer = await fetch("/live/now", { headers: { Accept: "application/json" }, redirect: "error" });
    if (answer.ok) put(await answer.json());
  } catch {
    // Still away: the words say how old the figures are.
  }
}

function tellAge() {
  const time = lastAt?.toLocaleTimeString(language);
  tell(time ? say("Reconnecting. Figures of {0}", time) : say("Reconnecting."), "lost");
}

function lost() {
  tellAge();
  polling ??= setInterval(async () => {
    await poll();
    tellAge();
  }, POLL_MS);
}

function found() {
  clearInterval(polling);
  polling = null;
  tell(say("Live"), "live");
}

if (places.length > 0) {
  const connection = new HubConnectionBuilder()
    .withUrl("/live", { transport: HttpTransportType.WebSockets | HttpTransportType.ServerSentEvents })
    .withAutomaticReconnect({
      nextRetryDelayInMilliseconds: ({ previousRetryCount }) => RETRY_MS[Math.min(previousRetryCount, RETRY_MS.length - 1)],
    })
    .configureLogging(LogLevel.None)
    .build();
  connection.on("figures", (figures) => {
    put(figures);
    found();
  });
  connection.onreconnecting(lost);

  const start = async (tries) => {
    try {
      await connection.start();
    } catch {
      lost();
      setTimeout(() => start(tries + 1), RETRY_MS[Math.min(tries, RETRY_MS.length - 1)]);
    }
  };
  start(1);
}
