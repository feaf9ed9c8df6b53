import { type SearchReply, type SearchRequest, searchChunk } from "./log-search";

// One chunk per message: the page decides what is worth searching, this thread only reads.
self.onmessage = (event: MessageEvent<SearchRequest>) => {
  const { job, base, chunk, query, fromLine } = event.data;
  const reply: SearchReply = { job, hits: searchChunk(chunk, query, fromLine).map((k) => k + base) };
  self.postMessage(reply);
};
