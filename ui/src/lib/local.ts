/** Small remembered choices. Storage may be blocked or full; the page then simply forgets. */

const PREFIX = "harbourmaster.";

export function remember(key: string, value: unknown): void {
  try {
    localStorage.setItem(PREFIX + key, JSON.stringify(value));
  } catch {
    // Blocked or full storage costs the memory of a choice, never the choice itself.
  }
}

export function recall<T>(key: string, fallback: T): T {
  try {
    const text = localStorage.getItem(PREFIX + key);
    return text === null ? fallback : (JSON.parse(text) as T);
  } catch {
    return fallback;
  }
}
