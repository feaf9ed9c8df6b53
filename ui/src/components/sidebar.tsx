import { Link } from "@tanstack/react-router";
import { useHealth } from "../api/cache";
import { openOverlay } from "../lib/overlay";
import { Icon, type IconName, Mark } from "./icon";
import { Lamp } from "./lamp";
import css from "./sidebar.module.css";

const pages: { to: "/" | "/events" | "/images"; label: string; icon: IconName; heading?: string }[] = [
  { to: "/", label: "Dashboard", icon: "grid" },
  { to: "/events", label: "Events", icon: "clock" },
  { to: "/images", label: "Images", icon: "layers", heading: "Resources" },
];

export function Sidebar() {
  const health = useHealth();
  return (
    <nav className={css.side} aria-label="Main">
      <Link to="/" className={css.brand}>
        <Mark />
        <span>Harbourmaster</span>
      </Link>
      <div className={css.host}>
        <Lamp kind={!health ? "off" : health.engine.connected ? "run" : "bad"} />
        <p>
          <b>{health?.server?.hostname ?? "This server"}</b>
          <small>
            {!health ? "Connecting" : health.engine.connected ? "This server" : "Docker is not answering"}
          </small>
        </p>
      </div>
      {pages.map((page) => (
        <div key={page.to} className={css.item}>
          {page.heading && <p className={css.heading}>{page.heading}</p>}
          <Link
            to={page.to}
            className={css.link}
            activeOptions={{ exact: page.to === "/", includeSearch: false }}
            activeProps={{ "data-on": true, "aria-current": "page" }}
          >
            <Icon name={page.icon} />
            <span>{page.label}</span>
          </Link>
        </div>
      ))}
      <span className={css.space} />
      <button type="button" className={css.link} onClick={() => openOverlay({ kind: "help" })} data-desktop>
        <Icon name="keys" />
        <span>Keyboard</span>
        <kbd>?</kbd>
      </button>
      <button type="button" className={css.link} onClick={() => openOverlay({ kind: "more" })} data-phone>
        <Icon name="list" />
        <span>More</span>
      </button>
    </nav>
  );
}
