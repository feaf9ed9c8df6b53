import { Link } from "@tanstack/react-router";
import { useHealth } from "../api/cache";
import { openOverlay } from "../lib/overlay";
import { type Place, places } from "../lib/places";
import { useStore } from "../lib/store";
import { updatable } from "../lib/updatable";
import { Icon, Mark } from "./icon";
import { Lamp } from "./lamp";
import css from "./sidebar.module.css";

function Ready() {
  const { size } = useStore(updatable);
  return size > 0 && <small className={css.ready}>{size}</small>;
}

function Item({ place }: { place: Place }) {
  return (
    <div className={css.item} data-desktop={!place.phone || undefined}>
      {place.heading && <p className={css.heading}>{place.heading}</p>}
      <Link
        to={place.to}
        className={css.link}
        activeOptions={{ exact: place.to === "/", includeSearch: false }}
        activeProps={{ "data-on": true, "aria-current": "page" }}
      >
        <Icon name={place.icon} />
        <span>{place.label}</span>
        {place.to === "/updates" && <Ready />}
      </Link>
    </div>
  );
}

/** The way to every page. On a phone it is a bar at the bottom, and what has no room there is under More. */
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
      {places
        .filter((p) => !p.last)
        .map((p) => (
          <Item key={p.to} place={p} />
        ))}
      <span className={css.space} />
      <button type="button" className={css.link} onClick={() => openOverlay({ kind: "help" })} data-desktop>
        <Icon name="keys" />
        <span>Keyboard</span>
        <kbd>?</kbd>
      </button>
      {places
        .filter((p) => p.last)
        .map((p) => (
          <Item key={p.to} place={p} />
        ))}
      <button type="button" className={css.link} onClick={() => openOverlay({ kind: "more" })} data-phone>
        <Icon name="list" />
        <span>More</span>
      </button>
    </nav>
  );
}
