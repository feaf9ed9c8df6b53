import { Link } from "@tanstack/react-router";
import { closeOverlay } from "../lib/overlay";
import { places } from "../lib/places";
import { AccountPanel } from "./account-panel";
import panel from "./account-panel.module.css";
import { Dialog } from "./dialog";
import { Icon } from "./icon";

/** On a phone: the pages the bar has no room for, and the account. */
export function MoreSheet() {
  return (
    <Dialog title="More" onClose={closeOverlay}>
      <nav aria-label="More pages" className={panel.pages}>
        {places
          .filter((p) => !p.phone && !p.last)
          .map((p) => (
            <Link key={p.to} to={p.to} className={panel.row} onClick={closeOverlay}>
              <Icon name={p.icon} />
              <span>{p.label}</span>
            </Link>
          ))}
      </nav>
      <AccountPanel onDone={closeOverlay} />
    </Dialog>
  );
}
