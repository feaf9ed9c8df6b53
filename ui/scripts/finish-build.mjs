// After vite: compresses what the agent serves, and fails the build when the first load has grown too heavy.
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { minifySync } from "vite";

const dist = fileURLToPath(new URL("../dist", import.meta.url));
const SMALLEST = 512;
/** Kilobytes of gzip, as in the UI guide. */
const budget = { firstJs: 130, firstCss: 20, page: 60, terminal: 85 };

// Vite copies what lies in public as it is; this one is read by people there and by browsers here.
const theme = join(dist, "theme.js");
writeFileSync(theme, minifySync("theme.js", readFileSync(theme, "utf8")).code);

const files = readdirSync(dist, { recursive: true, withFileTypes: true })
  .filter((f) => f.isFile())
  .map((f) => join(f.parentPath, f.name))
  .filter((f) => !/\.(br|gz)$/.test(f));

const gzipped = new Map();
for (const file of files) {
  const bytes = readFileSync(file);
  const gz = gzipSync(bytes, { level: 9 });
  gzipped.set(relative(dist, file), gz.length);
  // The page gets its nonce when it is served, so it cannot be compressed ahead; fonts are compressed already.
  if (bytes.length <= SMALLEST || /\.(html|woff2)$/.test(file)) continue;
  writeFileSync(`${file}.gz`, gz);
  const br = brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_SIZE_HINT]: statSync(file).size,
    },
  });
  writeFileSync(`${file}.br`, br);
}

const html = readFileSync(join(dist, "index.html"), "utf8");
if ((html.match(/__CSP_NONCE__/g) ?? []).length !== 1)
  throw new Error("index.html must hold the nonce mark exactly once");

const first = [...html.matchAll(/(?:src|href)="\/([^"]+\.(?:js|css))"/g)].map((m) => m[1]);
const kb = (names) => names.reduce((sum, n) => sum + (gzipped.get(n) ?? 0), 0) / 1000;
const lazy = [...gzipped.keys()].filter((n) => n.endsWith(".js") && !first.includes(n));
const terminal = lazy.filter((n) => /terminal-session/.test(n));
const checks = [
  ["first load, scripts", kb(first.filter((n) => n.endsWith(".js"))), budget.firstJs],
  ["first load, styles", kb(first.filter((n) => n.endsWith(".css"))), budget.firstCss],
  ["terminal", kb(terminal), budget.terminal],
  ...lazy.filter((n) => !terminal.includes(n)).map((n) => [n, kb([n]), budget.page]),
];

let over = false;
for (const [what, size, limit] of checks) {
  const bad = size > limit;
  over ||= bad;
  if (bad || limit !== budget.page)
    console.log(`${bad ? "OVER" : "ok  "} ${what}: ${size.toFixed(1)} of ${limit} kB gzip`);
}
if (terminal.length === 0) throw new Error("the terminal is not in a chunk of its own");
if (over) process.exit(1);
