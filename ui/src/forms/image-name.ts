/** An image as typed, taken apart far enough to exchange its tag. */
export function splitImage(text: string): { name: string; tag: string } {
  const plain = text.trim().replace(/@sha256:[0-9a-f]*$/i, "");
  const colon = plain.lastIndexOf(":");
  // A colon before the last slash belongs to a registry's port.
  return colon > plain.lastIndexOf("/")
    ? { name: plain.slice(0, colon), tag: plain.slice(colon + 1) }
    : { name: plain, tag: "" };
}

/** Every word must be found; what begins with the text comes first. */
export function narrow(all: string[], query: string): string[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const [first = ""] = words;
  const hits = all.filter((entry) => words.every((w) => entry.toLowerCase().includes(w)));
  const starts = (entry: string) => (entry.toLowerCase().startsWith(first) ? 0 : 1);
  return hits.sort((a, b) => starts(a) - starts(b));
}
