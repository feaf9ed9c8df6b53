/** Lines of `name=value` as a table; the first line that is none of that is named. */
export function readPairs(text: string): { pairs?: Record<string, string>; error?: string } {
  const pairs: Record<string, string> = {};
  for (const [i, raw] of text.split("\n").entries()) {
    const line = raw.trim();
    if (!line) continue;
    const at = line.indexOf("=");
    const name = (at < 0 ? line : line.slice(0, at)).trim();
    if (!name) return { error: `Line ${i + 1} has no name before the "=".` };
    if (name in pairs) return { error: `Line ${i + 1}: ${name} is there twice.` };
    pairs[name] = at < 0 ? "" : line.slice(at + 1).trim();
  }
  return { pairs: Object.keys(pairs).length > 0 ? pairs : undefined };
}
