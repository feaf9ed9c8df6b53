/** Small remembered choices. Storage may be blocked or full; the page then simply forgets. */

const PREFIX = "harbourmaster.";

const storage = (where: "tab" | "browser") => (where === "tab" ? sessionStorage : localStorage);

/** Remembers a choice for this browser, or for this tab of it alone. */
export function remember(key: string, value: unknown, where: "tab" | "browser" = "browser"): void {
  try {
    storage(where).setItem(PREFIX + key, JSON.stringify(value));
  } catch {
    // Blocked or full storage costs the memory of a choice, never the choice itself.
  }
}

export function recall<T>(key: string, fallback: T, where: "tab" | "browser" = "browser"): T {
  try {
    const text = storage(where).getItem(PREFIX + key);
    return text === null ? fallback : (JSON.parse(text) as T);
  } catch {
    return fallback;
  }
}
