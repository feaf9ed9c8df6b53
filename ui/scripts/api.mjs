// Types of the agent's HTTP API, from the document the agent prints.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import openapiTS, { astToString } from "openapi-typescript";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const document = JSON.parse(readFileSync(at("../../docs/api/openapi.json"), "utf8"));

/** The agent leaves out what is absent and never sends null, so "or null" would only be in the way. */
function withoutNull(node) {
  if (Array.isArray(node)) return node.map(withoutNull);
  if (!node || typeof node !== "object") return node;
  const next = Object.fromEntries(Object.entries(node).map(([k, v]) => [k, withoutNull(v)]));
  if (Array.isArray(next.type)) {
    const types = next.type.filter((t) => t !== "null");
    next.type = types.length === 1 ? types[0] : types;
  }
  for (const key of ["oneOf", "anyOf"]) {
    if (!Array.isArray(next[key])) continue;
    const rest = next[key].filter((s) => s.type !== "null");
    if (rest.length === 1 && rest.length < next[key].length) {
      delete next[key];
      Object.assign(next, rest[0]);
    } else next[key] = rest;
  }
  return next;
}

const header = "// Made by `npm run api` from docs/api/openapi.json. Not for hands.\n\n";
const ast = await openapiTS(withoutNull(document), { defaultNonNullable: false });
writeFileSync(at("../src/api/schema.d.ts"), header + astToString(ast));
