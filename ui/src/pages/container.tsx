import { Tabs } from "@base-ui/react/tabs";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Suspense, useEffect, useRef } from "react";
import { containerQuery, useContainers, useEngine } from "../api/cache";
import { ApiError } from "../api/errors";
import type { Container } from "../api/types";
import { AppIcon } from "../components/app-icon";
import { ContainerOverview } from "../components/container-overview";
import { Icon } from "../components/icon";
import { Lamp } from "../components/lamp";
import mark from "../components/newer-mark.module.css";
import { CopyButton, EmptyState, ErrorState, Skeleton } from "../components/states";
import { MenuButton } from "../components/tile";
import { type Action, can, webUiAddress } from "../lib/actions";
import { askDock } from "../lib/dock";
import { shortImage, useNow } from "../lib/format";
import { LogPanel, preloadPart, Terminal } from "../lib/heavy-parts";
import { part } from "../lib/part";
import { usePending } from "../lib/perform";
import { isStopped, statusOf } from "../lib/status";
import { useSelected } from "../lib/store";
import { updatable } from "../lib/updatable";
import { useAct } from "../lib/use-act";
import { type ContainerTab, containerTabs } from "../router";
import ui from "../styles/controls.module.css";
import css from "./container.module.css";

const Stats = part(() => import("../components/container-stats").then((m) => m.default));

const ContainerSettings = part(() => import("../components/container-settings").then((m) => m.default));
const RecreatingDialog = part(() => import("../components/recreating-dialog").then((m) => m.default));

/** Settings have an address of their own and stand before what is for experts. */
type PageTab = ContainerTab | "settings";
const tabs = containerTabs.flatMap((t): PageTab[] => (t === "inspect" ? ["settings", t] : [t]));
const tabWords: Record<PageTab, string> = {
  overview: "Overview",
  logs: "Logs",
  terminal: "Terminal",
  stats: "Stats",
  settings: "Settings",
  inspect: "Inspect",
};

function HeaderButton({ action, container, label, icon }: HeaderButtonProps) {
  const engine = useEngine();
  const act = useAct();
  const busy = usePending(container.id) !== undefined;
  const verdict = can(action, container, engine);
  return (
    <button
      type="button"
      className={action === "start" ? ui.primary : ui.btn}
      disabled={!verdict.ok || busy}
      title={verdict.ok ? undefined : verdict.reason}
      onClick={() => act(action, container)}
    >
      <Icon name={icon} size={16} />
      {label}
    </button>
  );
}
type HeaderButtonProps = {
  action: Action;
  container: Container;
  label: string;
  icon: "play" | "stop" | "restart";
};

function Header({ container: c }: { container: Container }) {
  const now = useNow();
  const asked = usePending(c.id);
  const status = statusOf(c, now, asked);
  const newer = useSelected(updatable, (ids) => ids.has(c.id));
  const url = can("open", c, undefined).ok ? webUiAddress(c, location.hostname) : undefined;
  return (
    <header className={css.header}>
      <AppIcon container={c} size={56} />
      <div className={css.title}>
        <h1>{c.name}</h1>
        <p data-lamp={status.lamp}>
          <Lamp kind={status.lamp} />
          <b>{status.word}</b>
          <span>{status.note}</span>
          <span className={css.image}>{shortImage(c.image)}</span>
        </p>
      </div>
      <div className={css.buttons}>
        {newer && (
          <Link to="/updates/$name" params={{ name: c.name }} className={ui.btn}>
            <i className={mark.mark} aria-hidden="true" />
            Review update
          </Link>
        )}
        {url && (
          <a className={ui.btn} href={url} target="_blank" rel="noopener noreferrer">
            <Icon name="open" size={16} />
            Open web UI
          </a>
        )}
        {isStopped(c) ? (
          <HeaderButton action="start" container={c} label="Start" icon="play" />
        ) : (
          <>
            <HeaderButton action="restart" container={c} label="Restart" icon="restart" />
            <HeaderButton action="stop" container={c} label="Stop" icon="stop" />
          </>
        )}
        <MenuButton container={c} />
      </div>
    </header>
  );
}

function Inspect({ id }: { id: string }) {
  const { data } = useQuery(containerQuery(id));
  if (!data) return <Skeleton width="100%" height={240} />;
  const text = JSON.stringify(data, null, 2);
  return (
    <div className={css.inspect}>
      <CopyButton text={text} label="Copy" />
      <section
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable without a mouse
        tabIndex={0}
        aria-label="Everything known about it, as JSON"
      >
        <pre>{text}</pre>
      </section>
    </div>
  );
}

