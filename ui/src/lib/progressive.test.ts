import { createMemoryHistory } from "@tanstack/react-router";
import { act, renderHook, waitFor } from "@testing-library/react";
import { expect, it } from "vitest";
import { followHistory, screenful, useProgressive } from "./progressive";

it("paints a screenful at once and the rest bit by bit, half of it at once for another layout", async () => {
  const { result, rerender } = renderHook(({ layout }) => useProgressive(100, layout), {
    initialProps: { layout: "tiles" },
  });
  expect(result.current).toBe(12);
  await waitFor(() => expect(result.current).toBeGreaterThanOrEqual(100));
  rerender({ layout: "list" });
  expect(result.current).toBe(6);
  await waitFor(() => expect(result.current).toBeGreaterThanOrEqual(100));
});

it("paints as many as before on the way back, which has a place to find, and a screenful for a link", async () => {
  const history = createMemoryHistory();
  followHistory(history);
  const first = renderHook(() => useProgressive(100, "tiles"));
  await waitFor(() => expect(first.result.current).toBeGreaterThanOrEqual(100));
  first.unmount();
  act(() => history.push("/containers/x"));
  act(() => history.back());
  const back = renderHook(() => useProgressive(100, "tiles"));
  expect(back.result.current).toBeGreaterThanOrEqual(100);
  back.unmount();
  act(() => history.push("/containers/x"));
  act(() => history.push("/"));
  expect(renderHook(() => useProgressive(100, "tiles")).result.current).toBe(12);
});

it("begins with what the screen shows, within reason", () => {
  expect(screenful(390, 844)).toBe(12);
  expect(screenful(1440, 960)).toBe(24);
  expect(screenful(3840, 2160)).toBe(36);
  expect(screenful(761, 300)).toBe(12);
});
