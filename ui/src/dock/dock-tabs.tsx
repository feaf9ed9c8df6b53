import { useContainers } from "../api/cache";
import { Icon } from "../components/icon";
import { Lamp } from "../components/lamp";
import { useNow } from "../lib/format";
import { statusOf } from "../lib/status";
import css from "./dock.module.css";
import { activateTab, closeTab, type DockTab } from "./state";

function titleOf(tab: DockTab): { name: string; what: string } {
  if (tab.kind === "logs") {
    const name = tab.containers.map((c) => c.name).join(" · ");
    return { name, what: `Log of ${name}` };
  }
  const { name } = tab.container;
  return { name: tab.choice.user ? `${tab.choice.user}@${name}` : name, what: `Terminal in ${name}` };
}

/** The tabs, each with its way out. Left and right move between them, Delete closes one. */
export function DockTabs({ tabs, active }: { tabs: readonly DockTab[]; active: string | undefined }) {
  const { data: list = [] } = useContainers();
  const now = useNow();
  return (
    <ul className={css.tabs} aria-label="Open in the dock">
      {tabs.map((tab) => {
        const { name, what } = titleOf(tab);
        const first = tab.kind === "logs" ? tab.containers[0] : tab.container;
        const container = list.find((c) => c.id === first?.id) ?? list.find((c) => c.name === first?.name);
        return (
          <li key={tab.key} data-on={tab.key === active || undefined}>
            <button
              type="button"
              aria-current={tab.key === active ? "true" : undefined}
              aria-label={what}
              title={what}
              onClick={() => activateTab(tab.key)}
              onAuxClick={(e) => e.button === 1 && closeTab(tab.key)}
              onKeyDown={(e) => {
                const row = e.currentTarget.closest("ul");
                if (e.key === "Delete") closeTab(tab.key);
                if (e.key !== "ArrowLeft" && e.key !== "ArrowRight") return;
                const buttons = [...(row?.querySelectorAll<HTMLElement>("li > button:first-child") ?? [])];
                const at = buttons.indexOf(e.currentTarget);
                buttons[(at + (e.key === "ArrowLeft" ? -1 : 1) + buttons.length) % buttons.length]?.focus();
              }}
            >
              <Icon name={tab.kind === "logs" ? "log" : "terminal"} size={15} />
              {container && <Lamp kind={statusOf(container, now).lamp} />}
              <span>{name}</span>
            </button>
            <button
              type="button"
              className={css.close}
              aria-label={`Close: ${what}`}
              title="Close"
              onClick={() => closeTab(tab.key)}
            >
              <Icon name="x" size={14} />
            </button>
          </li>
        );
      })}
    </ul>
  );
}
