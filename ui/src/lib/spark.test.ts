import { expect, it } from "vitest";
import { Spark, sparkPaths } from "./spark";

it("draws newest at the right, and keeps to its box", () => {
  const { line, area } = sparkPaths([0, 150_000, 300_000], [0, 0.5, 7], 1);
  expect(line).toBe("M0.0 100.0L50.0 50.0L100.0 0.0");
  expect(area).toBe(`${line}L100 100L0.0 100Z`);
  expect(sparkPaths([1], [1], 1)).toEqual({ line: "", area: "" });
});

it("puts recorded minutes in front of the live ones", () => {
  document.body.innerHTML = "<svg><path/><path/></svg>";
  const svg = document.querySelector("svg") as SVGSVGElement;
  const spark = new Spark(svg, 1);
  spark.push(1_000_000, 0.5);
  spark.push(1_000_000, 0.9);
  spark.push(1_001_000, 0.5);
  spark.before([600_000, 900_000, 1_000_500], [1, 0.25, 1]);
  const line = svg.querySelectorAll("path")[1]?.getAttribute("d");
  expect(line?.match(/[ML]/g)).toHaveLength(3);
  // Recorded 101 s before the newest, which is now the left edge.
  expect(line).toMatch(/^M0\.0 75\.0L99\.0/);
});
