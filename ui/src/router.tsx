import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from "@tanstack/react-router";
import { healthQuery, queryClient } from "./api/cache";
import { sessionState } from "./api/session";
import { NotFound, PageError } from "./components/page-error";
import { Shell } from "./components/shell";
import { type Sort, type StateFilter, sorts, stateFilters } from "./lib/arrange";
import { type Actor, actors, type EventKind, eventKinds } from "./lib/event-kinds";
import { followHistory } from "./lib/progressive";
import { Dashboard } from "./pages/dashboard";

const oneOf = <T extends string>(values: readonly T[], value: unknown): T | undefined =>
  values.find((v) => v === value);
const text = (value: unknown) =>
  typeof value === "string" || typeof value === "number" ? String(value) || undefined : undefined;

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound });

/** Everything that needs a session. Whether a kept proof still holds shows with the first request. */
const app = createRoute({
  getParentRoute: () => root,
  id: "app",
  component: Shell,
  beforeLoad: async ({ location }) => {
    if (sessionState.get() !== "none") return;
    const health = await queryClient.ensureQueryData(healthQuery).catch(() => undefined);
    if (health?.setupNeeded) throw redirect({ to: "/setup" });
    const next = location.href === "/" ? undefined : location.href;
    throw redirect({ to: "/login", search: { next } });
  },
});

export type DashboardSearch = { q?: string; state?: StateFilter; sort?: Sort; view?: "list" };
const dashboard = createRoute({
  getParentRoute: () => app,
  path: "/",
  component: Dashboard,
  validateSearch: (s: Record<string, unknown>): DashboardSearch => ({
    q: text(s.q),
    state: oneOf(stateFilters, s.state),
    sort: oneOf(sorts, s.sort),
    view: oneOf(["list"] as const, s.view),
  }),
});

export const containerTabs = ["overview", "logs", "terminal", "stats", "inspect"] as const;
export const statsRanges = ["10m", "1h", "24h", "7d", "30d"] as const;
export type ContainerTab = (typeof containerTabs)[number];
const container = createRoute({
  getParentRoute: () => app,
  path: "/containers/$id",
  component: lazyRouteComponent(() => import("./pages/container")),
  validateSearch: (
    s: Record<string, unknown>,
  ): { tab?: ContainerTab; range?: (typeof statsRanges)[number] } => ({
    tab: oneOf(containerTabs, s.tab),
    range: oneOf(statsRanges, s.range),
  }),
});

/** The settings are a tab with an address of its own. `operation` is the one that re-creates it, also after a reload. */
const edit = createRoute({
  getParentRoute: () => app,
  path: "/containers/$id/edit",
  component: lazyRouteComponent(() => import("./pages/container"), "EditPage"),
  validateSearch: (s: Record<string, unknown>): { operation?: string } => ({ operation: text(s.operation) }),
});

const create = createRoute({
  getParentRoute: () => app,
  path: "/new",
  component: lazyRouteComponent(() => import("./pages/create")),
  validateSearch: (s: Record<string, unknown>): { image?: string } => ({ image: text(s.image) }),
});

const images = createRoute({
  getParentRoute: () => app,
  path: "/images",
  component: lazyRouteComponent(() => import("./pages/images")),
  validateSearch: (
    s: Record<string, unknown>,
  ): { q?: string; unused?: boolean; pull?: string; open?: "prune" } => ({
    q: text(s.q),
    unused: s.unused === true || undefined,
    pull: text(s.pull),
    open: oneOf(["prune"] as const, s.open),
  }),
});

const volumes = createRoute({
  getParentRoute: () => app,
  path: "/volumes",
  component: lazyRouteComponent(() => import("./pages/volumes")),
  validateSearch: (s: Record<string, unknown>): { q?: string; unused?: boolean; open?: "new" | "prune" } => ({
    q: text(s.q),
    unused: s.unused === true || undefined,
    open: oneOf(["new", "prune"] as const, s.open),
  }),
});

const networks = createRoute({
  getParentRoute: () => app,
  path: "/networks",
  component: lazyRouteComponent(() => import("./pages/networks")),
  validateSearch: (s: Record<string, unknown>): { q?: string; open?: "new" | "prune" } => ({
    q: text(s.q),
    open: oneOf(["new", "prune"] as const, s.open),
  }),
});

