import { Menu } from "@base-ui/react/menu";
import { Fragment, useRef } from "react";
import { useContainers, useEngine } from "../api/cache";
import type { Container } from "../api/types";
import { type Action, can } from "../lib/actions";
import { preloadPart } from "../lib/heavy-parts";
import { type MenuTarget, menuTarget } from "../lib/overlay";
import { selection, toggleSelected } from "../lib/selection";
import { useStore } from "../lib/store";
import { updatable } from "../lib/updatable";
import { useAct } from "../lib/use-act";
import css from "./action-menu.module.css";
import { Icon, type IconName } from "./icon";

type Entry = { action: Action; label: string; icon: IconName; key?: string; danger?: boolean };

const looks: Entry[] = [
  { action: "open", label: "Open web UI", icon: "open", key: "O" },
  { action: "logs", label: "Logs", icon: "log", key: "L" },
  { action: "terminal", label: "Terminal", icon: "terminal", key: "T" },
];
const changes: Entry[] = [
  { action: "update", label: "Review update", icon: "upload", key: "U" },
  { action: "start", label: "Start", icon: "play", key: "S" },
  { action: "restart", label: "Restart", icon: "restart", key: "R" },
  { action: "stop", label: "Stop", icon: "stop", key: "S" },
  { action: "pause", label: "Pause", icon: "pause" },
  { action: "unpause", label: "Resume", icon: "play" },
  { action: "kill", label: "End at once…", icon: "x" },
];
const last: Entry[] = [
  { action: "edit", label: "Edit settings", icon: "sliders", key: "E" },
  { action: "icon", label: "Icon…", icon: "picture" },
  { action: "rename", label: "Rename…", icon: "pen" },
  { action: "remove", label: "Remove…", icon: "trash", danger: true },
];

/** Start and Stop, Pause and Resume take turns; a web UI is listed when there is one. */
function visible(c: Container, { action }: Entry): boolean {
  if (action === "update") return updatable.get().has(c.id);
  const running = c.state === "running" || c.state === "restarting";
  if (action === "open") return Boolean(c.webUi);
  if (action === "start") return !running && c.state !== "paused";
  if (action === "stop" || action === "kill") return running || c.state === "paused";
  if (action === "restart" || action === "pause") return running;
  if (action === "unpause") return c.state === "paused";
  return true;
}

/** The one action menu. It moves to whatever asked for it. */
export default function ActionMenu({ target }: { target: MenuTarget }) {
  const { data = [] } = useContainers();
  const engine = useEngine();
  const act = useAct();
  const selected = useStore(selection);
  const toDock = useRef(false);
  const c = data.find((x) => x.id === target.id);
  if (!c) return null;
  const close = () => menuTarget.set(undefined);
  const at = target.at;
  const anchor = at
    ? { getBoundingClientRect: () => DOMRect.fromRect({ x: at.x, y: at.y, width: 0, height: 0 }) }
    : target.anchor;

  const item = (entry: Entry) => {
    const verdict = can(entry.action, c, engine);
    return (
      <Menu.Item
        key={entry.action}
        className={`${css.item}${entry.danger ? ` ${css.danger}` : ""}`}
        disabled={!verdict.ok}
        label={entry.label}
        onClick={() => {
          toDock.current = entry.action === "logs" || entry.action === "terminal";
          act(entry.action, c);
        }}
        onPointerEnter={() =>
          (entry.action === "logs" || entry.action === "terminal") && preloadPart(entry.action)
        }
      >
        <Icon name={entry.icon} size={17} />
        <span>
          {entry.label}
          {!verdict.ok && <small>{verdict.reason}</small>}
        </span>
        {entry.key && verdict.ok && <kbd>{entry.key}</kbd>}
      </Menu.Item>
    );
  };

  const blocks = [looks, changes, last]
    .map((b) => b.filter((e) => visible(c, e)))
    .filter((b) => b.length > 0);
  return (
    <Menu.Root open onOpenChange={(open) => !open && close()}>
      <Menu.Portal>
        <Menu.Positioner
          className={css.positioner}
          anchor={anchor}
          side="bottom"
          align={at ? "start" : "end"}
          sideOffset={at ? 2 : 6}
          collisionPadding={8}
        >
          <Menu.Popup
            className={css.menu}
            // The dock takes the keyboard itself.
            finalFocus={() => (toDock.current ? false : target.anchor)}
            aria-label={`Actions for ${c.name}`}
          >
            {blocks.map((block, i) => (
              <Fragment key={block[0]?.action}>
                {i > 0 && <Menu.Separator className={css.line} />}
                {block.map(item)}
                {i === 1 && (
                  <Menu.Item className={css.item} label="Select" onClick={() => toggleSelected(c.id)}>
                    <Icon name="check" size={17} />
                    <span>{selected.has(c.id) ? "Deselect" : "Select"}</span>
                    <kbd>Space</kbd>
                  </Menu.Item>
                )}
              </Fragment>
            ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
