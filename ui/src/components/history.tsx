import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useRef } from "react";
import { ACTIVITY_KEPT, activityQuery } from "../api/cache";
import { timelineQuery } from "../api/timeline";
import type { TimelineFilter } from "../lib/event-kinds";
import { joined, mayMiss } from "../lib/history";
import { useSettled } from "../lib/use-settled";
import ui from "../styles/controls.module.css";
import css from "./history.module.css";
import { EmptyState, ErrorState, Skeleton } from "./states";
import { Timeline } from "./timeline";

/** So far before its end the next page is fetched. */
const AHEAD = "600px";

/** Calls `onReach` when the element comes near the window; a button does the same by hand. */
function useNear(onReach: () => void, on: boolean) {
  const ref = useRef<HTMLButtonElement>(null);
  const latest = useRef(onReach);
  latest.current = onReach;
  useEffect(() => {
    const element = ref.current;
    if (!element || !on) return;
    const watch = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting) latest.current();
      },
      { rootMargin: AHEAD },
    );
    watch.observe(element);
    return () => watch.disconnect();
  }, [on]);
  return ref;
}

/** All that is kept of what happened, as far back as one scrolls, with what happens now on top. */
export function History({ filter, onClear }: { filter: TimelineFilter; onClear: () => void }) {
  const { app, kind, actor } = filter;
  const q = useSettled(filter.q);
  const asked = useMemo(() => ({ app, kind, actor, q }), [app, kind, actor, q]);
  const { data, error, refetch, hasNextPage, isFetching, fetchNextPage, isFetchNextPageError } =
    useInfiniteQuery(timelineQuery(asked));
  const { data: live = [] } = useQuery(activityQuery);
  const history = useMemo(() => data?.pages.flatMap((p) => p.entries) ?? [], [data]);
  const shown = useMemo(() => (data ? joined(live, history, asked) : []), [data, live, history, asked]);
  const missing = mayMiss(live, history, ACTIVITY_KEPT);
  useEffect(() => {
    if (missing) void refetch();
  }, [missing, refetch]);
  // Observed anew after each page: a short one leaves the end in sight, and no crossing would tell.
  const more = useNear(() => void fetchNextPage(), Boolean(hasNextPage) && !isFetching && !error);

  if (!data && error) {
    return <ErrorState what="The events could not be read" error={error} onRetry={() => void refetch()} />;
  }
  if (!data) {
    return (
      <div className={css.waiting} aria-busy="true">
        {[88, 64, 76, 58, 70, 82].map((width) => (
          <Skeleton key={width} width={`${width}%`} height={34} />
        ))}
      </div>
    );
  }
  if (shown.length === 0) {
    const filtered = app || kind || actor || q;
    return filtered ? (
      <EmptyState text={q ? `Nothing matches “${q}”.` : "Nothing matches these filters."}>
        <button type="button" className={ui.btn} onClick={onClear}>
          Clear
        </button>
      </EmptyState>
    ) : (
      <EmptyState text="What happens to your containers shows here." />
    );
  }
  return (
    <div className={css.history}>
      <Timeline activities={shown} wide />
      {hasNextPage ? (
        <button
          ref={more}
          type="button"
          className={ui.btn}
          disabled={isFetching}
          onClick={() => void fetchNextPage()}
        >
          {isFetching ? "Reading" : isFetchNextPageError ? "Could not be read. Try again" : "Older"}
        </button>
      ) : (
        <p className={css.end}>That is all that is kept.</p>
      )}
      <p className="vh" role="status">
        {shown.length} events shown
      </p>
    </div>
  );
}
