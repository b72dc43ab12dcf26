// The world's countries as an SVG of shapes that pages refer to by ISO code: <use href="world.svg#de">. The shapes are Natural
// Earth's (public domain), from world-atlas, drawn in the Equal Earth projection.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { feature } from "topojson-client";

const require = createRequire(import.meta.url);
const atlas = JSON.parse(readFileSync(require.resolve("world-atlas/countries-110m.json"), "utf8"));
const codes = JSON.parse(readFileSync(require.resolve("i18n-iso-countries/codes.json"), "utf8"));
const byNumber = new Map(codes.map(([alpha2, , number]) => [number, alpha2.toLowerCase()]));

// Those that ISO 3166-1 gives no number, by their names: Kosovo's code is what everybody uses.
const withoutNumber = { Kosovo: "xk" };
const left = new Set(["aq"]); // Antarctica: no exits, and a quarter of the picture

// Units are whole, and about three quarters of a pixel where the map is largest; pages crop it to what is land.
const width = 1400;
const scale = width / 5.4133; // of the projection's own width
const top = 1.31; // of the northernmost land, in the projection's measure

// Equal Earth (Šavrič, Patterson, Jenny 2018).
function project([longitude, latitude]) {
  const [a1, a2, a3, a4] = [1.340264, -0.081106, 0.000893, 0.003796];
  const t = Math.asin((Math.sqrt(3) / 2) * Math.sin((latitude * Math.PI) / 180));
  const [t2, t6] = [t ** 2, t ** 6];
  const slope = 9 * a4 * t6 * t2 + 7 * a3 * t6 + 3 * a2 * t2 + a1;
  const x = (2 * Math.sqrt(3) * ((longitude * Math.PI) / 180) * Math.cos(t)) / (3 * slope);
  const y = a4 * t ** 9 + a3 * t ** 7 + a2 * t ** 3 + a1 * t;
  return [Math.round(x * scale + width / 2), Math.round((top - y) * scale)];
}

// Without the jump from one edge of the map to the other: what lies across is drawn beyond the edge, as Chukotka is.
function unwrapped(points) {
  let turn = 0;
  return points.map(([longitude, latitude], i) => {
    const step = i === 0 ? 0 : longitude - points[i - 1][0];
    if (Math.abs(step) > 180) turn -= Math.sign(step) * 360;
    return [longitude + turn, latitude];
  });
}

function ringOf(points) {
  const all = unwrapped(points).map(project);
  const corners = all.filter(([x, y], i) => i === 0 || x !== all[i - 1][0] || y !== all[i - 1][1]);
  const steps = corners.slice(1, -1).map(([x, y], i) => [x - corners[i][0], y - corners[i][1]]);
  if (steps.length < 2) return ""; // too small to be seen
  return `M${corners[0].join(" ")}l${steps.map((step) => step.join(" ")).join(" ")}z`.replaceAll(" -", "-");
}

/** The SVG's text: a path a country, its code the id. */
export function worldSvg() {
  const shapes = feature(atlas, atlas.objects.countries).features.flatMap(({ id, properties, geometry }) => {
    const code = byNumber.get(id) ?? withoutNumber[properties.name];
    if (!code || left.has(code)) return [];
    const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
    return [`<path id="${code}" d="${polygons.flatMap((rings) => rings.map(ringOf)).join("")}"/>`];
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${shapes.join("")}</svg>`;
}
