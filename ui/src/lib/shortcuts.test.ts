import { renderHook } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import { setSingleKeys } from "./keys";
import { type Area, commandOf, keyCaps, sheet, shortcuts, useShortcuts } from "./shortcuts";

afterEach(() => {
  setSingleKeys(true);
  document.body.innerHTML = "";
});

it("gives no key to two commands of one area", () => {
  for (const area of Object.keys(shortcuts) as Area[]) {
    const keys = Object.values(shortcuts[area]).flatMap((e) => [...e.keys]);
    expect(new Set(keys).size, area).toBe(keys.length);
  }
});

it("begins no sequence with a key that acts by itself", () => {
  const keys = Object.values(shortcuts.anywhere).flatMap((e) => [...e.keys] as string[]);
  const firsts = keys.filter((k) => k.includes(" ")).map((k) => k.split(" ")[0] ?? "");
  expect(keys.filter((k) => firsts.includes(k))).toEqual([]);
});

it("prints every command of the table", () => {
  const listed = sheet.reduce((n, g) => n + g.entries.length, 0);
  expect(listed).toBe(Object.values(shortcuts).reduce((n, area) => n + Object.keys(area).length, 0));
  expect(keyCaps(shortcuts.anywhere.palette)).toEqual(["Ctrl", "K"]);
  expect(keyCaps(shortcuts.anywhere.dashboard)).toEqual(["g", "d"]);
  expect(keyCaps(shortcuts.container.move)).toEqual(["←", "↑", "→", "↓"]);
  expect(keyCaps(shortcuts.container.select)).toEqual(["Space"]);
});

it("finds the command of a key in its area", () => {
  expect(commandOf("logs", "n")).toBe("next");
  expect(commandOf("logs", "N")).toBe("previous");
  expect(commandOf("anywhere", "n")).toBe("new");
  expect(commandOf("logs", "g d")).toBeUndefined();
});

describe("useShortcuts", () => {
  it("listens for keys and sequences, outside of fields, unless they are turned off", async () => {
    const events = vi.fn();
    const create = vi.fn();
    renderHook(() => useShortcuts("anywhere", { events, new: create }));
    const user = userEvent.setup();
    await user.keyboard("ge");
    expect(events).toHaveBeenCalledTimes(1);
    await user.keyboard("n");
    expect(create).toHaveBeenCalledTimes(1);

    document.body.innerHTML = "<input>";
    document.querySelector("input")?.focus();
    await user.keyboard("n");
    expect(create).toHaveBeenCalledTimes(1);

    document.querySelector("input")?.blur();
    setSingleKeys(false);
    await user.keyboard("nge");
    expect(create).toHaveBeenCalledTimes(1);
    expect(events).toHaveBeenCalledTimes(1);
  });

  it("gives a key after the leader to pages only", async () => {
    const stop = vi.fn();
    renderHook(() => useShortcuts("container", { toggle: stop }));
    const user = userEvent.setup();
    await user.keyboard("gs");
    expect(stop).not.toHaveBeenCalled();
    await user.keyboard("s");
    expect(stop).toHaveBeenCalledTimes(1);
  });

  it("leaves to the browser what a handler does not take", async () => {
    const taken = vi.fn();
    addEventListener("keydown", (event) => taken(event.defaultPrevented), { once: true });
    renderHook(() => useShortcuts("container", { select: () => false }));
    await userEvent.setup().keyboard(" ");
    expect(taken).toHaveBeenCalledWith(false);
  });
});
