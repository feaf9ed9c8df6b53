import type { Activity } from "../api/types";

/** What the timeline shows: all of it, or what fits every filter that is set. Names as the API has them. */
export type TimelineFilter = { app?: string; kind?: EventKind; actor?: Actor; q?: string };

/** Through this manager, or by Docker itself and whoever else speaks to it. */
export const actors = ["you", "engine"] as const;
export type Actor = (typeof actors)[number];

export const eventKinds = [
  "container",
  "image",
  "network",
  "volume",
  "operation",
  "session",
  "settings",
  "engine",
] as const satisfies readonly Activity["kind"][];
export type EventKind = (typeof eventKinds)[number];
