import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { type KeyboardEvent, Suspense, useDeferredValue, useEffect, useMemo, useState } from "react";
import { queryClient, useContainers, useEngine } from "../api/cache";
import type { Container } from "../api/types";
import { AttentionCards } from "../components/attention-cards";
import { ContainerGroup } from "../components/container-group";
import { ServerHeader } from "../components/server-header";
import { EmptyState, ErrorState } from "../components/states";
import { Toolbar } from "../components/toolbar";
import { type Action, can } from "../lib/actions";
import { counts, grouped, inState, matches, sorted } from "../lib/arrange";
import { useNow } from "../lib/format";
import { keyIsTaken, singleKeys } from "../lib/keys";
import { menuTarget } from "../lib/overlay";
import { part } from "../lib/part";
import { useAct } from "../lib/perform";
import { useProgressive } from "../lib/progressive";
import { clearSelection, selection, toggleSelected } from "../lib/selection";
import { useStore } from "../lib/store";
import { useUses } from "../lib/use-live";
import ui from "../styles/controls.module.css";
import css from "./dashboard.module.css";

const EventsRail = part(() => import("../components/events-rail").then((m) => m.EventsRail));
const BulkBar = part(() => import("../components/bulk-bar").then((m) => m.BulkBar));

function useWide(): boolean {
  const query = "(min-width: 761px)";
  const [wide, setWide] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const list = matchMedia(query);
    const change = () => setWide(list.matches);
    list.addEventListener("change", change);
    return () => list.removeEventListener("change", change);
  }, []);
  return wide;
}

/** The nearest container in the direction of an arrow key, by where things are on the screen. */
function neighbour(from: Element, key: string, all: HTMLElement[]): HTMLElement | undefined {
  const a = from.getBoundingClientRect();
  const horizontal = key === "ArrowLeft" || key === "ArrowRight";
  const sign = key === "ArrowRight" || key === "ArrowDown" ? 1 : -1;
  let best: HTMLElement | undefined;
  let bestCost = Number.POSITIVE_INFINITY;
  for (const element of all) {
    if (element === from) continue;
    const b = element.getBoundingClientRect();
    const dx = b.left - a.left;
    const dy = b.top - a.top;
    const along = (horizontal ? dx : dy) * sign;
    const across = Math.abs(horizontal ? dy : dx);
    if (along <= 4 || (horizontal && across > 40)) continue;
    const cost = along + across * 3;
    if (cost < bestCost) {
      bestCost = cost;
      best = element;
    }
  }
  return best;
}

function useTileKeys(containers: Container[]) {
  const act = useAct();
  return (event: KeyboardEvent<HTMLElement>) => {
    const link =
      event.target instanceof HTMLElement ? event.target.closest<HTMLElement>("[data-container]") : null;
    const c = link && containers.find((x) => x.id === link.dataset.container);
    if (!c || !singleKeys.get() || keyIsTaken(event)) return;
    if (event.key.startsWith("Arrow")) {
      const all = [...event.currentTarget.querySelectorAll<HTMLElement>("[data-container]")];
      const next = neighbour(link, event.key, all);
      if (!next) return;
      event.preventDefault();
      next.focus();
      return;
    }
    const running = can("stop", c, undefined).ok;
    const actions: Record<string, Action> = {
      o: "open",
      l: "logs",
      t: "terminal",
      r: "restart",
      s: running ? "stop" : "start",
    };
    const action = actions[event.key];
    if (event.key === " ") toggleSelected(c.id);
    else if (event.key === "m") menuTarget.set({ id: c.id, anchor: link });
    else if (action) act(action, c);
    else return;
    event.preventDefault();
  };
}

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
  const { data, error, refetch } = useContainers();
  const engine = useEngine();
  const now = useNow();
  const wide = useWide();
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
  const budget = useProgressive(shown.length);
  const onKeyDown = useTileKeys(shown);
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
        <section onKeyDown={onKeyDown} className={css.groups} aria-label="Containers">
          {painted.map(
            ({ group, part }) =>
              part.length > 0 && (
                <ContainerGroup
                  key={group.key}
                  group={group}
                  painted={part}
                  list={wide && search.view === "list"}
                  inert={inert}
                />
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
