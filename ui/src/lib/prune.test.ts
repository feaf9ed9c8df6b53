import { expect, it } from "vitest";
import type { PruneItem } from "../api/types";
import { chosenAtFirst, freed, pruneButton } from "./prune";

const unnamed = "a".repeat(64);
const items: PruneItem[] = [
  { id: "photos", name: "photos", reason: "no container uses it", sizeBytes: 2_000_000 },
  { id: unnamed, name: "aaaaaaaaaaaa", reason: "no container uses it", sizeBytes: 1_000_000 },
  { id: "b".repeat(64), name: "b", reason: "no container uses it" },
];

it("chooses everything, but no volume that has a name", () => {
  expect(chosenAtFirst("images", items).size).toBe(3);
  expect([...chosenAtFirst("volumes", items)]).toEqual([unnamed, "b".repeat(64)]);
});

it("says what goes and what it frees", () => {
  expect(freed(items, new Set(["photos", unnamed]))).toBe(3_000_000);
  expect(pruneButton("volumes", items, new Set(["photos"]))).toBe("Remove 1 volume, free 2 MB");
  expect(pruneButton("networks", items, new Set(["b".repeat(64)]))).toBe("Remove 1 network");
});
