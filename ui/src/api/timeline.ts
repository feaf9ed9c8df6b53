import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { TimelineFilter } from "../lib/event-kinds";
import { TIMELINE } from "./cache";
import { api, unwrap } from "./client";
import type { Activity } from "./types";

const PAGE = 100;

type Page = { entries: Activity[]; more: boolean };

/** The kept history that fits `filter`, newest first, page by page. What came since is in `activityQuery`. */
export const timelineQuery = (filter: TimelineFilter) =>
  infiniteQueryOptions({
    queryKey: [...TIMELINE, filter],
    queryFn: async ({ pageParam, signal }) =>
      (await unwrap(
        api.GET("/api/timeline", {
          params: { query: { ...filter, before: pageParam, limit: PAGE } },
          signal,
        }),
      )) as Page,
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last: Page) => (last.more ? last.entries[last.entries.length - 1]?.id : undefined),
    // Back on the page, only the newest part is read again; the rest of history does not change.
    staleTime: 0,
    gcTime: 60_000,
  });

/** Names that appear in the history, for the filter. */
export const timelineAppsQuery = queryOptions({
  queryKey: ["timeline-apps"],
  queryFn: ({ signal }) => unwrap(api.GET("/api/timeline/apps", { signal })),
  staleTime: 30_000,
});

/** Reads the whole audit log and says whether it is as it was written. */
export const auditChainQuery = queryOptions({
  queryKey: ["audit-chain"],
  queryFn: ({ signal }) => unwrap(api.GET("/api/audit/chain", { signal })),
  staleTime: 0,
});
