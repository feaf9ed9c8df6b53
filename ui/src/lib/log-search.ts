import { stripAnsi } from "./ansi";
import { type Chunk, parseRecord } from "./log-store";

/** Indexes, from the start of the chunk, of the lines that hold `query`; upper and lower case are the same. */
export function searchChunk(chunk: Chunk, query: string, fromLine = 0): number[] {
  const needle = query.toLowerCase();
  const hits: number[] = [];
  if (needle === "") return hits;
  for (let k = fromLine; k < chunk.lines; k++) {
    const start = k === 0 ? 0 : (chunk.ends[k - 1] ?? -1) + 1;
    const { text } = parseRecord(chunk.bytes.subarray(start, chunk.ends[k]));
    if (stripAnsi(text).toLowerCase().includes(needle)) hits.push(k);
  }
  return hits;
}

export type SearchRequest = { job: number; base: number; chunk: Chunk; query: string; fromLine: number };
export type SearchReply = { job: number; hits: number[] };
