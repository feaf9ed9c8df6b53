import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Suspense, useDeferredValue, useEffect, useMemo } from "react";
import { queryClient, useContainers, useEngine } from "../api/cache";
import { ContainerGroup } from "../components/container-group";
import { soon, useLate } from "../components/late";
import { ServerHeader } from "../components/server-header";
import { EmptyState, ErrorState } from "../components/states";
import { Toolbar } from "../components/toolbar";
import { counts, grouped, inState, matches, sorted } from "../lib/arrange";
import { useNow } from "../lib/format";
import { part } from "../lib/part";
import { useProgressive } from "../lib/progressive";
import { clearSelection, selection } from "../lib/selection";
import { useStore } from "../lib/store";
import { useUses } from "../lib/use-live";
import { useMedia } from "../lib/use-media";
import ui from "../styles/controls.module.css";
import css from "./dashboard.module.css";

const attentionCards = soon(() => import("../components/attention-cards").then((m) => m.AttentionCards));
const EventsRail = part(() => import("../components/events-rail").then((m) => m.EventsRail));
const BulkBar = part(() => import("../components/bulk-bar").then((m) => m.BulkBar));

function Skeletons() {
  return (
    <ul className={css.skeletons} aria-busy="true" aria-label="Reading containers">
      {Array.from({ length: 9 }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all the same and never move
        <li key={i}>
          <span className={ui.skeleton} />
          <span className={ui.skeleton} />
          <span className={ui.skeleton} />
        </li>
      ))}
    </ul>
  );
}

export function Dashboard() {
  const search = useSearch({ from: "/app/" });
  const navigate = useNavigate({ from: "/" });
  const { data: read, error, refetch } = useContainers();
  const AttentionCards = useLate(attentionCards);
  // Tiles that show before the cards would be pushed down by them.
  const data = AttentionCards && read;
  const engine = useEngine();
  const now = useNow();
  const list = useMedia("(min-width: 761px)") && search.view === "list";
  const selecting = useStore(selection).size > 0;
  const query = useDeferredValue(search.q ?? "");
  const state = search.state ?? "all";
  const sort = search.sort ?? "name";

  useEffect(() => {
    document.title = "Dashboard · Harbourmaster";
    return clearSelection;
  }, []);

  const uses = useUses(sort === "cpu" || sort === "memory");
  const found = useMemo(() => (data ?? []).filter((c) => matches(c, query)), [data, query]);
  const shown = useMemo(
    () =>
      sorted(
        found.filter((c) => inState(c, state, now)),
        sort,
        now,
        uses,
      ),
    [found, state, sort, now, uses],
  );
  const groups = useMemo(() => grouped(shown), [shown]);
  const tally = useMemo(() => (data ? counts(found, now) : undefined), [data, found, now]);
  const budget = useProgressive(shown.length, list ? "list" : "tiles");
  const inert = engine?.connected === false;

  let left = budget;
  const painted = groups.map((group) => {
    const part = group.containers.slice(0, Math.max(0, left));
    left -= part.length;
    return { group, part };
  });

  return (
    <div className={css.two}>
      <div className={css.page} data-selecting={selecting || undefined}>
        <ServerHeader containers={data} />
        {data && <AttentionCards containers={data} />}
        <Toolbar counts={tally} />
        {!data && !error && <Skeletons />}
        {!data && error && (
          <ErrorState
            what="The containers could not be read"
            error={error}
            onRetry={() => {
              void refetch();
              void queryClient.refetchQueries({ queryKey: ["health"] });
            }}
          />
        )}
        {data?.length === 0 && (
          <EmptyState text="Docker runs no containers on this server yet.">
            <Link to="/new" className={ui.primary}>
              New container
            </Link>
          </EmptyState>
        )}
        {data && data.length > 0 && shown.length === 0 && (
          <EmptyState
            text={
              query
                ? `Nothing matches “${query}”.`
                : state === "attention"
                  ? "Nothing needs you."
                  : "Nothing here."
            }
          >
            <button
              type="button"
              className={ui.btn}
              onClick={() => void navigate({ search: (s) => ({ ...s, q: undefined, state: undefined }) })}
            >
              Clear
            </button>
          </EmptyState>
        )}
        <section className={css.groups} aria-label="Containers">
          {painted.map(
            ({ group, part }) =>
              part.length > 0 && (
                <ContainerGroup key={group.key} group={group} painted={part} list={list} inert={inert} />
              ),
          )}
        </section>
        <p className="vh" role="status">
          {query || state !== "all" ? `${shown.length} of ${data?.length ?? 0} containers` : ""}
        </p>
        {data && selecting && (
          <Suspense>
            <BulkBar containers={data} shown={shown} />
          </Suspense>
        )}
      </div>
      <Suspense>
        <EventsRail />
      </Suspense>
    </div>
  );
}
