import { Link } from "@tanstack/react-router";
import { memo } from "react";
import type { AppCard as Card } from "../api/store";
import { Icon } from "../components/icon";
import ui from "../styles/controls.module.css";
import css from "./cards.module.css";
import { StoreGlyph } from "./store-glyph";
import { StoreIcon } from "./store-icon";
import { categoryWord } from "./words";

/** An app in the list. All of it leads to the app; its name and the button say so. */
export const AppCard = memo(function AppCard({ app, open }: { app: Card; open: boolean }) {
  const to = {
    from: "/store",
    to: "/store/$store/$slug",
    params: { store: app.store, slug: app.slug },
    search: (s: object) => ({ ...s, install: undefined, operation: undefined, edit: undefined }),
    resetScroll: false,
  } as const;
  const note = app.fits === "no" ? "Not for this processor" : app.stale ? "Expired" : undefined;
  return (
    <li className={css.card} data-on={open || undefined}>
      <StoreIcon name={app.name} icon={app.icon} />
      <div>
        <h3>
          <Link {...to} data-app={`${app.store}/${app.slug}`} aria-current={open || undefined}>
            {app.name}
          </Link>
          <span title={`Signed by ${app.publisher.name}`}>
            <StoreGlyph name="seal" size={16} />
            <span className="vh">, signed by {app.publisher.name}</span>
          </span>
        </h3>
        <small>{app.categories.map(categoryWord).join(" · ")}</small>
      </div>
      {app.installed > 0 ? (
        <span className={css.installed}>
          <Icon name="check" size={16} />
          Installed
        </span>
      ) : note ? (
        <small className={css.note}>{note}</small>
      ) : (
        <Link {...to} className={ui.quiet} aria-label={`Install ${app.name}`}>
          Install
        </Link>
      )}
      <p>{app.description}</p>
    </li>
  );
});
