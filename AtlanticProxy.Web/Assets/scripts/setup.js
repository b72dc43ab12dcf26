// What the pages of setup gain with a script: each works without one.

// A token in the address's fragment, which no server ever sees, goes into the form, and leaves the address and the history.
const tokenForm = document.querySelector("form[data-setup-token]");
function takeToken() {
  if (!tokenForm || location.hash.length < 2) return;
  tokenForm.elements.Token.value = decodeURIComponent(location.hash.slice(1));
  history.replaceState(null, "", location.pathname);
}
takeToken();
addEventListener("hashchange", takeToken); // pasted over the page's own address

// What takes a while says so, and is not sent twice.
document.addEventListener("submit", (event) => {
  const words = event.target.dataset.busy;
  const button = event.target.querySelector("button[type='submit']");
  if (!words || !button) return;
  button.disabled = true;
  button.textContent = words;
  document.getElementById("announce").textContent = words;
});
// The page may be shown again as it was left.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

// Something is on its way: look until the page says something else, or leads to HTTPS, then show that.
const awaited = document.querySelector("[data-await]");
const pause = 2000;
async function look() {
  try {
    const answer = await fetch(location.pathname, { redirect: "manual", cache: "no-store" });
    const isElsewhere = answer.type === "opaqueredirect";
    const page = isElsewhere ? null : new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = page?.querySelector("[data-await]")?.textContent;
    if (isElsewhere || (answer.ok && now !== awaited.textContent)) return location.reload();
  } catch {
    // It is just starting anew.
  }
  setTimeout(look, pause);
}
if (awaited) setTimeout(look, pause);