export const appSorts = ["updated", "added"] as const;
export type AppSort = (typeof appSorts)[number];
export type StoreSearch = {
  q?: string;
  category?: string;
  /** Only this store. */
  from?: string;
  sort?: AppSort;
  /** What is installed here instead of what there is. */
  installed?: true;
};
const store = createRoute({
  getParentRoute: () => app,
  path: "/store",
  component: lazyRouteComponent(() => import("./pages/store")),
  validateSearch: (s: Record<string, unknown>): StoreSearch => ({
    q: text(s.q),
    category: text(s.category),
    from: text(s.from),
    sort: oneOf(appSorts, s.sort),
    installed: s.installed === true || undefined,
  }),
});

/** `install` and `operation` are what is at work or open, also after a reload. */
const storeApp = createRoute({
  getParentRoute: () => store,
  path: "$store/$slug",
  component: lazyRouteComponent(() => import("./pages/store-app")),
  validateSearch: (s: Record<string, unknown>): { install?: string; operation?: string; edit?: true } => ({
    install: text(s.install),
    operation: text(s.operation),
    edit: s.edit === true || undefined,
  }),
});

export const updateGroups = ["ready", "held", "other"] as const;
export type UpdatesSearch = { q?: string; show?: (typeof updateGroups)[number] };
const updates = createRoute({
  getParentRoute: () => app,
  path: "/updates",
  component: lazyRouteComponent(() => import("./pages/updates")),
  validateSearch: (s: Record<string, unknown>): UpdatesSearch => ({
    q: text(s.q),
    show: oneOf(updateGroups, s.show),
  }),
});

/** `tag` or `digest` is what else it could go to; `operation` is the one that is at work, also after a reload. */
const updateOne = createRoute({
  getParentRoute: () => updates,
  path: "$name",
  component: lazyRouteComponent(() => import("./pages/update")),
  validateSearch: (s: Record<string, unknown>): { tag?: string; digest?: string; operation?: string } => ({
    tag: text(s.tag),
    digest: text(s.digest),
    operation: text(s.operation),
  }),
});

const settingsIndex = createRoute({
  getParentRoute: () => app,
  path: "/settings",
  beforeLoad: () => {
    throw redirect({ to: "/settings/$section", params: { section: "account" }, replace: true });
  },
});
const settings = createRoute({
  getParentRoute: () => app,
  path: "/settings/$section",
  component: lazyRouteComponent(() => import("./pages/settings")),
  validateSearch: (s: Record<string, unknown>): { q?: string } => ({ q: text(s.q) }),
});

export type EventsSearch = {
  tab?: "audit";
  app?: string;
  kind?: EventKind;
  actor?: Actor;
  q?: string;
  /** The operation whose steps are on show. */
  operation?: string;
};
const events = createRoute({
  getParentRoute: () => app,
  path: "/events",
  component: lazyRouteComponent(() => import("./pages/events")),
  validateSearch: (s: Record<string, unknown>): EventsSearch => ({
    tab: oneOf(["audit"] as const, s.tab),
    app: text(s.app),
    kind: oneOf(eventKinds, s.kind),
    actor: oneOf(actors, s.actor),
    q: text(s.q),
    operation: text(s.operation),
  }),
});

const login = createRoute({
  getParentRoute: () => root,
  path: "/login",
  component: lazyRouteComponent(() => import("./pages/login")),
  validateSearch: (s: Record<string, unknown>): { next?: string } => ({ next: text(s.next) }),
});

const setup = createRoute({
  getParentRoute: () => root,
  path: "/setup",
  component: lazyRouteComponent(() => import("./pages/setup")),
  validateSearch: (s: Record<string, unknown>): { code?: string } => ({ code: text(s.code) }),
});

export const router = createRouter({
  routeTree: root.addChildren([
    app.addChildren([
      dashboard,
      container,
      edit,
      create,
      images,
      volumes,
      networks,
      store.addChildren([storeApp]),
      updates.addChildren([updateOne]),
      events,
      settingsIndex,
      settings,
    ]),
    login,
    setup,
  ]),
  scrollRestoration: true,
  defaultPreload: "intent",
  defaultErrorComponent: PageError,
});

followHistory(router.history);

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
