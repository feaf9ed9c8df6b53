// Writes agent/components.json: name, version and licence of everything the
// program and its page are made of, from the lock files. Asks no network: the
// licences come from the crates' and packages' own manifests, already fetched.

import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const byName = (a, b) => (a.join(" ") < b.join(" ") ? -1 : 1);

/** The packages of Cargo.lock: its form is fixed and plain. */
function lockedCrates() {
  const list = (text) => [...text.matchAll(/"([^"]+)"/g)].map((m) => m[1]);
  return read("Cargo.lock")
    .split("[[package]]")
    .slice(1)
    .map((block) => ({
      name: block.match(/^name = "(.+)"$/m)[1],
      version: block.match(/^version = "(.+)"$/m)[1],
      local: !/^source = /m.test(block),
      needs: list(block.match(/^dependencies = \[([^\]]*)\]/m)?.[1] ?? ""),
    }));
}

/** Names under [dependencies] of a manifest; those for tests are not shipped. */
function direct(manifest) {
  const table = read(manifest).split(/^\[dependencies\]$/m)[1].split(/^\[/m)[0];
  return [...table.matchAll(/^([\w-]+) *=/gm)].map((m) => m[1]);
}

function crates() {
  const metadata = JSON.parse(
    execFileSync("cargo", ["metadata", "--format-version", "1", "--locked", "--offline"], {
      maxBuffer: 1 << 28,
      cwd: new URL("../..", import.meta.url).pathname,
    }),
  );
  const licences = new Map(metadata.packages.map((p) => [`${p.name} ${p.version}`, p.license]));
  const all = lockedCrates();
  const find = (wanted) => {
    const [name, version] = wanted.split(" ");
    return all.find((p) => p.name === name && (!version || p.version === version));
  };
  const open = ["agent", "harbour-core"].flatMap((name) => {
    const named = direct(`${name}/Cargo.toml`);
    return find(name).needs.filter((need) => named.includes(need.split(" ")[0]));
  });
  const found = new Map();
  while (open.length > 0) {
    const crate = find(open.pop());
    const key = `${crate.name} ${crate.version}`;
    if (crate.local || found.has(key)) continue;
    found.set(key, [crate.name, crate.version, licences.get(key)?.replaceAll("/", " OR ") ?? ""]);
    open.push(...crate.needs);
  }
  return [...found.values()].sort(byName);
}

function packages() {
  const lock = JSON.parse(read("ui/package-lock.json"));
  return Object.entries(lock.packages)
    .filter(([path, p]) => path !== "" && !p.dev && !p.devOptional)
    .map(([path, p]) => [path.split("node_modules/").pop(), p.version, p.license ?? ""])
    .sort(byName);
}

const lines = (list) => list.map((entry) => JSON.stringify(entry)).join(",\n");
const text = `{"rust":[\n${lines(crates())}\n],"page":[\n${lines(packages())}\n]}\n`;
writeFileSync(new URL("../../agent/components.json", import.meta.url), text);
