import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import { imagesQuery, useContainers, useEngine } from "../api/cache";
import { networksQuery, volumesQuery } from "../api/resources";
import { suggestedApps } from "../api/store";
import { useNow } from "../lib/format";
import { closeOverlay, openOverlay } from "../lib/overlay";
import { type PaletteItem, paletteItems } from "../lib/palette-items";
import { noteChoice, recentChoices } from "../lib/recent-choices";
import { useStore } from "../lib/store";
import { chooseTheme } from "../lib/theme";
import { updatable } from "../lib/updatable";
import { useAct } from "../lib/use-act";
import { AppIcon } from "./app-icon";
import { Dialog } from "./dialog";
import { Icon } from "./icon";
import css from "./palette.module.css";

/** Search over containers, what can be done with them, images, volumes, networks and pages. A combobox: focus stays in the field. */
export function Palette() {
  const { data = [] } = useContainers();
  const engine = useEngine();
  const ready = useStore(updatable);
  const now = useNow();
  const navigate = useNavigate();
  const act = useAct();
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const list = useId();
  const ul = useRef<HTMLDivElement>(null);
  const [recent] = useState(recentChoices);
  const { data: images = [] } = useQuery(imagesQuery);
  const { data: volumes = [] } = useQuery(volumesQuery);
  const { data: networks = [] } = useQuery(networksQuery);
  const { data: apps = [] } = useQuery(suggestedApps(query.trim()));
  const items = useMemo(
    () =>
      paletteItems(
        query,
        { containers: data, images, volumes, networks, apps, updatable: ready, engine, now },
        recent,
      ),
    [query, data, images, volumes, networks, apps, ready, engine, now, recent],
  );
  const current = Math.min(at, items.length - 1);

  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when another entry becomes the current one
  useEffect(() => {
    ul.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [current, items]);

  const choose = (item: PaletteItem | undefined, openWeb: boolean) => {
    if (!item) return;
    const { does } = item;
    const web = openWeb && "container" in does && does.container.webUi;
    if (item.off && !web) return;
    noteChoice(item.key);
    closeOverlay();
    // What it opens may be an overlay too, so it comes after the palette has closed.
    queueMicrotask(() => {
      if (web) return act("open", does.container);
      switch (does.kind) {
        case "container":
          return void navigate({ to: "/containers/$id", params: { id: does.container.name } });
        case "action":
          return act(does.action, does.container);
        case "section":
          return void navigate({ to: "/settings/$section", params: { section: does.section } });
        case "app":
          return void navigate({
            to: "/store/$store/$slug",
            params: { store: does.store, slug: does.slug },
          });
        case "theme":
          return chooseTheme(does.theme);
        case "help":
          return openOverlay({ kind: "help" });
        case "go": {
          const { kind: _, to, ...search } = does;
          return void navigate({ to, search });
        }
      }
    });
  };

  const onKey = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (step && items.length > 0) {
      event.preventDefault();
      setAt(
        Math.abs(step) === 1
          ? (current + step + items.length) % items.length
          : Math.min(items.length - 1, Math.max(0, current + step)),
      );
    } else if (event.key === "Enter" && !event.nativeEvent.isComposing) {
      event.preventDefault();
      choose(items[current], event.ctrlKey || event.metaKey);
    }
  };

  return (
    <Dialog bare title="" label="Command palette" onClose={closeOverlay}>
      <div className={css.palette}>
        <div className={css.field}>
          <Icon name="search" size={20} />
          <input
            role="combobox"
            aria-label="Search"
            aria-expanded="true"
            aria-controls={list}
            aria-activedescendant={items.length > 0 ? `${list}-${current}` : undefined}
            aria-autocomplete="list"
            placeholder="Search containers, pages and actions"
            autoComplete="off"
            spellCheck={false}
            value={query}
            onChange={(e) => {
              setQuery(e.target.value);
              setAt(0);
            }}
            onKeyDown={onKey}
          />
          <kbd>Esc</kbd>
        </div>
        <div ref={ul} id={list} role="listbox" aria-label="Results" className={css.list}>
          {items.map((item, i) => [
            item.group !== items[i - 1]?.group && (
              <p key={item.group} role="presentation" className={css.group}>
                {item.group}
              </p>
            ),
            // biome-ignore lint/a11y/useKeyWithClickEvents: keys are handled in the field, which keeps focus
            // biome-ignore lint/a11y/useFocusableInteractive: the field points at the current option
            <div
              key={item.key}
              id={`${list}-${i}`}
              role="option"
              aria-selected={i === current}
              aria-disabled={item.off !== undefined || undefined}
              className={css.option}
              onPointerMove={() => setAt(i)}
              onClick={(e) => choose(item, e.ctrlKey || e.metaKey)}
            >
              {item.does.kind === "container" ? (
                <AppIcon container={item.does.container} size={28} />
              ) : (
                <Icon name={item.icon} />
              )}
              <span>
                <b>{item.label}</b>
                {item.note}
              </span>
              {i === current && (item.off ? <Icon name="lock" size={16} /> : <kbd>Enter</kbd>)}
            </div>,
          ])}
        </div>
        {items.length === 0 && <p className={css.none}>Nothing matches “{query}”.</p>}
        <p className="vh" role="status">
          {items.length} results{items[current]?.off && `. ${items[current]?.label}: ${items[current]?.off}`}
        </p>
        <footer aria-hidden="true">
          <span>
            <kbd>↑</kbd>
            <kbd>↓</kbd> move
          </span>
          <span>
            <kbd>Enter</kbd> open
          </span>
          <span>
            <kbd>Ctrl</kbd>
            <kbd>Enter</kbd> open web UI
          </span>
        </footer>
      </div>
    </Dialog>
  );
}
