// Fills the states and cities of the chosen country in place; without a script, the form's button does it.
const form = document.querySelector("form[data-places]");
const { Country: country, State: state, City: city } = form.elements;
const suggestions = document.getElementById("cities");
let asked = 0;

function option(value, text) {
  const element = document.createElement("option");
  element.value = value;
  element.textContent = text;
  return element;
}

async function places() {
  const number = ++asked; // answers may overtake each other
  if (!country?.value) return { states: [], cities: [] };
  const query = new URLSearchParams({ country: country.value, state: state?.value ?? "", search: city?.value ?? "" });
  const answer = await fetch(`/locations?${query}`);
  return answer.ok && number === asked ? answer.json() : null;
}

function suggest(found) {
  suggestions?.replaceChildren(...[...new Set(found.cities.map(({ name }) => name))].map((name) => option(name, "")));
}

country?.addEventListener("change", async () => {
  if (state) state.replaceChildren(state.options[0]);
  if (city) city.value = "";
  const found = await places();
  if (!found) return;
  state?.append(...found.states.map(({ key, name }) => option(key, name)));
  document.getElementById("State-hint")?.remove();
  suggest(found);
});

for (const [field, event] of [
  [state, "change"],
  [city, "input"],
])
  field?.addEventListener(event, async () => {
    if (field === state && city) city.value = "";
    const found = await places();
    if (found) suggest(found);
  });
