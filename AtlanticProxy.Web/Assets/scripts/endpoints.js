// The page of endpoints, live: each choice has the server make the page anew, and what is marked data-live is put in place.
// Without a script the form's button and links do the same. A revealed password stays in this page and in no address.
import { say } from "./words.js";

const form = document.querySelector("form[data-endpoints]");
const placeholder = "PROXY_PASSWORD";
const quiet = 250; // ms without a key, after which somebody is taken to have typed what they meant
const revealed = document.getElementById("result").dataset.proxyPassword;
// Only one that no format and no language writes otherwise; the server writes any other, when it is revealed again.
const password = /^[A-Za-z0-9.~-]+$/.test(revealed) ? revealed : "";
let timer;
let asked;

form.querySelector(".form-foot").hidden = true;

function address() {
  const query = new URLSearchParams(new FormData(form));
  return `${form.getAttribute("action").split("#")[0]}?${query}`;
}

// What the server writes where the password is shown; it was shown once, and this page still knows it.
function fillPassword(part) {
  if (!password) return;
  part.querySelector("[data-while-hidden]")?.remove();
  for (const code of part.querySelectorAll("code"))
    if (code.textContent.includes(placeholder)) code.textContent = code.textContent.replaceAll(placeholder, password);
  const reveal = part.querySelector("[data-reveal]");
  if (!reveal) return;
  const shown = reveal.parentElement.querySelector("code");
  shown.textContent = password;
  shown.removeAttribute("aria-label");
  shown.id = "password";
  shown.dataset.proxySecret = "";
  const copy = part.querySelector("[data-copy=username]").cloneNode(true);
  copy.dataset.copy = shown.id;
  reveal.replaceWith(copy);
}

function place(page) {
  const focused = document.activeElement;
  for (const part of document.querySelectorAll("[data-live]")) {
    const fresh = page.getElementById(part.id);
    if (!fresh || (form.contains(part) && part.contains(focused))) continue; // somebody is typing there
    // A key is shown once: it stays while it is the one that is asked for.
    if (part.querySelector("[data-shadowsocks-link]") && part.dataset.exitOf === fresh.dataset.exitOf) continue;
    fillPassword(fresh);
    part.replaceWith(fresh);
  }
  if (focused.id && !focused.isConnected) document.getElementById(focused.id)?.focus({ preventScroll: true });
}

async function refresh() {
  asked?.abort();
  const mine = (asked = new AbortController());
  const url = address();
  try {
    const answer = await fetch(url, { signal: mine.signal });
    if (!answer.ok || answer.redirected) return location.assign(url); // signed out, say: its page knows what to do
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine.signal.aborted) return;
    place(page);
    history.replaceState(null, "", url);
  } catch (fault) {
    if (fault.name !== "AbortError") throw fault;
  }
}

form.addEventListener("change", ({ target }) => {
  clearTimeout(timer);
  if (target.name === "user") return form.submit(); // another password
  if (target.name === "Country" && form.elements.State) form.elements.State.value = "";
  if (["Country", "State"].includes(target.name) && form.elements.City) form.elements.City.value = "";
  refresh();
});

form.addEventListener("input", ({ target }) => {
  if (!target.matches("input[type=text], input[type=number]")) return;
  clearTimeout(timer);
  timer = setTimeout(refresh, quiet);
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(timer);
  refresh();
});

// Links to this page with another choice: tabs, suggestions, new sessions.
document.querySelector("main").addEventListener("click", (event) => {
  const link = event.target.closest(`a[href^="/endpoints?"]`);
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const query = new URL(link.href).searchParams;
  for (const field of form.elements)
    if (field.name && field.type !== "checkbox" && field.type !== "select-one") field.value = query.get(field.name) ?? "";
  refresh();
});

document.addEventListener("submit", async (event) => {
  const test = event.target.closest("form[data-test]");
  if (!test) return;
  event.preventDefault();
  const button = test.querySelector("button");
  const label = button.querySelector("[data-label]");
  const words = label.textContent;
  button.disabled = true;
  label.textContent = say("Testing…");
  try {
    const answer = await fetch(test.action.split("#")[0], { method: "POST", body: new FormData(test) });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const report = page.getElementById("test");
    if (!report) return location.assign(address()); // signed out, say
    const shown = document.getElementById("test");
    shown.replaceChildren(...report.childNodes); // the same element, so that it is read out
    shown.scrollIntoView({ block: "nearest" });
  } finally {
    button.disabled = false;
    label.textContent = words;
  }
});
