import { Link } from "@tanstack/react-router";
import { memo, type PointerEvent, useRef } from "react";
import type { Container } from "../api/types";
import { can, webUiAddress } from "../lib/actions";
import { shortImage, useNow } from "../lib/format";
import { menuTarget } from "../lib/overlay";
import { perform, usePending } from "../lib/perform";
import { selection, toggleSelected } from "../lib/selection";
import { isStopped, statusOf } from "../lib/status";
import { useSelected } from "../lib/store";
import ui from "../styles/controls.module.css";
import { AppIcon } from "./app-icon";
import { Icon } from "./icon";
import { Lamp } from "./lamp";
import { Meters } from "./meters";
import { NewerMark } from "./newer-mark";
import css from "./tile.module.css";

const LONG_PRESS_MS = 500;

/** Right click and long press open the shared menu at the pointer. */
export function useMenuGestures(id: string) {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const cancel = () => clearTimeout(timer.current);
  const open = (element: HTMLElement, x: number, y: number) => {
    const anchor = element.querySelector<HTMLElement>("[aria-haspopup=menu]") ?? element;
    // The menu key reports no point; the menu then hangs on its button.
    menuTarget.set({ id, anchor, at: x || y ? { x, y } : undefined });
  };
  return {
    onContextMenu: (event: React.MouseEvent<HTMLElement>) => {
      event.preventDefault();
      cancel();
      const keyboard = event.nativeEvent instanceof PointerEvent && event.nativeEvent.pointerType === "";
      open(event.currentTarget, keyboard ? 0 : event.clientX, keyboard ? 0 : event.clientY);
    },
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      if (event.pointerType !== "touch") return;
      const element = event.currentTarget;
      const { clientX, clientY } = event;
      timer.current = setTimeout(() => open(element, clientX, clientY), LONG_PRESS_MS);
    },
    onPointerUp: cancel,
    onPointerCancel: cancel,
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      if (event.pointerType === "touch" && Math.hypot(event.movementX, event.movementY) > 4) cancel();
    },
  };
}

export function MenuButton({ container }: { container: Container }) {
  return (
    <button
      type="button"
      className={ui.icon}
      aria-haspopup="menu"
      aria-label={`Actions for ${container.name}`}
      onClick={(e) => menuTarget.set({ id: container.id, anchor: e.currentTarget })}
    >
      <Icon name="more" />
    </button>
  );
}

export function OpenLink({ container }: { container: Container }) {
  const url = can("open", container, undefined).ok ? webUiAddress(container, location.hostname) : undefined;
  if (!url) return null;
  return (
    <a
      className={`${ui.icon} ${css.open}`}
      href={url}
      target="_blank"
      rel="noopener noreferrer"
      aria-label={`Open ${container.name}`}
      title="Open web UI"
    >
      <Icon name="open" size={17} />
    </a>
  );
}

export function SelectBox({ container }: { container: Container }) {
  const checked = useSelected(selection, (s) => s.has(container.id));
  return (
    <input
      type="checkbox"
      className={css.box}
      checked={checked}
      aria-label={`Select ${container.name}`}
      onChange={() => toggleSelected(container.id)}
    />
  );
}

/** Host ports, each once: an IPv4 and an IPv6 binding of the same port are one port to a person. */
export function publishedPorts(c: Container): number[] {
  return [...new Set(c.ports.flatMap((p) => (p.host ? [p.host] : [])))].sort((a, b) => a - b);
}

export const Tile = memo(function Tile({ container: c, inert }: { container: Container; inert: boolean }) {
  const now = useNow();
  const asked = usePending(c.id);
  const selected = useSelected(selection, (s) => s.has(c.id));
  const status = statusOf(c, now, asked);
  const stopped = isStopped(c) && !asked;
  const gestures = useMenuGestures(c.id);
  return (
    <li
      className={css.tile}
      data-lamp={status.lamp}
      data-off={stopped || c.state === "paused" || undefined}
      data-selected={selected || undefined}
      data-stale={inert || undefined}
      {...gestures}
    >
      <div className={css.head}>
        <span className={css.icon}>
          <AppIcon container={c} off={stopped && status.lamp !== "bad"} />
          <SelectBox container={c} />
          <NewerMark id={c.id} />
        </span>
        <div className={css.title}>
          <Link
            to="/containers/$id"
            params={{ id: c.name }}
            className={css.name}
            title={c.name}
            data-container={c.id}
          >
            {c.name}
          </Link>
          <span className={css.status}>
            <Lamp kind={status.lamp} />
            <b>{status.word}</b>
            <span title={status.note}>{status.note}</span>
          </span>
        </div>
        <span className={css.actions}>
          <OpenLink container={c} />
          <MenuButton container={c} />
        </span>
      </div>
      {stopped ? (
        <div className={css.foot}>
          <button
            type="button"
            className={css.start}
            aria-label={`Start ${c.name}`}
            disabled={inert || !can("start", c, undefined).ok}
            onClick={() => void perform("start", c)}
          >
            <Icon name="play" size={14} />
            Start
          </button>
          <span className={css.image} title={c.image}>
            {shortImage(c.image)}
          </span>
        </div>
      ) : (
        <Meters id={c.id} />
      )}
    </li>
  );
});
