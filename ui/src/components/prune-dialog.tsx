import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { queryClient } from "../api/cache";
import { messageOf } from "../api/errors";
import { prune, pruneQuery } from "../api/resources";
import type { PruneDone, PruneItem, PruneKind } from "../api/types";
import { ago, disk, shortId, shortImage, useNow } from "../lib/format";
import { chosenAtFirst, countOf, isUnnamed, pruneButton } from "../lib/prune";
import { addToast } from "../lib/toast";
import ui from "../styles/controls.module.css";
import { Dialog } from "./dialog";
import { TypeToConfirm } from "./field";
import { Icon } from "./icon";
import { Segments } from "./list-head";
import css from "./prune-dialog.module.css";
import { ErrorState, Skeleton } from "./states";

const CONFIRM = "remove";

const words: Record<PruneKind, { title: string; lead: string; none: string; noneAtAll: string }> = {
  images: {
    title: "Clear out images",
    lead: "No container uses these. They can be pulled again.",
    none: "No image is without a name and a container.",
    noneAtAll: "Every image has a container that uses it.",
  },
  volumes: {
    title: "Clear out volumes",
    lead: "No container uses these, no stopped one either. What is in them is lost for good.",
    none: "No volume is without a name and a container.",
    noneAtAll: "Every volume has a container that uses it.",
  },
  networks: {
    title: "Clear out networks",
    lead: "No container is on these. A network can be made again at any time.",
    none: "Every network has a container, or came with Docker.",
    noneAtAll: "Every network has a container, or came with Docker.",
  },
};

const shown = (kind: PruneKind, item: PruneItem) =>
  kind === "images" ? shortImage(item.name) : isUnnamed(item.name) ? shortId(item.name) : item.name;

function Items({
  kind,
  items,
  chosen,
  onChoose,
}: {
  kind: PruneKind;
  items: PruneItem[];
  chosen: Set<string>;
  onChoose: (chosen: Set<string>) => void;
}) {
  const now = useNow();
  const all = chosen.size === items.length;
  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    onChoose(next);
  };
  return (
    <div className={css.list}>
      <label className={css.all}>
        <input
          type="checkbox"
          checked={all}
          onChange={() => onChoose(new Set(all ? [] : items.map((i) => i.id)))}
        />
        {all ? "All chosen" : `${chosen.size} of ${items.length} chosen`}
      </label>
      <ul>
        {items.map((item) => (
          <li key={item.id}>
            <label>
              <input type="checkbox" checked={chosen.has(item.id)} onChange={() => toggle(item.id)} />
              <span>
                <b title={item.name}>{shown(kind, item)}</b>
                <small>
                  {item.reason}
                  {item.created && `, made ${ago(item.created, now)}`}
                </small>
              </span>
              {item.sizeBytes !== undefined && <span className={css.size}>{disk(item.sizeBytes)}</span>}
            </label>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** What was refused stays on show with its reason; everything else is told in a line. */
function Failed({ done }: { done: PruneDone }) {
  return (
    <div role="alert" className={css.failed}>
      <p>
        {done.removed.length > 0 ? `${done.removed.length} removed, ` : ""}
        {done.failed.length} not:
      </p>
      <ul>
        {done.failed.map((f) => (
          <li key={f.id}>
            <Icon name="warn" size={15} />
            <span>
              <b>{shortImage(f.name)}</b> {f.reason}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Shows what nobody uses and what it takes up, and removes what is chosen of it. */
export function PruneDialog({ kind, onClose }: { kind: PruneKind; onClose: () => void }) {
  const [all, setAll] = useState(false);
  const { data, error, refetch } = useQuery(pruneQuery(kind, all));
  const [choice, setChoice] = useState<Set<string>>();
  const [typed, setTyped] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const [done, setDone] = useState<PruneDone>();
  const items = data?.items ?? [];
  const chosen = choice ?? chosenAtFirst(kind, items);
  const loses = kind === "volumes";
  const off = busy || chosen.size === 0 || (loses && typed.trim() !== CONFIRM);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another list, another choice
  useEffect(() => setChoice(undefined), [all]);

  const remove = async () => {
    setBusy(true);
    setProblem("");
    try {
      const answer = await prune(kind, [...chosen]);
      void queryClient.invalidateQueries({ queryKey: [kind] });
      if (answer.failed.length > 0) {
        setDone(answer);
        setChoice(undefined);
        setTyped("");
        void refetch();
        return;
      }
      addToast({
        kind: "good",
        title: `${countOf(kind, answer.removed.length)} removed`,
        detail: answer.freedBytes > 0 ? `${disk(answer.freedBytes)} freed` : undefined,
      });
      onClose();
    } catch (cause) {
      setProblem(messageOf(cause));
    } finally {
      setBusy(false);
    }
  };

  return (
    <Dialog
      title={words[kind].title}
      onClose={onClose}
      wide
      footer={
        <>
          <button type="button" className={ui.btn} onClick={onClose}>
            {items.length > 0 ? "Cancel" : "Close"}
          </button>
          {items.length > 0 && (
            <button type="button" className={ui.danger} disabled={off} onClick={() => void remove()}>
              {busy ? "Removing" : pruneButton(kind, items, chosen)}
            </button>
          )}
        </>
      }
    >
      <div className={css.body}>
        {kind !== "networks" && (
          <Segments
            label={`Which ${kind}`}
            value={all ? "all" : "unnamed"}
            options={[
              { value: "unnamed", label: "Without a name" },
              { value: "all", label: "Everything unused" },
            ]}
            onChange={(v) => setAll(v === "all")}
          />
        )}
        {done && <Failed done={done} />}
        {!data && error && (
          <ErrorState what="The list could not be read" error={error} onRetry={() => void refetch()} />
        )}
        {!data && !error && <Skeleton width="100%" height={140} />}
        {data && items.length === 0 && (
          <p className={css.none}>{all ? words[kind].noneAtAll : words[kind].none}</p>
        )}
        {items.length > 0 && (
          <>
            <p>{words[kind].lead}</p>
            <Items kind={kind} items={items} chosen={chosen} onChoose={setChoice} />
            {loses && chosen.size > 0 && (
              <TypeToConfirm
                word={CONFIRM}
                to={`to lose what is in ${chosen.size === 1 ? "it" : "them"}`}
                value={typed}
                onChange={setTyped}
              />
            )}
          </>
        )}
        {problem && (
          <p className={ui.bad} role="alert">
            <Icon name="warn" size={15} />
            {problem}
          </p>
        )}
      </div>
    </Dialog>
  );
}
