// What scripts say, in the page's language. Each phrase stands in Languages/ScriptWords.cs too: the page brings its translations
// along, unless it is English.
const lang = document.documentElement.lang;
const translations = JSON.parse(document.getElementById("script-words")?.textContent ?? "{}");
const forms = { one: 0, few: 1, many: 2 }; // "other" is the last that a language has

// How numbers and dates are written: as the server writes them.
export const language = lang === "en" ? "en-GB" : lang;

const fill = (pattern, values) => pattern.replace(/\{(\d)\}/g, (_, i) => values[i]);

export function say(phrase, ...values) {
  return fill(translations[phrase] ?? phrase, values);
}

// A phrase that changes with a number: "{0} file|{0} files".
export function count(phrase, number) {
  const all = (translations[phrase] ?? phrase).split("|");
  const form = forms[new Intl.PluralRules(language).select(number)] ?? all.length;
  return fill(all[Math.min(form, all.length - 1)], [number.toLocaleString(language)]);
}
