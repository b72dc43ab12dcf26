// What the portal's pages gain with a script; each works without one, but for copying.
import { language, say } from "./words.js";

document.documentElement.classList.add("scripted");

// Instants come in UTC. With a script they are in the viewer's own time zone, as charts are, and say so.
const styles = {
  day: { day: "numeric", month: "short", year: "numeric" },
  minute: {
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZoneName: "short",
  },
  second: {
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
    timeZoneName: "short",
  },
  clock: { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" },
  tick: { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" },
};
function localise(part) {
  for (const time of part.querySelectorAll("time[data-style]"))
    time.textContent = new Intl.DateTimeFormat(language, styles[time.dataset.style]).format(new Date(time.dateTime));
}
localise(document);
document.addEventListener("partchange", ({ target }) => localise(target)); // a part of the page came anew
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
for (const place of document.querySelectorAll("[data-zone]")) place.textContent = zone;

// Copy buttons: data-copy names the element whose text is copied.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copy);
  const label = button.querySelector("[data-label]");
  const announce = document.getElementById("announce");
  let words = say("Copied");
  try {
    await navigator.clipboard.writeText(source.textContent.trim());
  } catch {
    // Without HTTPS there is no clipboard: leave the text selected, so that Ctrl-C takes it.
    getSelection().selectAllChildren(source);
    words = document.execCommand("copy") ? words : say("Press Ctrl-C");
  }
  announce.textContent = words;
  label.textContent = words;
  setTimeout(() => {
    label.textContent = say("Copy");
    announce.textContent = "";
  }, 2000);
});

// The theme switch is a form; with a script it changes in place.
document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-theme-switch]");
  if (!form) return;
  event.preventDefault();
  const theme = event.submitter.value;
  if (theme === "system") document.documentElement.removeAttribute("data-bs-theme");
  else document.documentElement.setAttribute("data-bs-theme", theme);
  for (const button of document.querySelectorAll("form[data-theme-switch] button"))
    button.setAttribute("aria-pressed", String(button.value === theme));
  document.dispatchEvent(new CustomEvent("themechange"));
  const body = new FormData(form);
  body.set("theme", theme);
  await fetch(form.action, { method: "POST", body, redirect: "manual" });
});

// Ctrl+K goes to the search over everything, and "/" to that of the list on this page.
document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("input, textarea, select, [contenteditable]");
  let field = null;
  if (event.key === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) {
    const fields = [...document.querySelectorAll(".find input")];
    field = fields.find((each) => each.checkVisibility());
    if (!field && fields.length > 0) {
      document.querySelector(".topbar details").open = true;
      field = fields.find((each) => each.checkVisibility());
    }
  } else if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey)
    field = document.getElementById("search");
  if (!field) return;
  event.preventDefault();
  field.focus();
  field.select();
});

// Escape closes the phone's menu.
document.addEventListener("keydown", (event) => {
  const menu = document.querySelector(".topbar details[open]");
  if (event.key === "Escape" && menu) {
    menu.removeAttribute("open");
    menu.querySelector("summary").focus();
  }
});
