import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { ApiError, messageOf } from "../api/errors";
import {
  type ContainerUpdate,
  goBack,
  planQuery,
  savePolicy,
  type Target,
  type UpdatePlan,
  update,
} from "../api/updates";
import { Icon } from "../components/icon";
import facts from "../components/settings-card.module.css";
import { CopyButton, ErrorState, Skeleton } from "../components/states";
import { Changes } from "../forms/changes";
import review from "../forms/review.module.css";
import { RiskList } from "../forms/risks";
import wizard from "../forms/wizard.module.css";
import { ago, dateTime, disk, plural, shortDigest, useNow } from "../lib/format";
import sheet from "../store/sheet.module.css";
import ui from "../styles/controls.module.css";
import { changesOf, compareAddress, sideWords } from "./words";

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Digest({ digest }: { digest: string | undefined }) {
  return digest ? <code title={digest}>{shortDigest(digest)}</code> : <>not known</>;
}

/** The new image beside the old one: what it is, how old, how large, and where more about it is. */
function Sides({ plan: { from, to, here, downloadBytes }, seen }: { plan: UpdatePlan; seen?: string }) {
  const now = useNow();
  const compare = compareAddress(from, to);
  const moved = from.reference !== to.reference;
  return (
    <section aria-label="Image">
      <dl className={facts.facts}>
        {(to.origin.version || from.origin.version) && (
          <Fact label="Version">
            {from.origin.version ?? "not known"} → <b>{to.origin.version ?? "not known"}</b>
          </Fact>
        )}
        {moved && (
          <Fact label="Follows">
            {from.reference ?? "nothing"} → <b>{to.reference}</b>
          </Fact>
        )}
        <Fact label="Digest">
          <span className={sheet.acts}>
            <span>
              <Digest digest={from.digest} /> → <Digest digest={to.digest} />
            </span>
            {to.digest && <CopyButton icon text={to.digest} label="Copy the new digest" />}
          </span>
        </Fact>
        {to.created && (
          <Fact label="Made">
            <span title={dateTime(to.created)}>{ago(to.created, now)}</span>, says its publisher
          </Fact>
        )}
        {seen && (
          <Fact label="First seen">
            <span title={dateTime(seen)}>{ago(seen, now)}</span>
          </Fact>
        )}
        <Fact label="To fetch">
          {here
            ? "nothing, it is here already"
            : downloadBytes === undefined
              ? "how much is not known"
              : `at most ${disk(downloadBytes)}`}
        </Fact>
        {to.origin.revision && (
          <Fact label="Revision">
            <code>{to.origin.revision.slice(0, 12)}</code>
          </Fact>
        )}
        {to.origin.source && (
          <Fact label="Source">
            <span className={sheet.acts}>
              <a className={ui.link} href={to.origin.source} target="_blank" rel="noreferrer">
                Project <Icon name="open" size={14} />
              </a>
              {compare && (
                <a className={ui.link} href={compare} target="_blank" rel="noreferrer">
                  What changed <Icon name="open" size={14} />
                </a>
              )}
            </span>
          </Fact>
        )}
      </dl>
    </section>
  );
}

/** Other containers, the data, and how it is judged: what happens beside the new image. */
function Consequences({ plan }: { plan: UpdatePlan }) {
  return (
    <section aria-label="What happens">
      <h3>What happens</h3>
      <ul className={`${review.plan} ${sheet.gets}`}>
        {plan.dependants.map((d) => (
          <li key={d.name}>
            <Icon name={d.action === "recreate" ? "box" : "restart"} size={16} />
            <span>
              <b>{d.name}</b> is {d.action === "recreate" ? "made anew with its own image" : "restarted"}:{" "}
              {d.reason}
            </span>
          </li>
        ))}
        <li>
          <Icon name="heart" size={16} />
          <span>{plan.verdict}</span>
        </li>
        <li>
          <Icon name="disk" size={16} />
          <span>
            {plan.dataNote}
            {plan.data.map((place) => (
              <span key={place}>
                {" "}
                <code>{place}</code>
              </span>
            ))}
          </span>
        </li>
      </ul>
    </section>
  );
}

type Props = {
  update: ContainerUpdate;
  target: Target;
  onBegun: (operation: string) => void;
};

