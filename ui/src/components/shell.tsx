import { Outlet, useNavigate, useRouterState } from "@tanstack/react-router";
import { Suspense, useEffect, useState } from "react";
import { queryClient } from "../api/cache";
import { startEvents, stopEvents } from "../api/event-stream";
import { sessionState } from "../api/session";
import { DOCK_KEY, dockAsks, dockCovers } from "../lib/dock";
import { Dock } from "../lib/heavy-parts";
import { recall } from "../lib/local";
import { closeOverlay, menuTarget, overlay } from "../lib/overlay";
import { fetchParts, part } from "../lib/part";
import { useSelected, useStore } from "../lib/store";
import { Late, soon } from "./late";
import css from "./shell.module.css";
import { Sidebar } from "./sidebar";
import { TopBar } from "./top-bar";

const ActionMenu = part(() => import("./action-menu").then((m) => m.default));
const Overlays = part(() => import("./overlays").then((m) => m.default));
const SignedOut = part(() => import("./signed-out").then((m) => m.default));

const banners = soon(() => import("./banners").then((m) => m.Banners));
const keyboard = soon(() => import("./keyboard").then((m) => m.default));
const updateMarks = soon(() => import("./update-marks").then((m) => m.default));
const toasts = soon(() => import("./toasts").then((m) => m.Toasts));

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
      void navigate({ to: "/login", search: { next: nextAddress() }, ignoreBlocker: true });
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
  const [docked, setDocked] = useState(() => recall(DOCK_KEY, undefined, "tab") !== undefined);
  const asked = useSelected(dockAsks, (asks) => asks.length > 0);
  if (asked && !docked) setDocked(true);
  const covered = useStore(dockCovers);
  const path = useRouterState({ select: (s) => s.location.pathname });

  useEffect(() => {
    const idle = setTimeout(() => void fetchParts(), 1500);
    return () => clearTimeout(idle);
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a dialog belongs to the page it was opened on
  useEffect(() => closeOverlay(), [path]);

  return (
    <>
      <a className="skip" href="#main">
        Skip to content
      </a>
      <div className={css.shell} inert={covered}>
        <Sidebar />
        <div className={css.column}>
          <TopBar />
          <Late part={banners} />
          <main id="main" tabIndex={-1} className={css.main}>
            <Outlet />
          </main>
        </div>
      </div>
      <Suspense>{docked && <Dock />}</Suspense>
      <Late part={keyboard} />
      <Late part={updateMarks} />
      <Suspense>
        {menu && <ActionMenu target={menu} />}
        {open && <Overlays open={open} />}
        {ended && <SignedOut />}
      </Suspense>
      <Late part={toasts} />
    </>
  );
}
