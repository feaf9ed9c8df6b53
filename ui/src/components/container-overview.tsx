import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import type { Container, ContainerDetail, Mount } from "../api/types";
import { ago, clock, dateTime, plural, shortDigest, shortId, took, useNow } from "../lib/format";
import { endReason, isStopped } from "../lib/status";
import ui from "../styles/controls.module.css";
import css from "./container-overview.module.css";
import { Icon, type IconName } from "./icon";
import { Lamp } from "./lamp";
import { CopyButton, Skeleton } from "./states";

function Card({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  return (
    <section className={css.card}>
      <header>
        <h2>{title}</h2>
        {aside}
      </header>
      {children}
    </section>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** What the probe says, the last results as marks, and the words of the last failure. */
function HealthCard({ container: c, detail }: { container: Container; detail?: ContainerDetail }) {
  if (!c.health) return null;
  const word = { healthy: "Healthy", unhealthy: "Unhealthy", starting: "Starting" }[c.health.status];
  const lamp = { healthy: "run", unhealthy: "bad", starting: "go" } as const;
  const log = detail?.healthLog ?? [];
  return (
    <Card
      title="Health"
      aside={
        <span className={css.health} data-status={c.health.status}>
          <Lamp kind={lamp[c.health.status]} />
          {word}
          {c.health.failingStreak > 0 && `, ${plural(c.health.failingStreak, "failure")} in a row`}
        </span>
      }
    >
      {detail?.healthcheck && (
        <p className={css.probe}>
          <code>{detail.healthcheck.test.filter((t) => t !== "CMD" && t !== "CMD-SHELL").join(" ")}</code>
          {detail.healthcheck.intervalSeconds !== undefined &&
            ` every ${detail.healthcheck.intervalSeconds} s`}
        </p>
      )}
      {c.health.reason && c.health.status !== "healthy" && (
        <div className={css.reason}>
          <p>
            Last failure at {clock(c.health.reason.at)}, code {c.health.reason.exitCode}
          </p>
          <pre>{c.health.reason.output.trim() || "The check said nothing."}</pre>
        </div>
      )}
      {log.length > 0 && (
        <ol className={css.checks} aria-label="Last checks, oldest first">
          {log.map((entry) => (
            <li key={entry.start} data-good={entry.exitCode === 0 || undefined} title={entry.output.trim()}>
              <i aria-hidden="true" />
              <span>{clock(entry.start)}</span>
              <span className="vh">
                {entry.exitCode === 0 ? "passed" : `failed with code ${entry.exitCode}`}
              </span>
              <small>{took(entry.start, entry.end)}</small>
            </li>
          ))}
        </ol>
      )}
    </Card>
  );
}

function PortsCard({ container: c }: { container: Container }) {
  return (
    <Card title="Ports">
      {c.ports.length === 0 ? (
        <p className={css.none}>None. It is reached through its networks only.</p>
      ) : (
        <ul className={css.rows}>
          {c.ports.map((p) => {
            const host =
              !p.hostIp || p.hostIp === "0.0.0.0" || p.hostIp === "::" ? location.hostname : p.hostIp;
            const web = p.protocol === "tcp" && c.state === "running";
            const key = `${p.hostIp}:${p.host}:${p.container}/${p.protocol}`;
            return (
              <li key={key}>
                {p.host === undefined ? (
                  <span className={css.dim}>not published</span>
                ) : web ? (
                  <a
                    className={ui.link}
                    href={`http://${host.includes(":") ? `[${host}]` : host}:${p.host}/`}
                    target="_blank"
                    rel="noopener noreferrer"
                  >
                    {p.host}
                    <Icon name="open" size={14} />
                  </a>
                ) : (
                  <b>{p.host}</b>
                )}
                <Icon name="arrow" size={15} />
                <span>
                  {p.container}/{p.protocol}
                </span>
                {p.hostIp && p.hostIp !== "0.0.0.0" && p.hostIp !== "::" && (
                  <span className={css.dim}>only on {p.hostIp}</span>
                )}
                {p.hostIp === "::" && <span className={css.dim}>IPv6</span>}
              </li>
            );
          })}
        </ul>
      )}
    </Card>
  );
}

const mountIcons: Record<Mount["type"], IconName> = {
  bind: "folder",
  volume: "disk",
  tmpfs: "wave",
  other: "box",
};

function StorageCard({ container: c }: { container: Container }) {
  return (
    <Card title="Storage">
      {c.mounts.length === 0 ? (
        <p className={css.none}>None. What it writes is lost when it is removed.</p>
      ) : (
        <ul className={css.rows}>
          {c.mounts.map((m) => (
            <li key={m.target}>
              <Icon name={mountIcons[m.type]} size={16} />
              <code className={css.path}>{m.type === "tmpfs" ? "memory" : m.source}</code>
              <Icon name="arrow" size={15} />
              <code className={css.path}>{m.target}</code>
              {m.readOnly && <span className={css.tag}>read only</span>}
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

/** Values are often secrets, so they stay covered until they are wanted. */
function EnvironmentCard({ detail }: { detail: ContainerDetail }) {
  const [shown, setShown] = useState(false);
  return (
    <Card
      title="Environment"
      aside={
        detail.env.length > 0 && (
          <button type="button" className={ui.link} aria-pressed={shown} onClick={() => setShown(!shown)}>
            <Icon name="eye" size={16} />
            {shown ? "Hide values" : "Show values"}
          </button>
        )
      }
    >
      {detail.env.length === 0 ? (
        <p className={css.none}>Nothing set.</p>
      ) : (
        <ul className={css.env}>
          {detail.env.map((e) => (
            <li key={e.name}>
              <code>{e.name}</code>
              <code>{shown ? e.value : "••••••••"}</code>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

const policies = {
  no: "Never",
  always: "Always",
  "unless-stopped": "Unless stopped",
  "on-failure": "After a failure",
} as const;

function Facts({ container: c, detail }: { container: Container; detail?: ContainerDetail }) {
  const now = useNow();
  const { policy, maxRetries } = c.restartPolicy;
  return (
    <Card title="Container">
      <dl className={css.facts}>
        <Fact label="Image">
          <span className={css.wrap}>{c.image}</span>
        </Fact>
        <Fact label="Digest">
          {c.digest ? (
            <span className={css.copy}>
              <code title={c.digest}>{shortDigest(c.digest)}</code>
              <CopyButton icon text={c.digest} label="Copy digest" />
              <Link to="/updates/$name" params={{ name: c.name }} className={ui.link}>
                Versions
              </Link>
            </span>
          ) : (
            "made on this server"
          )}
        </Fact>
        <Fact label="Id">
          <span className={css.copy}>
            <code title={c.id}>{shortId(c.id)}</code>
            <CopyButton icon text={c.id} label="Copy id" />
          </span>
        </Fact>
        <Fact label="Created">
          {dateTime(c.created)} <span className={css.dim}>{ago(c.created, now)}</span>
        </Fact>
        {!isStopped(c) && c.startedAt && <Fact label="Started">{dateTime(c.startedAt)}</Fact>}
        {isStopped(c) && c.finishedAt && (
          <Fact label="Ended">
            {dateTime(c.finishedAt)} <span className={css.dim}>{endReason(c)}</span>
          </Fact>
        )}
        <Fact label="Restarts">
          {policies[policy]}
          {maxRetries ? `, ${plural(maxRetries, "try").replace("trys", "tries")}` : ""}
          {c.restartCount > 0 && <span className={css.dim}> {plural(c.restartCount, "time")} so far</span>}
        </Fact>
        {c.project && (
          <Fact label="Project">
            <Link to="/" search={{ q: c.project }} className={ui.link}>
              {c.project}
            </Link>
            {c.service && ` ${c.service}`}
          </Fact>
        )}
        {detail && (
          <>
            <Fact label="Command">
              <code className={css.wrap}>
                {[...detail.entrypoint, ...detail.command].join(" ") || "none"}
              </code>
            </Fact>
            <Fact label="User">{detail.user || "root"}</Fact>
            {detail.workingDir && (
              <Fact label="Folder">
                <code>{detail.workingDir}</code>
              </Fact>
            )}
            <Fact label="Log driver">{detail.logDriver}</Fact>
            {detail.privileged && <Fact label="Rights">Privileged</Fact>}
            {detail.capAdd.length > 0 && <Fact label="Capabilities">{detail.capAdd.join(", ")}</Fact>}
            {detail.devices.length > 0 && (
              <Fact label="Devices">{detail.devices.map((d) => d.host).join(", ")}</Fact>
            )}
          </>
        )}
      </dl>
    </Card>
  );
}

function NetworksCard({ container: c, detail }: { container: Container; detail?: ContainerDetail }) {
  const special =
    detail?.networkMode === "host" || detail?.networkMode === "none" ? detail.networkMode : undefined;
  return (
    <Card title="Networks">
      {special ? (
        <p className={css.none}>
          {special === "host" ? "Shares the network of this server." : "None at all."}
        </p>
      ) : c.networks.length === 0 ? (
        <p className={css.none}>Not connected.</p>
      ) : (
        <ul className={css.rows}>
          {c.networks.map((n) => (
            <li key={n.name}>
              <Icon name="net" size={16} />
              <b>{n.name}</b>
              {n.ipAddress && <code className={css.dim}>{n.ipAddress}</code>}
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function LabelsCard({ labels }: { labels: Record<string, string> }) {
  const entries = Object.entries(labels).sort(([a], [b]) => a.localeCompare(b));
  if (entries.length === 0) return null;
  return (
    <details className={css.card}>
      <summary>
        <h2>Labels</h2>
        <span className={css.dim}>{entries.length}</span>
      </summary>
      <ul className={css.env}>
        {entries.map(([k, v]) => (
          <li key={k}>
            <code>{k}</code>
            <code>{v}</code>
          </li>
        ))}
      </ul>
    </details>
  );
}

export function ContainerOverview({ container, detail }: { container: Container; detail?: ContainerDetail }) {
  return (
    <div className={css.overview}>
      <div>
        {container.error && isStopped(container) && (
          <p className={css.error}>
            <Icon name="warn" size={17} />
            {container.error}
          </p>
        )}
        <HealthCard container={container} detail={detail} />
        <PortsCard container={container} />
        <StorageCard container={container} />
        {detail ? <EnvironmentCard detail={detail} /> : <Skeleton width="100%" height={120} />}
      </div>
      <div>
        <Facts container={container} detail={detail} />
        <NetworksCard container={container} detail={detail} />
        <LabelsCard labels={container.labels} />
      </div>
    </div>
  );
}
