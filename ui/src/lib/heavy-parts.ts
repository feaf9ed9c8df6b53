import { partOnUse } from "./part";

/** Logs and terminals are large: they come when somebody wants them, on a page or in the dock, and not before. */
const logs = partOnUse(() => import("../logs/log-panel").then((m) => m.default));
const terminal = partOnUse(() => import("../components/container-terminal").then((m) => m.default));
const dock = partOnUse(() => import("../dock/dock").then((m) => m.default));

export const LogPanel = logs.Part;
export const Terminal = terminal.Part;
export const Dock = dock.Part;

/** For a pointer that rests on what opens one of them. A failure shows when it is really wanted. */
export function preloadPart(what: "logs" | "terminal"): void {
  const parts = what === "logs" ? [dock, logs] : [dock, terminal];
  for (const part of parts) part.preload().catch(() => undefined);
  if (what === "terminal") import("./terminal-session").catch(() => undefined);
}