export default function TabbedPage() {
  const { id } = useParams({ from: "/app/containers/$id" });
  const { tab = "overview" } = useSearch({ from: "/app/containers/$id" });
  return <ContainerPage id={id} tab={tab} />;
}

/** The settings, with the steps of the operation that changes them while there is one. */
export function EditPage() {
  const { id } = useParams({ from: "/app/containers/$id/edit" });
  const { operation } = useSearch({ from: "/app/containers/$id/edit" });
  return (
    <>
      <ContainerPage id={id} tab="settings" held={operation !== undefined} />
      {operation && (
        <Suspense>
          <RecreatingDialog id={operation} name={id} />
        </Suspense>
      )}
    </>
  );
}

/** `held` keeps the container on show that was there last: while it is re-created, for a moment none has its name. */
function ContainerPage({ id, tab, held = false }: { id: string; tab: PageTab; held?: boolean }) {
  const navigate = useNavigate();
  const { data: list, error: listError, refetch } = useContainers();
  const listed = list?.find((c) => c.id === id || c.name === id) ?? list?.find((c) => c.id.startsWith(id));
  const last = useRef<Container>(undefined);
  if (listed) last.current = listed;
  // One that was made a moment ago may not be in the list yet; only the agent knows that there is none.
  const asks = list !== undefined && (listed !== undefined || !held);
  const detail = useQuery({ ...containerQuery(listed?.id ?? id), enabled: asks });
  const container = listed ?? (held ? last.current : detail.data);
  const name = container?.name;

  useEffect(() => {
    document.title = `${name ?? "Container"} · Harbourmaster`;
  }, [name]);

  if (!list && listError) {
    return (
      <ErrorState what="The container could not be read" error={listError} onRetry={() => void refetch()} />
    );
  }
  if (!list || (!container && (held || detail.isFetching))) {
    return (
      <header className={css.header} aria-busy="true">
        <Skeleton width={56} height={56} />
        <div className={css.title}>
          <Skeleton width={200} height={28} />
        </div>
      </header>
    );
  }
  const failed = detail.error && !(detail.error instanceof ApiError && detail.error.status === 404);
  if (!container && failed) {
    return (
      <ErrorState
        what="The container could not be read"
        error={detail.error}
        onRetry={() => void detail.refetch()}
      />
    );
  }
  if (!container) {
    return (
      <EmptyState text={`There is no container “${id}” on this server.`}>
        <Link to="/" className={ui.primary}>
          Go to the dashboard
        </Link>
      </EmptyState>
    );
  }
  return (
    <Tabs.Root
      className={css.page}
      value={tab}
      onValueChange={(next: PageTab) =>
        void (next === "settings"
          ? navigate({ to: "/containers/$id/edit", params: { id }, replace: true, resetScroll: false })
          : navigate({
              to: "/containers/$id",
              params: { id },
              search: { tab: next === "overview" ? undefined : next },
              replace: true,
              resetScroll: false,
            }))
      }
    >
      <Link to="/" className={`${ui.link} ${css.back}`}>
        <Icon name="back" size={16} />
        Dashboard
      </Link>
      <Header container={container} />
      <Tabs.List className={css.tabs} aria-label="Details">
        {tabs.map((t) => (
          <Tabs.Tab
            key={t}
            value={t}
            className={css.tab}
            onPointerEnter={() => (t === "logs" || t === "terminal") && preloadPart(t)}
          >
            {tabWords[t]}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Suspense fallback={<Skeleton width="100%" height={320} />}>
        <Tabs.Panel value="overview" className={css.panel}>
          {failed && !detail.data ? (
            <ErrorState
              what="The details could not be read"
              error={detail.error}
              onRetry={() => void detail.refetch()}
            />
          ) : (
            <ContainerOverview container={container} detail={detail.data} />
          )}
        </Tabs.Panel>
        <Tabs.Panel value="logs" className={css.panel}>
          <LogPanel
            key={container.name}
            containers={[container]}
            // Side by side is wider than a page: it goes to the dock.
            onContainers={(names) =>
              askDock({ kind: "logs", containers: list.filter((c) => names.includes(c.name)) })
            }
          />
        </Tabs.Panel>
        <Tabs.Panel value="terminal" className={css.panel}>
          <Terminal key={container.id} container={container} />
        </Tabs.Panel>
        <Tabs.Panel value="stats" className={css.panel}>
          <Stats key={container.id} container={container} />
        </Tabs.Panel>
        <Tabs.Panel value="settings" className={css.panel}>
          <ContainerSettings key={container.name} container={container} />
        </Tabs.Panel>
        <Tabs.Panel value="inspect" className={css.panel}>
          <Inspect id={container.id} />
        </Tabs.Panel>
      </Suspense>
    </Tabs.Root>
  );
}
