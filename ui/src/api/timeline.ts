import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { TimelineFilter } from "../lib/event-kinds";
import { TIMELINE } from "./cache";
import { api, unwrap } from "./client";
import type { Activity, AuditEntry } from "./types";

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

const AUDIT_PAGE = 100;
const listAudit = (before?: number, signal?: AbortSignal) =>
  unwrap(api.GET("/api/audit", { params: { query: { limit: AUDIT_PAGE, before } }, signal }));

/** The newest `pages` pages of the audit log. It only grows at its new end, so older pages follow from their place. */
export const auditQuery = (pages: number) =>
  queryOptions<{ entries: AuditEntry[]; more: boolean }>({
    queryKey: ["audit", pages],
    queryFn: async ({ signal }) => {
      const entries: AuditEntry[] = [];
      for (let page = 0; page < pages; page++) {
        const next = await listAudit(entries[entries.length - 1]?.seq, signal);
        entries.push(...next);
        if (next.length < AUDIT_PAGE) return { entries, more: false };
      }
      return { entries, more: true };
    },
    staleTime: 0,
    placeholderData: keepPreviousData,
  });

/** Reads the whole audit log and says whether it is as it was written. */
export const auditChainQuery = queryOptions({
  queryKey: ["audit-chain"],
  queryFn: ({ signal }) => unwrap(api.GET("/api/audit/chain", { signal })),
  staleTime: 0,
});
