import { Suspense, useEffect, useLayoutEffect, useRef, useState, useSyncExternalStore } from "react";
import { useContainers } from "../api/cache";
import type { Container } from "../api/types";
import { Icon } from "../components/icon";
import { EmptyState } from "../components/states";
import { type DockContainer, dockAsks, dockCovers } from "../lib/dock";
import { LogPanel, Terminal } from "../lib/heavy-parts";
import { useSelected, useStore } from "../lib/store";
import ui from "../styles/controls.module.css";
import css from "./dock.module.css";
import { DockAdd } from "./dock-add";
import { DockTabs } from "./dock-tabs";
import { Resizer } from "./resizer";
import { activateTab, type DockTab, dock, dockHeight, setDockMode, setLogs, take } from "./state";

const phone = matchMedia("(max-width: 760px)");
const watchPhone = (listener: () => void) => {
  phone.addEventListener("change", listener);
  return () => phone.removeEventListener("change", listener);
};

/** Height of the strip of tabs that is left when the dock is made small. */
const STRIP = 43;

/** The panel at the bottom that stays while one moves between pages: logs and terminals in tabs. */
export default function Dock() {
  const asks = useStore(dockAsks);
  const open = useSelected(dock, (d) => d.tabs.length > 0);
  useEffect(() => {
    if (asks.length === 0) return;
    dockAsks.set([]);
    for (const ask of asks) take(ask);
  }, [asks]);
  return open ? <OpenDock /> : null;
}

function OpenDock() {
  const { tabs, active, mode } = useStore(dock);
  const height = useStore(dockHeight);
  const onPhone = useSyncExternalStore(watchPhone, () => phone.matches);
  const [slot, setSlot] = useState<HTMLElement | null>(null);
  const covers = mode === "full" || (onPhone && mode === "open");

  useEffect(() => {
    dockCovers.set(covers);
    return () => dockCovers.set(false);
  }, [covers]);

  // The page ends above the dock, so that all of it can be scrolled to.
  useLayoutEffect(() => {
    const root = document.documentElement;
    root.style.setProperty("--dock", covers ? "0px" : `${mode === "small" ? STRIP : height}px`);
    return () => {
      root.style.removeProperty("--dock");
    };
  }, [covers, mode, height]);

  return (
    <section
      className={css.dock}
      aria-label="Dock"
      data-mode={mode}
      style={{ height: mode === "open" && !onPhone ? height : undefined }}
      onKeyDown={(event) => {
        const inside =
          event.target instanceof Element && event.target.closest(".xterm, [popover], input, dialog");
        if (event.key === "Escape" && mode === "full" && !inside && !event.defaultPrevented)
          setDockMode("open");
      }}
    >
      {mode === "open" && !onPhone && <Resizer />}
      <header className={css.head}>
        <DockTabs tabs={tabs} active={active} />
        <DockAdd />
        <div ref={setSlot} className={css.slot} hidden={mode === "small"} />
        <span className={css.buttons}>
          {!onPhone && mode !== "small" && (
            <button
              type="button"
              className={ui.icon}
              aria-label={mode === "full" ? "Leave full screen" : "Full screen"}
              title={mode === "full" ? "Leave full screen" : "Full screen"}
              onClick={() => setDockMode(mode === "full" ? "open" : "full")}
            >
              <Icon name={mode === "full" ? "shrink" : "grow"} size={17} />
            </button>
          )}
          <button
            type="button"
            className={ui.icon}
            aria-label={mode === "small" ? "Show the dock" : "Make the dock small"}
            aria-expanded={mode !== "small"}
            title={mode === "small" ? "Show" : "Make small"}
            onClick={() => setDockMode(mode === "small" ? "open" : "small")}
          >
            <Icon name={mode === "small" ? "up" : "down"} size={20} />
          </button>
        </span>
      </header>
      {tabs.map((tab) => (
        <DockPanel key={tab.key} tab={tab} active={tab.key === active && mode !== "small"} slot={slot} />
      ))}
    </section>
  );
}

/** By id, or what has taken its name since. */
const find = (list: readonly Container[], { id, name }: DockContainer) =>
  list.find((c) => c.id === id) ?? list.find((c) => c.name === name);

type PanelProps = { tab: DockTab; active: boolean; slot: HTMLElement | null };

/** What a tab shows. It begins when first looked at, and from then on it stays. */
function DockPanel({ tab, active, slot }: PanelProps) {
  const { data: list } = useContainers();
  const { focus } = useStore(dock);
  const [seen, setSeen] = useState(active);
  const box = useRef<HTMLDivElement>(null);
  const last = useRef<Container>(undefined);
  if (active && !seen) setSeen(true);

  // The keyboard moves into what was asked for: at once, so that no key is lost, or as soon as it is there.
  useLayoutEffect(() => {
    if (!active || focus === 0) return;
    let tries = 120;
    let frame = 0;
    const look = () => {
      const inside = box.current?.querySelector<HTMLElement>(".xterm-helper-textarea, [role=log]");
      if (inside) inside.focus({ preventScroll: true });
      else if (tries-- > 0) frame = requestAnimationFrame(look);
    };
    look();
    return () => cancelAnimationFrame(frame);
  }, [active, focus]);

  const body = () => {
    if (!list) return null;
    if (tab.kind === "terminal") {
      // A terminal stays with what it shows when its container has gone.
      const container = find(list, tab.container) ?? last.current;
      last.current = container;
      return container ? (
        <Terminal container={container} choice={tab.choice} docked />
      ) : (
        <Gone name={tab.container.name} />
      );
    }
    const containers = tab.containers.flatMap((c) => find(list, c) ?? []);
    if (containers.length === 0) return <Gone name={tab.containers.map((c) => c.name).join(", ")} />;
    return (
      <LogPanel
        containers={containers}
        active={active}
        slot={slot}
        onContainers={(names) => {
          setLogs(
            tab.key,
            names.flatMap((name) => list.find((c) => c.name === name) ?? []),
          );
          activateTab(tab.key);
        }}
      />
    );
  };
  return (
    <div ref={box} className={css.panel} hidden={!active}>
      {seen && <Suspense fallback={<p className={css.wait}>Opening…</p>}>{body()}</Suspense>}
    </div>
  );
}

const Gone = ({ name }: { name: string }) => (
  <EmptyState text={`There is no container “${name}” on this server any more.`} />
);
