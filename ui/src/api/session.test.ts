import { beforeEach, describe, expect, it, vi } from "vitest";

/** The module reads storage when it is loaded, as a page does. */
async function load() {
  vi.resetModules();
  return import("./session");
}

describe("session", () => {
  beforeEach(() => localStorage.clear());

  it("keeps the proof for the next page, and forgets it at sign-out", async () => {
    const first = await load();
    expect(first.sessionState.get()).toBe("none");
    first.keepProof("p1");
    const second = await load();
    expect(second.sessionState.get()).toBe("kept");
    expect(second.currentProof()).toBe("p1");
    second.dropProof();
    expect((await load()).currentProof()).toBeNull();
  });

  it("a session that ended under the page asks over it; one that never was leads to the form", async () => {
    localStorage.setItem("harbourmaster.proof", "old");
    const stale = await load();
    stale.sessionRefused("old");
    expect(stale.sessionState.get()).toBe("none");
    const used = await load();
    used.confirmSession();
    used.sessionRefused("old");
    expect(used.sessionState.get()).toBe("ended");
  });

  it("an answer to a request with an older proof ends nothing", async () => {
    const session = await load();
    session.keepProof("new");
    session.sessionRefused("old");
    expect(session.sessionState.get()).toBe("kept");
  });

  it("follows other tabs out and in", async () => {
    const session = await load();
    session.watchOtherTabs();
    session.keepProof("p");
    localStorage.removeItem("harbourmaster.proof");
    dispatchEvent(new StorageEvent("storage", { key: "harbourmaster.proof" }));
    expect(session.sessionState.get()).toBe("ended");
    localStorage.setItem("harbourmaster.proof", "q");
    dispatchEvent(new StorageEvent("storage", { key: "harbourmaster.proof" }));
    expect(session.sessionState.get()).toBe("kept");
    expect(session.currentProof()).toBe("q");
  });
});
