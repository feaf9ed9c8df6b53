import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Suspense, useEffect, useMemo, useRef, useState } from "react";
import {
  appsQuery,
  type Install,
  installsQuery,
  moreApps,
  storeStatusQuery,
  type Wanted,
} from "../api/store";
import { Chart } from "../components/chart";
import { Icon } from "../components/icon";
import header from "../components/server-header.module.css";
import { EmptyState, ErrorState, Skeleton } from "../components/states";
import { plural, useNow } from "../lib/format";
import { holdsAll } from "../lib/match";
import { useProgressive } from "../lib/progressive";
import type { StoreSearch } from "../router";
import { AddStore } from "../store/add-store";
import { AppCard } from "../store/app-card";
import css from "../store/cards.module.css";
import { InstallCard } from "../store/install-card";
import { StoreBanners } from "../store/store-banners";
import { Toolbar } from "../store/toolbar";
import { summaryOf } from "../store/words";
import ui from "../styles/controls.module.css";

function SearchField({ q, count, set }: { q: string | undefined; count: string; set: (q?: string) => void }) {
  return (
    <label className={`${ui.search} ${css.search}`}>
      <Icon name="search" size={18} />
      <input
        type="search"
        data-filter
        aria-label="Search apps"
        placeholder="Search apps"
        autoComplete="off"
        spellCheck={false}
        value={q ?? ""}
        onChange={(e) => set(e.target.value || undefined)}
        onKeyDown={(e) => {
          if (e.key !== "Escape") return;
          if (q) set(undefined);
          else e.currentTarget.blur();
        }}
      />
      <small aria-hidden="true">{count}</small>
      {!q && <kbd>/</kbd>}
    </label>
  );
}

/** Apps as they are read: painted in slices, and the next page is asked for before its place comes into view. */
function Apps({ wanted, open, clear }: { wanted: Wanted; open: string; clear: () => void }) {
  const { data: found, error, refetch, isPlaceholderData } = useQuery(appsQuery(wanted));
  const apps = found?.apps ?? [];
  const painted = useProgressive(apps.length, "store");
  const end = useRef<HTMLDivElement>(null);
  const more = found?.next !== undefined && !isPlaceholderData;
  const [failed, setFailed] = useState<unknown>();
  const reading = useRef(false);

  const read = useMemo(
    () => () => {
      if (reading.current) return;
      reading.current = true;
      setFailed(undefined);
      moreApps(wanted)
        .catch(setFailed)
        .finally(() => {
          reading.current = false;
        });
    },
    [wanted],
  );
  useEffect(() => {
    const mark = end.current;
    if (!mark || !more || painted < apps.length || failed) return;
    const observer = new IntersectionObserver((entries) => entries.some((e) => e.isIntersecting) && read(), {
      rootMargin: "1200px",
    });
    observer.observe(mark);
    return () => observer.disconnect();
  }, [more, read, painted, apps.length, failed]);

  if (!found) {
    return error ? (
      <ErrorState what="The store could not be read" error={error} onRetry={() => void refetch()} />
    ) : (
      <ul className={css.grid} aria-busy="true" aria-label="Reading apps">
        {Array.from({ length: 12 }, (_, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: they are all the same and never move
          <li key={i}>
            <Skeleton width="100%" height={126} />
          </li>
        ))}
      </ul>
    );
  }
  if (apps.length === 0) {
    return wanted.q || wanted.category || wanted.store ? (
      <EmptyState text={wanted.q ? `Nothing matches “${wanted.q}”.` : "There is no app in this category."}>
        <button type="button" className={ui.btn} onClick={clear}>
          Clear
        </button>
      </EmptyState>
    ) : (
      <EmptyState text="There are no apps yet. They show here as soon as a store has been read." />
    );
  }
  return (
    <>
      <ul className={css.grid} aria-label="Apps" aria-busy={isPlaceholderData}>
        {apps.slice(0, painted).map((app) => (
          <AppCard key={`${app.store}/${app.slug}`} app={app} open={open === `${app.store}/${app.slug}`} />
        ))}
      </ul>
      <div ref={end} />
      {failed !== undefined && (
        <ErrorState what="The next apps could not be read" error={failed} onRetry={read} />
      )}
    </>
  );
}

