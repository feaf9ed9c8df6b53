import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { queryClient, STORE } from "../api/cache";
import { messageOf } from "../api/errors";
import {
  installsQuery,
  inviteTo,
  pinStore,
  refreshStore,
  removeStore,
  type StoreStatus,
  type StoreView,
  storeStatusQuery,
} from "../api/store";
import { ConfirmDialog } from "../components/confirm-dialog";
import { Check } from "../components/field";
import { Icon } from "../components/icon";
import { Lamp } from "../components/lamp";
import { SettingsCard } from "../components/settings-card";
import card from "../components/settings-card.module.css";
import { CopyButton, EmptyState, ErrorState, Skeleton } from "../components/states";
import fold from "../forms/fold.module.css";
import { ago, dateTime, disk, plural, useNow } from "../lib/format";
import type { LampKind } from "../lib/status";
import { addToast } from "../lib/toast";
import ui from "../styles/controls.module.css";
import list from "../styles/list-page.module.css";
import { AddStore } from "./add-store";
import css from "./sheet.module.css";
import { bytesWords, expiryWords, nodeWords, sorted } from "./source-words";

const states: Record<StoreView["state"], { lamp: LampKind; word: string }> = {
  ready: { lamp: "run", word: "Verified" },
  loading: { lamp: "go", word: "Being read" },
  stale: { lamp: "bad", word: "Expired" },
  broken: { lamp: "bad", word: "Not readable" },
};

const again = () => queryClient.invalidateQueries({ queryKey: STORE });

/** The roles that speak for a store, and the keys that may sign each. */
function Roles({ store }: { store: StoreView }) {
  const now = useNow();
  return (
    <details className={fold.fold}>
      <summary>
        <Icon name="right" size={16} />
        <b>Keys</b>
        <span className={fold.set}>{store.roles.map((r) => `${r.role} ${r.version}`).join(" · ")}</span>
      </summary>
      <div className={fold.inside}>
        {store.roles.map((r) => (
          <section key={r.role} aria-label={r.role}>
            <h3 className={css.acts}>
              {r.role}
              <small className={list.tag}>version {r.version}</small>
              <small className={list.tag}>
                {r.threshold} of {plural(r.keys.length, "key")} must sign
              </small>
            </h3>
            <p className={ui.help} title={dateTime(r.expires)}>
              {expiryWords(r.expires, now)}
            </p>
            {r.keys.map((k) => (
              <div key={k.keyId} className={css.fact}>
                <p>
                  <code title={k.keyId}>{k.fingerprint}</code>
                </p>
                <CopyButton icon text={k.keyId} label={`Copy a key of ${r.role}`} />
              </div>
            ))}
          </section>
        ))}
        {store.skipped.length > 0 && (
          <section aria-label="Left out">
            <h3>Apps that could not be read</h3>
            {store.skipped.map((line) => (
              <p key={line} className={ui.bad}>
                {line}
              </p>
            ))}
          </section>
        )}
      </div>
    </details>
  );
}

function RemoveStore({ store, onClose }: { store: StoreView; onClose: () => void }) {
  const { data: installs } = useQuery(installsQuery);
  const names =
    installs?.filter((i) => i.store === store.id && i.state !== "removed").map((i) => i.name) ?? [];
  return (
    <ConfirmDialog
      title={`Remove ${store.name}?`}
      verb="Remove"
      onConfirm={async () => {
        await removeStore(store.id);
        await again();
      }}
      onClose={onClose}
    >
      <p>
        Its {plural(store.apps, "app")} {store.apps === 1 ? "is" : "are"} no longer offered here, and what was
        kept of it on this disk is deleted.
      </p>
      {names.length > 0 && (
        <p>
          What was installed from it keeps running, without news of newer versions: <b>{names.join(", ")}</b>.
        </p>
      )}
    </ConfirmDialog>
  );
}

