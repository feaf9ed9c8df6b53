import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { messageOf } from "../api/errors";
import { refreshStore, type StoreView } from "../api/store";
import { Icon } from "../components/icon";
import wizard from "../forms/wizard.module.css";
import { addToast } from "../lib/toast";
import ui from "../styles/controls.module.css";

function said(store: StoreView): { title: string; text: string } | undefined {
  switch (store.state) {
    case "loading":
      return { title: `${store.name} is being read for the first time.`, text: store.message ?? "" };
    case "stale":
      return {
        title: `${store.name} expired ${store.staleFor ? `${store.staleFor} ago` : "a while ago"}.`,
        text: `What it had is still shown, but nothing new is installed from it until it is renewed. ${store.message ?? ""}`,
      };
    case "broken":
      return {
        title: `${store.name} can not be read.`,
        text: store.message ?? "Nothing of it could be verified yet.",
      };
    case "ready":
      return store.clockWarning
        ? { title: "The clock of this server stepped back.", text: store.clockWarning }
        : undefined;
  }
}

/** Stores that are not as they should be, each with its reason and a way on. */
export function StoreBanners({ stores }: { stores: readonly StoreView[] }) {
  const [busy, setBusy] = useState("");
  const check = (store: StoreView) => {
    setBusy(store.id);
    refreshStore(store.id)
      .catch((error: unknown) =>
        addToast({ kind: "bad", title: `${store.name} was not checked`, detail: messageOf(error) }),
      )
      .finally(() => setBusy(""));
  };
  return stores.map((store) => {
    const words = said(store);
    if (!words) return null;
    const loading = store.state === "loading";
    return (
      <div key={store.id} className={loading ? wizard.notice : wizard.failure} role="status">
        <Icon name={loading ? "clock" : "warn"} />
        <p style={{ flex: 1 }}>
          <b>{words.title}</b> {words.text}
        </p>
        {!loading && (
          <button type="button" className={ui.quiet} disabled={busy !== ""} onClick={() => check(store)}>
            {busy === store.id ? "Checking" : "Check now"}
          </button>
        )}
        <Link to="/settings/$section" params={{ section: "stores" }} className={ui.quiet}>
          Details
        </Link>
      </div>
    );
  });
}
