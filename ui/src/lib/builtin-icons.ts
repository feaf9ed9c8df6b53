/**
 * Pictures for containers, drawn for this product in the manner of its line icons: a stroke on a 24 grid over a
 * plain ground. They show what an app is for; there are no logos among them.
 */
export type Builtin = { label: string; ground: string; d: string };

const icons = {
  film: {
    label: "Films",
    ground: "#5B3FA8",
    d: "M4 5h16v14H4zM8 5v14M16 5v14M4 9.5h4M4 14.5h4M16 9.5h4M16 14.5h4",
  },
  tv: { label: "Television", ground: "#31508F", d: "M3.5 7.5h17v11h-17zM8.5 3.5l3.5 4 3.5-4M9 21h6" },
  music: {
    label: "Music",
    ground: "#A23A6B",
    d: "M9 17.5V6l10-2v11.5M9 17.5a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0ZM19 15.5a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0ZM9 9.5l10-2",
  },
  podcast: {
    label: "Podcasts",
    ground: "#7A3E94",
    d: "M12 3.5a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0v-5a3 3 0 0 0-3-3ZM6 11a6 6 0 0 0 12 0M12 17v3.5M8.5 20.5h7",
  },
  book: {
    label: "Books",
    ground: "#8A5416",
    d: "M12 6.5C10 5 7 4.7 3.5 5v13c3.5-.3 6.5 0 8.5 1.5 2-1.5 5-1.8 8.5-1.5V5C17 4.7 14 5 12 6.5ZM12 6.5v13",
  },
  photo: {
    label: "Photos",
    ground: "#0E6E5C",
    d: "M3.5 5.5h17v13h-17zM3.5 15.5l5-5 4.5 4.5 2.5-2.5 5 4.5M15.5 9.2h.01",
  },
  camera: {
    label: "Cameras",
    ground: "#3D4B8F",
    d: "M4 8h3.5L9 5.5h6L16.5 8H20v11H4zM12 10a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7Z",
  },
  game: {
    label: "Games",
    ground: "#93402F",
    d: "M7.5 7.5h9a4.5 4.5 0 0 1 4.4 5.4l-.7 3.2a2.4 2.4 0 0 1-4.2 1L14.5 15h-5l-1.5 2.1a2.4 2.4 0 0 1-4.2-1l-.7-3.2a4.5 4.5 0 0 1 4.4-5.4ZM8.5 9.8v3M7 11.3h3M15.5 10.3h.01M17 12.3h.01",
  },
  download: { label: "Downloads", ground: "#1F5FA8", d: "M12 4v11M6.5 10 12 15.5 17.5 10M5 20h14" },
  cloud: {
    label: "Cloud",
    ground: "#21709B",
    d: "M7 18.5a4 4 0 0 1-.5-7.95 5.5 5.5 0 0 1 10.7-.8A4.4 4.4 0 0 1 17 18.5Z",
  },
  folder: { label: "Files", ground: "#6B5A16", d: "M3.5 6h6l2 2.5h9V19h-17zM3.5 12h17" },
  backup: {
    label: "Backups",
    ground: "#2C6A35",
    d: "M4.5 12a7.5 7.5 0 1 1 2.3 5.4M4.5 19.5v-4.7h4.7M12 8v4.2l2.8 1.8",
  },
  home: { label: "Home", ground: "#0F7392", d: "M4 11.5 12 4.5l8 7M6 10v9.5h12V10M10 19.5v-5.5h4v5.5" },
  light: {
    label: "Lights",
    ground: "#8A6A0C",
    d: "M9 17.5h6M9.8 20.5h4.4M12 3.5a6 6 0 0 0-3.5 10.9c.5.4.7.9.7 1.5h5.6c0-.6.2-1.1.7-1.5A6 6 0 0 0 12 3.5Z",
  },
  sensor: {
    label: "Sensors",
    ground: "#A0472A",
    d: "M12 3.5a2 2 0 0 0-2 2v8.2a4 4 0 1 0 4 0V5.5a2 2 0 0 0-2-2ZM12 9v7.5",
  },
  database: {
    label: "Database",
    ground: "#2E5480",
    d: "M12 4c4 0 7 1.2 7 2.8S16 9.5 12 9.5 5 8.3 5 6.8 8 4 12 4ZM5 6.8v10.4C5 18.8 8 20 12 20s7-1.2 7-2.8V6.8M5 12c0 1.6 3 2.8 7 2.8s7-1.2 7-2.8",
  },
  shield: {
    label: "Security",
    ground: "#1D4D9E",
    d: "M12 3.5 5 6v6c0 4 3 7 7 8.5 4-1.5 7-4.5 7-8.5V6zM8.8 12l2.4 2.4 4.2-4.6",
  },
  key: {
    label: "Passwords",
    ground: "#54467A",
    d: "M14.5 4.5a5 5 0 1 0 0 10 5 5 0 0 0 0-10ZM11 13l-7 7M7 17l2.5 2.5M15.5 8.5h.01",
  },
  globe: {
    label: "Web",
    ground: "#136A6E",
    d: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM3.5 12h17M12 3.5c2.5 2.5 3.5 5.5 3.5 8.5s-1 6-3.5 8.5c-2.5-2.5-3.5-5.5-3.5-8.5s1-6 3.5-8.5Z",
  },
  network: { label: "Network", ground: "#3F5560", d: "M12 3.5v5M12 15.5v5M5 20.5h14M9 8.5h6v7H9z" },
  mail: { label: "Mail", ground: "#9A3F52", d: "M3.5 6h17v12.5h-17zM3.5 7.5l8.5 6 8.5-6" },
  chat: { label: "Chat", ground: "#2F6F4F", d: "M4 5h16v11.5h-8l-4.5 3.5v-3.5H4zM8 9.3h8M8 12.5h5" },
  calendar: {
    label: "Calendar",
    ground: "#A04136",
    d: "M4 6h16v13.5H4zM4 10.5h16M8.5 3.5V8M15.5 3.5V8M8 14h.01M12 14h.01M16 14h.01",
  },
  note: { label: "Notes", ground: "#75601A", d: "M6 4h8.5L18.5 8v12H6zM14 4v4.5h4.5M9 12.5h6.5M9 16h4.5" },
  chart: { label: "Statistics", ground: "#1E6C8C", d: "M4.5 4.5v15h15M8 15.5l3.5-4.5 3 2.5 4.5-6" },
  code: {
    label: "Code",
    ground: "#45505C",
    d: "M9 7.5 4.5 12 9 16.5M15 7.5l4.5 4.5-4.5 4.5M13.3 5.5l-2.6 13",
  },
  kitchen: {
    label: "Recipes",
    ground: "#8D4A1C",
    d: "M7 4v6.5M4.5 4v4a2.5 2.5 0 0 0 5 0V4M7 10.5V20M17 13V20M17 4c-2 1-3 3.5-3 6s1 3 3 3z",
  },
  bell: { label: "Messages", ground: "#87570A", d: "M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 1.5h-15zM10 20.5h4" },
} as const satisfies Record<string, Builtin>;

export type BuiltinName = keyof typeof icons;
export const builtinNames = Object.keys(icons) as BuiltinName[];

/** Undefined for a word this version does not know: another version may have drawn more. */
export const builtin = (name: string): Builtin | undefined =>
  Object.hasOwn(icons, name) ? icons[name as BuiltinName] : undefined;
