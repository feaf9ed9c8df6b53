import { Tabs } from "@base-ui/react/tabs";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Suspense, useEffect } from "react";
import { containerQuery, useContainers, useEngine } from "../api/cache";
import { ApiError } from "../api/errors";
import type { Container } from "../api/types";
import { AppIcon } from "../components/app-icon";
import { ContainerOverview } from "../components/container-overview";
import { Icon } from "../components/icon";
import { Lamp } from "../components/lamp";
import { CopyButton, EmptyState, ErrorState, Skeleton } from "../components/states";
import { MenuButton } from "../components/tile";
import { type Action, can, webUiAddress } from "../lib/actions";
import { shortImage, useNow } from "../lib/format";
import { part } from "../lib/part";
import { useAct, usePending } from "../lib/perform";
import { isStopped, statusOf } from "../lib/status";
import { type ContainerTab, containerTabs } from "../router";
import ui from "../styles/controls.module.css";
import css from "./container.module.css";

const Logs = part(() => import("../components/container-logs").then((m) => m.default));
const Stats = part(() => import("../components/container-stats").then((m) => m.default));
const Terminal = part(() => import("../components/container-terminal").then((m) => m.default));

const tabWords: Record<ContainerTab, string> = {
  overview: "Overview",
  logs: "Logs",
  terminal: "Terminal",
  stats: "Stats",
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
  const url = can("open", c, undefined).ok ? webUiAddress(c, location.hostname) : undefined;
  return (
    <header className={css.header}>
      <AppIcon name={c.name} icon={c.icon} size={56} />
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

export default function ContainerPage() {
  const { id } = useParams({ from: "/app/containers/$id" });
  const { tab = "overview" } = useSearch({ from: "/app/containers/$id" });
  const navigate = useNavigate({ from: "/containers/$id" });
  const { data: list, error: listError, refetch } = useContainers();
  const container = list?.find((c) => c.id === id || c.name === id) ?? list?.find((c) => c.id.startsWith(id));
  const detail = useQuery({ ...containerQuery(container?.id ?? id), enabled: container !== undefined });
  const name = container?.name;

  useEffect(() => {
    document.title = `${name ?? "Container"} · Harbourmaster`;
  }, [name]);

  if (!list && listError) {
    return (
      <ErrorState what="The container could not be read" error={listError} onRetry={() => void refetch()} />
    );
  }
  if (!list) {
    return (
      <header className={css.header} aria-busy="true">
        <Skeleton width={56} height={56} />
        <div className={css.title}>
          <Skeleton width={200} height={28} />
        </div>
      </header>
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
  const failed = detail.error && !(detail.error instanceof ApiError && detail.error.status === 404);
  return (
    <Tabs.Root
      className={css.page}
      value={tab}
      onValueChange={(next: ContainerTab) =>
        void navigate({
          search: { tab: next === "overview" ? undefined : next },
          replace: true,
          resetScroll: false,
        })
      }
    >
      <Link to="/" className={`${ui.link} ${css.back}`}>
        <Icon name="back" size={16} />
        Dashboard
      </Link>
      <Header container={container} />
      <Tabs.List className={css.tabs} aria-label="Details">
        {containerTabs.map((t) => (
          <Tabs.Tab key={t} value={t} className={css.tab}>
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
          <Logs key={container.id} container={container} />
        </Tabs.Panel>
        <Tabs.Panel value="terminal" className={css.panel}>
          <Terminal key={container.id} container={container} />
        </Tabs.Panel>
        <Tabs.Panel value="stats" className={css.panel}>
          <Stats key={container.id} container={container} />
        </Tabs.Panel>
        <Tabs.Panel value="inspect" className={css.panel}>
          <Inspect id={container.id} />
        </Tabs.Panel>
      </Suspense>
    </Tabs.Root>
  );
}
