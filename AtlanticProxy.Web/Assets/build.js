// Builds the portal's assets into the folder given as the first argument: bundled, minified, fingerprinted by content,
// compressed once with Brotli, and listed in manifest.json (logical name -> file name).
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { basename, dirname, extname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";
import * as esbuild from "esbuild";
import * as sass from "sass";
import { worldSvg } from "./world.js";

const source = dirname(fileURLToPath(import.meta.url)); // Debian 12 has Node 18, without import.meta.dirname
const output = resolve(process.argv[2] ?? join(source, "../obj/assets"));
const modules = join(source, "../node_modules");

rmSync(output, { recursive: true, force: true });
mkdirSync(output, { recursive: true });

const sassPlugin = {
  name: "sass",
  setup(build) {
    build.onLoad({ filter: /\.scss$/ }, ({ path }) => ({
      contents: sass.compile(path, { loadPaths: [modules], quietDeps: true, logger: sass.Logger.silent }).css,
      loader: "css",
      resolveDir: source,
    }));
  },
};

const result = await esbuild.build({
  absWorkingDir: source,
  entryPoints: {
    portal: "scripts/portal.js",
    charts: "scripts/charts.js",
    endpoints: "scripts/endpoints.js",
    live: "scripts/live.js",
    passkeys: "scripts/passkeys.js",
    refresh: "scripts/refresh.js",
    setup: "scripts/setup.js",
    theme: "styles/theme.scss",
    favicon: "images/favicon.svg",
  },
  outdir: output,
  publicPath: "/assets",
  entryNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  bundle: true,
  minify: true,
  metafile: true,
  format: "esm",
  target: ["chrome123", "firefox120", "safari17.5"], // the first with CSS light-dark()
  legalComments: "none",
  loader: { ".woff2": "file", ".svg": "copy" },
  plugins: [sassPlugin],
  logLevel: "warning",
});

const manifest = {};
for (const [file, { entryPoint }] of Object.entries(result.metafile.outputs))
  if (entryPoint) {
    const name = basename(file);
    manifest[name.replace(/-[A-Z0-9]{8}(?=\.[a-z0-9]+$)/, "")] = name;
  }

// The icons become one sprite of symbols, named by their files.
const icons = readdirSync(join(source, "icons"))
  .filter((file) => extname(file) === ".svg")
  .sort();
const symbols = icons.map((file) => {
  const svg = readFileSync(join(source, "icons", file), "utf8");
  const inner = svg.slice(svg.indexOf(">") + 1, svg.lastIndexOf("</svg>"));
  return (
    `<symbol id="${basename(file, ".svg")}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" ` +
    `stroke-linecap="round" stroke-linejoin="round">${inner}</symbol>`
  );
});
const sprite = `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`;
for (const [name, svg] of [
  ["icons", sprite],
  ["world", worldSvg()],
]) {
  const fingerprint = createHash("sha256").update(svg).digest("hex").slice(0, 8).toUpperCase();
  manifest[`${name}.svg`] = `${name}-${fingerprint}.svg`;
  writeFileSync(join(output, manifest[`${name}.svg`]), svg);
}

for (const file of readdirSync(output).filter((file) => [".css", ".js", ".svg"].includes(extname(file)))) {
  const bytes = readFileSync(join(output, file));
  writeFileSync(
    join(output, `${file}.br`),
    brotliCompressSync(bytes, {
      params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY },
    }),
  );
}
writeFileSync(join(output, "manifest.json"), JSON.stringify(manifest, null, 2));
