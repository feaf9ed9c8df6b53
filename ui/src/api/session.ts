import { createStore } from "../lib/store";

/**
 * The second proof of a session. The cookie alone opens nothing, because an app on another port of this host
 * receives it too; storage is separate per origin, port included, so the proof stays here.
 */
const KEY = "harbourmaster.proof";
export const PROOF_HEADER = "X-Session-Proof";

export type SessionState =
  /** A proof is kept; whether the agent still takes it shows with the first request. */
  | "kept"
  | "none"
  /** There was a session on this page and it ended. The page stays, with a dialog over it. */
  | "ended";

function stored(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

// The copy in memory keeps a page working where storage is blocked.
let proof: string | null = stored();
let confirmed = false;

export const sessionState = createStore<SessionState>(proof ? "kept" : "none");

export const currentProof = () => proof;

/** Called on each successful answer to a signed-in request. */
export function confirmSession(): void {
  confirmed = true;
}

export function keepProof(next: string): void {
  proof = next;
  confirmed = true;
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // Without storage the session ends with the page.
  }
  sessionState.set("kept");
}

/**
 * A browser that has signed in before is not held up by strangers who guess. The token stays when signing
 * out; a cookie would reach apps on other ports of this host too.
 */
const BROWSER_KEY = "harbourmaster.browser";

export function knownBrowser(): Record<string, string> {
  try {
    const token = localStorage.getItem(BROWSER_KEY);
    return token ? { "X-Known-Browser": token } : {};
  } catch {
    return {};
  }
}

export function keepBrowser(token: string): void {
  try {
    localStorage.setItem(BROWSER_KEY, token);
  } catch {
    // Without storage it is a stranger each time, which only takes patience.
  }
}

export function dropProof(): void {
  proof = null;
  confirmed = false;
  try {
    localStorage.removeItem(KEY);
  } catch {
    // Nothing was stored, so nothing is left behind.
  }
  sessionState.set("none");
}

/** The agent no longer takes this session. `tried` guards against an answer to a request made with an older proof. */
export function sessionRefused(tried: string | null): void {
  if (tried !== proof) return;
  sessionState.set(confirmed ? "ended" : "none");
}

/** Other tabs sign in and out too; this one follows. */
export function watchOtherTabs(): void {
  addEventListener("storage", (event) => {
    if (event.key !== KEY && event.key !== null) return;
    const next = stored();
    if (next === proof) return;
    proof = next;
    if (next) {
      confirmed = true;
      sessionState.set("kept");
    } else if (sessionState.get() === "kept") {
      sessionState.set(confirmed ? "ended" : "none");
    }
  });
}
