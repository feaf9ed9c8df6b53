import { useQuery } from "@tanstack/react-query";
import { messageOf } from "../api/errors";
import { auditChainQuery } from "../api/timeline";
import { clock } from "../lib/format";
import ui from "../styles/controls.module.css";
import css from "./audit-chain.module.css";
import { Icon } from "./icon";
import { CopyButton, Skeleton } from "./states";

/** Whether the audit log is as it was written: each line holds the hash of the one before it. */
export function AuditChain() {
  const { data, error, refetch, isFetching } = useQuery(auditChainQuery);
  if (!data && !error) return <Skeleton width="100%" height={62} />;
  const again = (
    <button type="button" className={ui.quiet} disabled={isFetching} onClick={() => void refetch()}>
      {isFetching ? "Checking" : "Check again"}
    </button>
  );
  if (!data) {
    return (
      <section className={css.chain} data-bad aria-label="State of the audit log">
        <Icon name="warn" size={20} />
        <div>
          <h2>The chain could not be checked</h2>
          <p>{messageOf(error)}</p>
        </div>
        {again}
      </section>
    );
  }
  const { broken } = data;
  return (
    <section className={css.chain} data-bad={!data.ok || undefined} aria-label="State of the audit log">
      <Icon name={data.ok ? "check" : "warn"} size={20} />
      {broken ? (
        <div>
          <h2>The chain is broken</h2>
          <p>
            {broken.file}, line {broken.line}: {broken.reason}
          </p>
          <p>What is written before that line is as it was; what follows may have been changed.</p>
        </div>
      ) : (
        <div>
          <h2>
            {data.lines.toLocaleString("en-GB")} {data.lines === 1 ? "line" : "lines"} verified
          </h2>
          <p>
            Unbroken as of {clock(data.checkedAt)}.
            {data.lastHash && (
              <>
                {" "}
                Keep the last hash elsewhere to notice lines cut off the end:{" "}
                <code title={data.lastHash}>{data.lastHash.slice(0, 12)}…</code>
              </>
            )}
          </p>
        </div>
      )}
      <span>
        {data.lastHash && <CopyButton icon text={data.lastHash} label="Copy the last hash" />}
        {again}
      </span>
    </section>
  );
}