/** What an update would do, asked of the agent, which asks the registry; nothing is fetched for it. */
export function Plan(props: Props) {
  const { data: plan, error, refetch } = useQuery(planQuery(props.update.name, props.target));
  const [stale, setStale] = useState(false);
  if (plan) {
    return (
      <Ready
        key={plan.revision}
        {...props}
        plan={plan}
        stale={stale}
        onStale={() => {
          setStale(true);
          void refetch();
        }}
      />
    );
  }
  if (error)
    return <ErrorState what="The plan could not be made" error={error} onRetry={() => void refetch()} />;
  return (
    <div aria-busy="true">
      <p className={ui.help}>Asking the registry what changes</p>
      <Skeleton width="100%" height={240} />
    </div>
  );
}

function Ready({
  update: u,
  target,
  plan,
  stale,
  onStale,
  onBegun,
}: Props & { plan: UpdatePlan; stale: boolean; onStale: () => void }) {
  const [confirmed, setConfirmed] = useState<string[]>([]);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState("");
  const { changes, covered } = changesOf(plan);
  const digest = plan.to.digest;
  const back = target.digest !== undefined && u.before.some((b) => b.digest === target.digest);
  const refused = plan.refused.length > 0 || digest === undefined;

  const act = async (work: () => Promise<void>) => {
    setBusy(true);
    setError("");
    try {
      await work();
    } catch (problem) {
      if (problem instanceof ApiError && problem.code === "changed") onStale();
      else setError(messageOf(problem));
    } finally {
      setBusy(false);
    }
  };
  const begin = () => {
    const open = plan.risks.find((r) => !confirmed.includes(r.name));
    if (open) {
      setError("Type the word beside what it may do from now on to allow it.");
      document.querySelector<HTMLElement>(`[data-path="${CSS.escape(`risk.${open.name}`)}"]`)?.focus();
      return;
    }
    if (digest === undefined) return;
    void act(async () => {
      const begun = back
        ? await goBack(u.name, digest, confirmed)
        : await update(u.name, {
            revision: plan.revision,
            digest,
            tag: target.tag,
            confirmRisks: confirmed,
          });
      onBegun(begun.operationId);
    });
  };
  const skip = (what: string | undefined) =>
    void act(async () => {
      await savePolicy(u.name, { ...u.policy, skip: what });
    });

  const skipped = u.policy.skip !== undefined && u.policy.skip === digest;
  const verb = back
    ? `Go back to ${digest && shortDigest(digest)}`
    : target.tag
      ? `Update to ${target.tag}`
      : "Update";
  return (
    <>
      {stale && (
        <div className={wizard.notice} role="alert">
          <Icon name="info" />
          <p>
            <b>Something changed since the plan was made.</b> This is the plan now; look at it once more.
          </p>
        </div>
      )}
      {plan.refused.length > 0 && (
        <div className={wizard.failure} role="status">
          <Icon name="lock" />
          <div>
            <p>
              <b>It can not be updated like this.</b>
            </p>
            {plan.refused.map((why) => (
              <p key={why}>{why}</p>
            ))}
          </div>
        </div>
      )}
      <Sides plan={plan} seen={digest === u.available?.digest ? u.available?.firstSeen : undefined} />
      <Changes
        changes={changes}
        title={
          changes.length === 0
            ? "Nothing you set changes"
            : `${plural(changes.length, "default")} of the image ${changes.length === 1 ? "changes" : "change"}`
        }
      />
      {covered.length > 0 && (
        <Changes
          changes={covered}
          title={`${plural(covered.length, "more")} that your own settings cover`.replace("mores", "more")}
        />
      )}
      <RiskList
        risks={plan.risks.map((r) => ({ risk: r.name, label: r.text }))}
        confirmed={confirmed}
        onChange={setConfirmed}
      />
      <Consequences plan={plan} />
      <footer className={sheet.foot}>
        {error && (
          <p className={ui.bad} role="alert">
            <Icon name="warn" size={15} />
            {error}
          </p>
        )}
        {!refused && !error && (
          <p>
            <Icon name="restart" size={15} />
            {plan.runs
              ? `It goes back to ${sideWords(plan.from)} by itself if that fails.`
              : "It is stopped, and stays so."}
          </p>
        )}
        {!back && !target.tag && digest !== undefined && digest === u.available?.digest && (
          <button
            type="button"
            className={ui.btn}
            disabled={busy}
            onClick={() => skip(skipped ? undefined : digest)}
          >
            {skipped ? "Offer it again" : "Skip this version"}
          </button>
        )}
        {!refused && (
          <button type="button" className={ui.primary} disabled={busy} onClick={begin}>
            {busy ? "Beginning" : verb}
          </button>
        )}
      </footer>
    </>
  );
}
