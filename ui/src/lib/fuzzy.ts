/** Scores for search by a few letters. Lower is better; undefined is no match. */

const startsWord = (text: string, at: number) => at === 0 || !/[a-z0-9]/.test(text[at - 1] ?? "");

/** Where `word` stands in `text`: 0 at its beginning, 1 where a word begins, 2 inside one. */
function found(text: string, word: string): number | undefined {
  const first = text.indexOf(word);
  if (first < 0) return undefined;
  for (let at = first; at >= 0; at = text.indexOf(word, at + 1)) {
    if (startsWord(text, at)) return at === 0 ? 0 : 1;
  }
  return 2;
}

/** Letters of `word` in this order with others between, the first where a word begins: "jlf" in "jellyfin". */
function scattered(text: string, word: string): number | undefined {
  if (word.length < 2) return undefined;
  for (let start = text.indexOf(word[0] ?? ""); start >= 0; start = text.indexOf(word[0] ?? "", start + 1)) {
    if (!startsWord(text, start)) continue;
    let at = start;
    let i = 1;
    while (i < word.length) {
      at = text.indexOf(word[i] ?? "", at + 1);
      if (at < 0) break;
      i++;
    }
    if (i === word.length) return (at - start) / (text.length + 1);
  }
  return undefined;
}

const MORE = 3;
const SCATTERED = 6;

/** How well `words` describe something with this name and these other texts. All of them must be found. */
export function score(words: readonly string[], name: string, more = ""): number | undefined {
  let total = 0;
  for (const word of words) {
    const inName = found(name, word);
    const inMore = inName === undefined ? found(more, word) : undefined;
    const loose = inName === undefined && inMore === undefined ? scattered(name, word) : undefined;
    const s =
      inName ??
      (inMore === undefined ? undefined : inMore + MORE) ??
      (loose === undefined ? undefined : loose + SCATTERED);
    if (s === undefined) return undefined;
    total += s;
  }
  return total;
}

export const wordsOf = (query: string) => query.toLowerCase().split(/\s+/).filter(Boolean);
