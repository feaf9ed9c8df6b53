/** Whether every word of `query` is in one of the texts; no query matches everything. */
export function holdsAll(query: string | undefined, texts: readonly (string | undefined)[]): boolean {
  const words = (query ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const hay = texts
    .filter((t) => t !== undefined)
    .join("\n")
    .toLowerCase();
  return words.every((w) => hay.includes(w));
}
