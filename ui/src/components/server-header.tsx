import { useQuery } from "@tanstack/react-query";
import { Suspense } from "react";
import { healthQuery } from "../api/cache";
import type { Container } from "../api/types";
import { span, useNow } from "../lib/format";
import { part } from "../lib/part";
import { type LampKind, statusOf } from "../lib/status";
import { Gauges } from "./gauges";
import { Lamp } from "./lamp";
import css from "./server-header.module.css";
import { Skeleton } from "./states";

const Chart = part(() => import("./chart").then((m) => m.Chart));

const words: Record<LampKind, string> = { run: "running", go: "starting", bad: "failing", off: "stopped" };
const order: LampKind[] = ["run", "go", "bad", "off"];

function Counts({ containers, now }: { containers: Container[]; now: number }) {
  const n: Record<LampKind, number> = { run: 0, go: 0, bad: 0, off: 0 };
  for (const c of containers) n[statusOf(c, now).lamp]++;
  if (containers.length === 0) return <p className={css.counts}>No containers yet</p>;
  return (
    <p className={css.counts}>
      {order
        .filter((k) => n[k] > 0)
        .map((k) => (
          <span key={k}>
            <Lamp kind={k} />
            <b>{n[k]}</b> {words[k]}
          </span>
        ))}
    </p>
  );
}

export function ServerHeader({ containers }: { containers: Container[] | undefined }) {
  const { data: health, dataUpdatedAt } = useQuery(healthQuery);
  const now = useNow();
  const server = health?.server;
  const uptime = server && server.uptimeSeconds + Math.max(0, now - dataUpdatedAt) / 1000;

  return (
    <section className={css.harbour} aria-label="This server">
      <Suspense>
        <Chart />
      </Suspense>
      <div className={css.who}>
        {server ? (
          <p className={css.eyebrow}>
            {[
              server.os.replace("GNU/Linux ", ""),
              health.engine.version && `Docker ${health.engine.version}`,
              uptime !== undefined && `up ${span(uptime)}`,
            ]
              .filter(Boolean)
              .join(" · ")}
          </p>
        ) : (
          <Skeleton width={220} height={16} />
        )}
        <h1>{server?.hostname ?? "This server"}</h1>
        {containers ? (
          <Counts containers={containers} now={now} />
        ) : (
          <p className={css.counts}>Reading containers</p>
        )}
      </div>
      <Gauges />
    </section>
  );
}