function Installed({ installs, q, clear }: { installs: readonly Install[]; q?: string; clear: () => void }) {
  const shown = installs.filter((i) =>
    holdsAll(q, [i.name, i.app, i.slug, ...i.containers.map((c) => c.name)]),
  );
  if (shown.length === 0) {
    return (
      <EmptyState text={q ? `Nothing matches “${q}”.` : "Nothing is installed from a store yet."}>
        <button type="button" className={ui.btn} onClick={clear}>
          {q ? "Clear" : "See what there is"}
        </button>
      </EmptyState>
    );
  }
  return (
    <section className={css.grid} aria-label="Installed apps">
      {shown.map((i) => (
        <InstallCard key={i.id} install={i} titled />
      ))}
    </section>
  );
}

export default function StorePage() {
  const search = useSearch({ from: "/app/store" });
  const navigate = useNavigate();
  const params = useParams({ strict: false });
  const open = params.slug === undefined ? "" : `${params.store}/${params.slug}`;
  const { q, category, from, sort, installed } = search;
  const wanted = useMemo((): Wanted => ({ q, category, store: from, sort }), [q, category, from, sort]);
  const { data: found, isPlaceholderData } = useQuery({ ...appsQuery(wanted), enabled: !installed });
  const { data: status, error, refetch } = useQuery(storeStatusQuery);
  const { data: installs } = useQuery(installsQuery);
  const [adding, setAdding] = useState(false);
  const now = useNow();

  useEffect(() => {
    if (!open) document.title = "Store · Harbourmaster";
  }, [open]);

  // Closed, the focus goes back to where it was opened from.
  const last = useRef(open);
  useEffect(() => {
    const before = last.current;
    last.current = open;
    if (open || !before || document.activeElement !== document.body) return;
    document.querySelector<HTMLElement>(`[data-app="${CSS.escape(before)}"]`)?.focus({ preventScroll: true });
  }, [open]);

  const set = (change: StoreSearch) =>
    void navigate({
      to: ".",
      search: (s) => ({ ...s, ...change }),
      replace: true,
      resetScroll: false,
    });
  const clear = () => set({ q: undefined, category: undefined, from: undefined, installed: undefined });

  const here = installs?.filter((i) => i.state !== "removed") ?? [];
  const stores = status?.stores ?? [];
  const none = status !== undefined && stores.length === 0;
  const total = found && !isPlaceholderData ? found.total : undefined;
  const filtered = Boolean(q || category || from);

  return (
    <div className={css.page} data-open={open !== "" || undefined}>
      <div className={css.list}>
        <section className={`${header.harbour} ${css.header}`} aria-label="Store">
          <Chart />
          <div className={header.who}>
            <h1>Store</h1>
            <p>
              {status ? (
                <>
                  {none ? "No store yet" : summaryOf(stores, now)}
                  {" · "}
                  <Link to="/settings/$section" params={{ section: "stores" }} className={ui.link}>
                    Stores
                  </Link>
                </>
              ) : error ? (
                "Its state could not be read"
              ) : (
                "Reading stores"
              )}
            </p>
          </div>
          <SearchField
            q={q}
            set={(text) => set({ q: text })}
            count={filtered && total !== undefined && !installed ? `${total} found` : ""}
          />
        </section>
        {status?.node.message && !status.node.running && !none && (
          <p className={ui.bad}>
            <Icon name="warn" size={15} />
            {status.node.message}
          </p>
        )}
        <StoreBanners stores={stores} />
        {none ? (
          <EmptyState text="There is no store yet. A store is a signed list of apps; add one by its invitation, or by its address and fingerprint.">
            <button type="button" className={ui.primary} onClick={() => setAdding(true)}>
              <Icon name="plus" size={17} />
              Add a store
            </button>
          </EmptyState>
        ) : null}
        {none ? (
          here.length > 0 && <Installed installs={here} q={q} clear={clear} />
        ) : error && !status ? (
          <ErrorState what="The stores could not be read" error={error} onRetry={() => void refetch()} />
        ) : (
          <>
            <Toolbar search={search} set={set} found={found} stores={stores} installed={here.length} />
            {installed ? (
              <Installed installs={here} q={q} clear={clear} />
            ) : (
              <Apps wanted={wanted} open={open} clear={clear} />
            )}
          </>
        )}
        <p className="vh" role="status">
          {filtered && !installed && total !== undefined ? `${plural(total, "app")} found` : ""}
        </p>
      </div>
      <Suspense>
        <Outlet />
      </Suspense>
      {adding && <AddStore onClose={() => setAdding(false)} />}
    </div>
  );
}
