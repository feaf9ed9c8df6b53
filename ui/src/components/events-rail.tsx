import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { activityQuery } from "../api/cache";
import ui from "../styles/controls.module.css";
import css from "./events-rail.module.css";
import { Icon } from "./icon";
import { Timeline } from "./timeline";

export function EventsRail() {
  const { data = [] } = useQuery(activityQuery);
  return (
    <aside className={css.rail} aria-label="Events">
      <header>
        <h2>Events</h2>
        <Link to="/events" className={ui.link}>
          All events <Icon name="arrow" size={15} />
        </Link>
      </header>
      {data.length > 0 ? (
        <Timeline activities={data.slice(0, 40)} />
      ) : (
        <p className={css.none}>What happens to your containers shows here.</p>
      )}
    </aside>
  );
}
