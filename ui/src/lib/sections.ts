import type { IconName } from "../components/icon";

/** The sections of the settings: their place in the address, and what the palette finds them by. */
export const sections = [
  { name: "account", label: "Account", note: "Password and sessions", icon: "key" },
  { name: "appearance", label: "Appearance", note: "Theme and shortcuts", icon: "sun" },
  { name: "updates", label: "Updates", note: "Schedule, minimum age, versions kept", icon: "upload" },
  { name: "storage", label: "Storage", note: "App data and history", icon: "folder" },
  { name: "stores", label: "Stores", note: "Where apps come from, keys and peers", icon: "store" },
  { name: "about", label: "About", note: "Versions and licences", icon: "info" },
] as const satisfies readonly { name: string; label: string; note: string; icon: IconName }[];

export type Section = (typeof sections)[number]["name"];
export const sectionNames = sections.map((s) => s.name);