function Store({ store }: { store: StoreView }) {
  const now = useNow();
  const [busy, setBusy] = useState("");
  const [removing, setRemoving] = useState(false);
  const { lamp, word } = states[store.state];
  const act = async (what: string, work: () => Promise<unknown>) => {
    setBusy(what);
    try {
      await work();
    } catch (error) {
      addToast({ kind: "bad", title: `${store.name}: that did not work`, detail: messageOf(error) });
    } finally {
      setBusy("");
      void again();
    }
  };
  const copyInvite = async () => {
    await navigator.clipboard.writeText(await inviteTo(store.id));
    addToast({ kind: "good", title: "Invitation copied", detail: "It holds nothing secret." });
  };
  return (
    <section className={`${card.card} ${css.fields}`} aria-label={store.name}>
      <h2 className={css.acts}>
        <Lamp kind={lamp} />
        {store.name}
        <small className={list.tag}>
          {word}
          {store.staleFor && ` ${store.staleFor} ago`}
        </small>
      </h2>
      {store.description && <p className={ui.help}>{store.description}</p>}
      {store.message && (
        <p className={store.state === "ready" || store.state === "loading" ? ui.help : ui.bad}>
          {store.message}
        </p>
      )}
      {store.clockWarning && <p className={ui.bad}>{store.clockWarning}</p>}
      <dl className={card.facts}>
        <div>
          <dt>Fingerprint</dt>
          <dd className={css.acts}>
            <code title={store.id}>{store.shortId}</code>
            <CopyButton icon text={store.id} label={`Copy the fingerprint of ${store.name}`} />
          </dd>
        </div>
        <div>
          <dt>Holds</dt>
          <dd>
            {plural(store.apps, "app")}
            {store.skipped.length > 0 && `, ${store.skipped.length} could not be read`}
          </dd>
        </div>
        <div>
          <dt>Checked</dt>
          <dd>
            {store.checkedAt ? ago(store.checkedAt, now) : "not yet"}
            {store.changedAt && `, changed ${ago(store.changedAt, now)}`}
          </dd>
        </div>
        {store.expiresAt && (
          <div>
            <dt>Valid</dt>
            <dd title={dateTime(store.expiresAt)}>{expiryWords(store.expiresAt, now)}</dd>
          </div>
        )}
        <div>
          <dt>From</dt>
          <dd>
            {store.origins.map((o) => (
              <div key={o}>{o}</div>
            ))}
            {store.peers > 0 && <div>{plural(store.peers, "peer")}</div>}
            {store.origins.length === 0 && store.peers === 0 && "nobody who has it is known"}
          </dd>
        </div>
        <div>
          <dt>On disk</dt>
          <dd>
            {disk(store.diskBytes)} in {plural(store.files, "file")}
          </dd>
        </div>
        <div>
          <dt>Received</dt>
          <dd>{bytesWords(store.bytes)}</dd>
        </div>
      </dl>
      <Check
        label="Keep all of it and pass it on"
        help="Every file stays on this disk, so that others can have it from here when its own server is away."
        checked={store.pinned}
        onChange={(on) => void act("pin", () => pinStore(store.id, on))}
      />
      <p className={css.acts}>
        <button
          type="button"
          className={ui.btn}
          disabled={busy !== ""}
          onClick={() => void act("check", () => refreshStore(store.id))}
        >
          {busy === "check" ? "Checking" : "Check now"}
        </button>
        <button
          type="button"
          className={ui.btn}
          disabled={busy !== ""}
          onClick={() => void act("invite", copyInvite)}
        >
          <Icon name="copy" size={16} />
          Copy invitation
        </button>
        <button type="button" className={ui.btn} onClick={() => setRemoving(true)}>
          Remove…
        </button>
      </p>
      <Roles store={store} />
      {removing && <RemoveStore store={store} onClose={() => setRemoving(false)} />}
    </section>
  );
}

function Peers({ status }: { status: StoreStatus }) {
  const nameOf = (id: string) => status.stores.find((s) => s.id === id)?.name ?? id.slice(0, 10);
  const { node, peers } = status;
  return (
    <SettingsCard
      title="Peers"
      lead="Other servers that hold the same stores. What comes from them is checked against the store's signatures."
    >
      <dl className={card.facts}>
        <div>
          <dt>This node</dt>
          <dd>{nodeWords(status)}</dd>
        </div>
        {node.peerId && (
          <div>
            <dt>Its id</dt>
            <dd>
              <code>{node.peerId}</code>
            </dd>
          </div>
        )}
        {node.listens.length > 0 && (
          <div>
            <dt>Reached at</dt>
            <dd>
              {node.listens.map((l) => (
                <div key={l}>
                  <code>{l}</code>
                </div>
              ))}
            </dd>
          </div>
        )}
        <div>
          <dt>On disk</dt>
          <dd>
            {disk(node.diskBytes)}
            {node.diskLimit !== undefined && ` of at most ${disk(node.diskLimit)}`}
          </dd>
        </div>
        <div>
          <dt>Received</dt>
          <dd>{bytesWords(status.bytes)}</dd>
        </div>
      </dl>
      {peers.length === 0 ? (
        <p className={card.none}>No peer is connected. Stores are then read from their own servers.</p>
      ) : (
        sorted(peers).map((p) => (
          <div key={p.id} className={card.setting}>
            <p>
              <b>
                {p.near ? "Near" : "Far"} <code title={p.id}>{`…${p.id.slice(-8)}`}</code>
              </b>
              <small>
                {p.stores
                  .map((s) => `${nameOf(s.store)}${s.version === undefined ? "" : ` version ${s.version}`}`)
                  .join(", ") || "holds none of these stores"}
              </small>
              <small>
                <code>{p.addresses[0]}</code>
              </small>
            </p>
            <small>{disk(p.bytesIn)} from it</small>
          </div>
        ))
      )}
    </SettingsCard>
  );
}

/** Where apps come from: the stores with their keys, the other nodes, and what came from where. */
export function StoreSettings() {
  const { data: status, error, refetch } = useQuery(storeStatusQuery);
  const [adding, setAdding] = useState(false);
  if (!status) {
    return error ? (
      <ErrorState what="The stores could not be read" error={error} onRetry={() => void refetch()} />
    ) : (
      <Skeleton width="100%" height={320} />
    );
  }
  return (
    <>
      <SettingsCard
        title="Stores"
        lead="Signed lists of apps. Whom to trust is decided by keys, not by addresses."
      >
        {status.stores.length === 0 ? (
          <EmptyState text="There is no store yet. Add one by its invitation, or by its address and fingerprint.">
            <button type="button" className={ui.primary} onClick={() => setAdding(true)}>
              Add a store
            </button>
          </EmptyState>
        ) : (
          <button type="button" className={ui.btn} onClick={() => setAdding(true)}>
            <Icon name="plus" size={17} />
            Add a store
          </button>
        )}
      </SettingsCard>
      {status.stores.map((s) => (
        <Store key={s.id} store={s} />
      ))}
      <Peers status={status} />
      {adding && <AddStore onClose={() => setAdding(false)} />}
    </>
  );
}
