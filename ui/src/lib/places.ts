import type { IconName } from "../components/icon";

export type Place = {
  to: "/" | "/events" | "/images" | "/volumes" | "/networks" | "/settings";
  label: string;
  /** For the palette. */
  note: string;
  icon: IconName;
  heading?: string;
  /** Has room in the bar of a phone; the others are under More. */
  phone?: true;
  /** At the foot of the navigation. */
  last?: true;
};

/** The pages of the navigation, in its order. Sidebar, phone bar, More and palette read it. */
export const places: readonly Place[] = [
  { to: "/", label: "Dashboard", note: "All containers", icon: "grid", phone: true },
  { to: "/events", label: "Events", note: "Timeline and audit", icon: "clock", phone: true },
  {
    to: "/images",
    label: "Images",
    note: "List and pull",
    icon: "layers",
    heading: "Resources",
    phone: true,
  },
  { to: "/volumes", label: "Volumes", note: "Data of containers", icon: "disk" },
  { to: "/networks", label: "Networks", note: "Who reaches whom", icon: "net" },
  { to: "/settings", label: "Settings", note: "Account, appearance, storage", icon: "gear", last: true },
];
