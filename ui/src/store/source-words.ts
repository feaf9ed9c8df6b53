import type { BytesBySource, Peer, StoreStatus } from "../api/store";
import { ago, disk, span } from "../lib/format";

/** Where bytes came from: "1.2 MB near, 40 kB from servers". */
export function bytesWords(bytes: BytesBySource): string {
  const parts = [
    bytes.lan > 0 && `${disk(bytes.lan)} from near peers`,
    bytes.peer > 0 && `${disk(bytes.peer)} from far peers`,
    bytes.origin > 0 && `${disk(bytes.origin)} from its servers`,
    bytes.disk > 0 && `${disk(bytes.disk)} from this disk`,
  ].filter(Boolean);
  return parts.length > 0 ? parts.join(", ") : "nothing yet";
}

/** "for 12 days more", or how long ago that ended. */
export function expiryWords(expires: string, now: number): string {
  const left = (Date.parse(expires) - now) / 1000;
  if (Number.isNaN(left)) return "";
  return left > 0 ? `for ${span(left)} more` : `no longer: it expired ${ago(expires, now)}`;
}

/** Near ones first, then those that brought most. */
export const sorted = (peers: readonly Peer[]): Peer[] =>
  [...peers].sort(
    (a, b) => Number(b.near) - Number(a.near) || b.bytesIn - a.bytesIn || a.id.localeCompare(b.id),
  );

/** What the part of the program does that speaks to others. */
export function nodeWords({ node, stores }: Pick<StoreStatus, "node" | "stores">): string {
  const place = node.mode === "separate" ? "on its own" : "as a part of this program";
  if (node.running) return `runs ${place}`;
  if (node.message) return `does not run: ${node.message}`;
  return stores.length === 0 ? "starts with the first store" : "does not run";
}
