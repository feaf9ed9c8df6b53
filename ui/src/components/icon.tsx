/** Line icons on a 24 grid, drawn for this product. Decorative: the control around one carries the name. */
const paths = {
  grid: "M4 4h7v7H4zM13 4h7v4h-7zM13 11h7v9h-7zM4 14h7v6H4z",
  clock: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM12 7.5V12l3 2",
  layers: "m12 3.5 8.5 4.5-8.5 4.5L3.5 8ZM4 12.2l8 4.3 8-4.3M4 16.2l8 4.3 8-4.3",
  disk: "M4 13.5h16v6H4zM4 13.5 6.5 5h11L20 13.5M16.5 16.5h.01",
  net: "M12 3.5v5M12 15.5v5M5 20.5h14M9 8.5h6v7H9z",
  box: "M4 7.5 12 3.5l8 4v9l-8 4-8-4zM4 7.5l8 4 8-4M12 11.5v9",
  search: "M10.5 4.5a6 6 0 1 0 0 12 6 6 0 0 0 0-12ZM15 15l5 5",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM12 3v1.8M12 19.2V21M3 12h1.8M19.2 12H21M5.6 5.6l1.3 1.3M17.1 17.1l1.3 1.3M18.4 5.6l-1.3 1.3M6.9 17.1l-1.3 1.3",
  moon: "M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10Z",
  screen: "M3.5 5h17v11h-17zM9 20h6M12 16v4",
  open: "M13.5 5H19v5.5M19 5l-8.5 8.5M10 6H5v13h13v-5",
  more: "M6 12h.01M12 12h.01M18 12h.01",
  down: "m8 10 4 4 4-4",
  up: "m8 14 4-4 4 4",
  right: "m10 7 5 5-5 5",
  columns: "M4 5h16v14H4zM12 5v14",
  grow: "M14 5h5v5M19 5l-6 6M10 19H5v-5M5 19l6-6",
  shrink: "M13 6v5h5M13 11l6-6M11 18v-5H6M11 13l-6 6",
  plus: "M12 5v14M5 12h14",
  list: "M5 6.5h14M5 12h14M5 17.5h14",
  store: "M4 9.5 5.5 4h13L20 9.5M4 9.5h16M5 9.5V20h14V9.5M9.5 20v-6h5v6",
  tiles: "M4.5 4.5h6v6h-6zM13.5 4.5h6v6h-6zM4.5 13.5h6v6h-6zM13.5 13.5h6v6h-6z",
  log: "M4.5 4.5h15v15h-15zM8 9h8M8 12.5h8M8 16h4.5",
  restart: "M5 12a7 7 0 1 1 2.2 5.1M5 18.5V14h4.5",
  terminal: "M4 5h16v14H4zM7.5 9.5l3 2.5-3 2.5M13 15h3.5",
  stop: "M7 7h10v10H7z",
  play: "M8 5.5v13l10-6.5z",
  pause: "M8.5 6v12M15.5 6v12",
  check: "m5 12.5 4.5 4.5L19 7.5",
  x: "M6 6l12 12M18 6 6 18",
  warn: "M12 4 3.5 19h17ZM12 10v4M12 16.5h.01",
  eye: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12ZM12 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5Z",
  folder: "M3.5 6h6l2 2.5h9V19h-17z",
  arrow: "M5 12h13M13 6.5 18.5 12 13 17.5",
  back: "M19 12H6M11 6.5 5.5 12l5.5 5.5",
  download: "M12 4v11M6.5 10 12 15.5 17.5 10M5 20h14",
  end: "M12 4v11M6.5 10 12 15.5 17.5 10M6 20h12",
  filter: "M4 6h16M7 12h10M10 18h4",
  sort: "M8 5v14M4.5 15.5 8 19l3.5-3.5M16 19V5M12.5 8.5 16 5l3.5 3.5",
  trash: "M5 7h14M10 7V4.5h4V7M7 7l1 13h8l1-13M10.5 11v5.5M13.5 11v5.5",
  copy: "M9 9h10.5v10.5H9zM15 9V4.5H4.5V15H9",
  pen: "M5 19l1-4.5L16 4.5l3.5 3.5L9.5 18zM14 6.5l3.5 3.5",
  keys: "M3.5 6.5h17v11h-17zM7 10h.01M10.5 10h.01M14 10h.01M17 10h.01M8 14h8",
  out: "M10 5H5v14h5M14 8l4 4-4 4M18 12H9",
  info: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM12 11v5.5M12 7.7h.01",
  wave: "M3 9c2-2 4-2 6 0s4 2 6 0 4-2 6 0M3 15c2-2 4-2 6 0s4 2 6 0 4-2 6 0",
  heart: "M4 12h4l2-5 4 10 2-5h4",
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3M12 14.5v2",
  key: "M14.5 4.5a5 5 0 1 0 0 10 5 5 0 0 0 0-10ZM11 13l-7 7M7 17l2.5 2.5M15.5 8.5h.01",
  sliders: "M4 7h9M17 7h3M15 4.5v5M4 17h3M11 17h9M9 14.5v5",
  picture: "M4 5h16v14H4zM4 16l4.5-4.5 4 4 2.5-2.5 5 5M15.5 9h.01",
  upload: "M12 15V4M6.5 9.5 12 4l5.5 5.5M5 20h14",
  gear: "M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6ZM12 3.5v2.6M12 17.9v2.6M3.5 12h2.6M17.9 12h2.6M6 6l1.8 1.8M16.2 16.2 18 18M18 6l-1.8 1.8M7.8 16.2 6 18",
  shield: "M12 3.5 5 6v6c0 4 3 7 7 8.5 4-1.5 7-4.5 7-8.5V6zM12 9v4M12 15.5h.01",
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <svg className="ic" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
      <path d={paths[name]} strokeWidth={name === "more" ? 2.6 : undefined} />
    </svg>
  );
}

/** Plimsoll's ring: the mark of the product. */
export function Mark({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 28 28" aria-hidden="true">
      <circle cx="14" cy="14" r="8.2" fill="none" stroke="currentColor" strokeWidth="2.6" />
      <path d="M1.5 14h25" stroke="currentColor" strokeWidth="2.6" strokeLinecap="round" />
    </svg>
  );
}
