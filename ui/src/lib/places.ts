import type { IconName } from "../components/icon";

export type Place = {
  to: "/" | "/store" | "/updates" | "/events" | "/images" | "/volumes" | "/networks" | "/settings";
  label: string;
  icon: IconName;
  heading?: string;
  /** Has room in the bar of a phone; the others are under More. */
  phone?: true;
  /** At the foot of the navigation. */
  last?: true;
};

/** The pages of the navigation, in its order. Sidebar, phone bar, More and palette read it. */
export const places: readonly Place[] = [
  { to: "/", label: "Dashboard", icon: "grid", phone: true },
  { to: "/store", label: "Store", icon: "store", phone: true },
  { to: "/updates", label: "Updates", icon: "upload", phone: true },
  { to: "/events", label: "Events", icon: "clock", phone: true },
  { to: "/images", label: "Images", icon: "layers", heading: "Resources" },
  { to: "/volumes", label: "Volumes", icon: "disk" },
  { to: "/networks", label: "Networks", icon: "net" },
  { to: "/settings", label: "Settings", icon: "gear", last: true },
];
