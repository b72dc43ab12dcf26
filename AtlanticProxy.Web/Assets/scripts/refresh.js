// A part of a page that is fetched anew every second while it is looked at. It waits while it is paused, while something in it is
// selected, and while the page is hidden; when the server is away, it says how old the part is and asks less often.
import { count, language, say } from "./words.js";

const EVERY_MS = 1_000;
const LOST_MS = 10_000;

const part = document.querySelector("[data-refresh]");
const state = document.querySelector("[data-refresh-state]");
const pause = document.querySelector("[data-pause]");
let paused = false;
let lost = false;
let lastAt = new Date();

function tell(words, mood) {
  if (state.textContent !== words) state.textContent = words;
  state.dataset.liveState = mood;
}

const selected = () => part.querySelectorAll("input[type=checkbox]:checked").length;

function waits() {
  if (paused) tell(say("Paused"), "");
  else if (selected() > 0) tell(say("Paused while connections are selected"), "");
  return paused || selected() > 0 || document.hidden;
}

function countSelected() {
  const button = part.querySelector("[data-counts]");
  if (!button) return;
  const number = selected();
  button.textContent = number === 0 ? say("Cut selected") : count("Cut {0} connection|Cut {0} connections", number);
}

function place(html) {
  const focused = part.contains(document.activeElement) ? document.activeElement.id : "";
  part.innerHTML = html;
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  part.dispatchEvent(new CustomEvent("partchange", { bubbles: true }));
}

async function refresh() {
  if (!waits()) {
    try {
      const answer = await fetch(part.dataset.refresh, { redirect: "error" });
      if (!answer.ok) throw new Error(String(answer.status));
      const html = await answer.text();
      if (!waits()) {
        place(html);
        lastAt = new Date();
        lost = false;
        tell(say("Live"), "live");
      }
    } catch {
      lost = true;
      tell(say("Reconnecting. Figures of {0}", lastAt.toLocaleTimeString(language)), "lost");
    }
  }
  setTimeout(refresh, lost ? LOST_MS : EVERY_MS);
}

pause.hidden = false;
pause.addEventListener("click", () => {
  paused = !paused;
  pause.setAttribute("aria-pressed", String(paused));
  waits();
});
part.addEventListener("change", () => {
  countSelected();
  waits();
});
refresh();
