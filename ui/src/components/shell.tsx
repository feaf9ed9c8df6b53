import { Outlet, useNavigate, useRouterState } from "@tanstack/react-router";
import { Suspense, useEffect } from "react";
import { queryClient } from "../api/cache";
import { startEvents, stopEvents } from "../api/events";
import { sessionState } from "../api/session";
import { closeOverlay, menuTarget, openOverlay, overlay } from "../lib/overlay";
import { fetchParts, part } from "../lib/part";
import { useShortcuts } from "../lib/shortcuts";
import { useStore } from "../lib/store";
import { Banners } from "./banners";
import css from "./shell.module.css";
import { Sidebar } from "./sidebar";
import { Toasts } from "./toasts";
import { TopBar } from "./top-bar";

const ActionMenu = part(() => import("./action-menu").then((m) => m.default));
const Overlays = part(() => import("./overlays").then((m) => m.default));
const SignedOut = part(() => import("./signed-out").then((m) => m.default));

/** The event stream lives as long as the session does. */
function useSession(): boolean {
  const state = useStore(sessionState);
  const navigate = useNavigate();
  useEffect(() => {
    if (state === "kept") {
      startEvents();
      // After a new sign-in under the dialog, whatever failed in between is asked for again.
      void queryClient.refetchQueries({ predicate: (q) => q.state.status === "error" });
      return;
    }
    stopEvents();
    if (state === "none") {
      queryClient.clear();
      void navigate({ to: "/login", search: { next: nextAddress() } });
    }
  }, [state, navigate]);
  return state === "ended";
}

function nextAddress(): string | undefined {
  const here = location.pathname + location.search;
  return here === "/" || here.startsWith("/login") ? undefined : here;
}

export function Shell() {
  const ended = useSession();
  const open = useStore(overlay);
  const menu = useStore(menuTarget);
  const navigate = useNavigate();
  const path = useRouterState({ select: (s) => s.location.pathname });

  useEffect(() => {
    const palette = (event: KeyboardEvent) => {
      if (
        event.key.toLowerCase() !== "k" ||
        !(event.ctrlKey || event.metaKey) ||
        event.shiftKey ||
        event.altKey
      )
        return;
      if (event.target instanceof Element && event.target.closest(".xterm")) return;
      event.preventDefault();
      openOverlay({ kind: "palette" });
    };
    addEventListener("keydown", palette);
    const idle = setTimeout(() => void fetchParts(), 1500);
    return () => {
      removeEventListener("keydown", palette);
      clearTimeout(idle);
    };
  }, []);

  useShortcuts("anywhere", {
    dashboard: () => void navigate({ to: "/" }),
    events: () => void navigate({ to: "/events" }),
    images: () => void navigate({ to: "/images" }),
    volumes: () => void navigate({ to: "/volumes" }),
    networks: () => void navigate({ to: "/networks" }),
    settings: () => void navigate({ to: "/settings" }),
    new: () => void navigate({ to: "/new" }),
    help: () => openOverlay({ kind: "help" }),
    filter: () => {
      const field = document.querySelector<HTMLInputElement>("[data-filter]");
      if (field) field.focus();
      else openOverlay({ kind: "palette" });
    },
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: a dialog belongs to the page it was opened on
  useEffect(() => closeOverlay(), [path]);

  return (
    <>
      <a className="skip" href="#main">
        Skip to content
      </a>
      <div className={css.shell}>
        <Sidebar />
        <div className={css.column}>
          <TopBar />
          <Banners />
          <main id="main" tabIndex={-1} className={css.main}>
            <Outlet />
          </main>
        </div>
      </div>
      <Suspense>
        {menu && <ActionMenu target={menu} />}
        {open && <Overlays open={open} />}
        {ended && <SignedOut />}
      </Suspense>
      <Toasts />
    </>
  );
}
