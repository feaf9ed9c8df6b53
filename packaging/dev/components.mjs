// The libraries in the agent and its page, with their licences: name, version, licence, one on each line.
//   node packaging/dev/components.mjs > agent/src/about/components.tsv
// Reads cargo's own answer and the installed npm packages; needs no network once both are there.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

const at = (path) => new URL(`../../${path}`, import.meta.url);
const hash = (path) => createHash("sha256").update(readFileSync(at(path))).digest("hex");

function crates() {
  const text = execFileSync(
    "cargo",
    ["metadata", "--locked", "--format-version", "1", "--filter-platform", "x86_64-unknown-linux-gnu"],
    { cwd: at("."), maxBuffer: 1 << 28, encoding: "utf8" },
  );
  const { packages, resolve } = JSON.parse(text);
  const nodes = new Map(resolve.nodes.map((n) => [n.id, n]));
  const byId = new Map(packages.map((p) => [p.id, p]));
  const found = new Set();
  const visit = (id) => {
    if (found.has(id)) return;
    found.add(id);
    for (const dep of nodes.get(id).deps) {
      // What only builds or tests the program is not in it.
      if (dep.dep_kinds.some((k) => k.kind === null)) visit(dep.pkg);
    }
  };
  visit(packages.find((p) => p.name === "agent" && p.source === null).id);
  return [...found].map((id) => byId.get(id)).filter((p) => p.source !== null);
}

function modules() {
  const lock = JSON.parse(readFileSync(at("ui/package-lock.json"), "utf8"));
  return Object.entries(lock.packages)
    .filter(([path, entry]) => path && !entry.dev && !entry.optional)
    .map(([path, entry]) => {
      const { license } = JSON.parse(readFileSync(at(`ui/${path}/package.json`), "utf8"));
      return { name: path.replace(/^.*node_modules\//, ""), version: entry.version, license };
    });
}

const lines = [...crates(), ...modules()].map((p) => {
  if (!p.license) throw new Error(`${p.name} ${p.version} names no licence`);
  // Older manifests write "or" as a slash.
  return `${p.name}\t${p.version}\t${p.license.replaceAll(/\s*\/\s*/g, " OR ")}`;
});
console.log(`# Made by \`make components\` from Cargo.lock ${hash("Cargo.lock")} and`);
console.log(`# ui/package-lock.json ${hash("ui/package-lock.json")}. Not for hands.`);
console.log([...new Set(lines)].sort((a, b) => a.localeCompare(b, "en")).join("\n"));
