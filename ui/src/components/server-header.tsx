import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, Suspense, useEffect, useState } from "react";
import { healthQuery, imagesQuery } from "../api/cache";
import type { Container } from "../api/types";
import { diskParts, memoryParts, span, useNow } from "../lib/format";
import { part } from "../lib/part";
import { type LampKind, statusOf } from "../lib/status";
import { Lamp } from "./lamp";
import css from "./server-header.module.css";
import { Skeleton } from "./states";

const Chart = part(() => import("./chart").then((m) => m.Chart));

function Fact({
  label,
  value,
  unit,
  sub,
}: {
  label: string;
  value: ReactNode;
  unit?: string;
  sub: ReactNode;
}) {
  return (
    <div className={css.fact}>
      <span>{label}</span>
      <b>
        {value}
        {unit && <small>{unit}</small>}
      </b>
      <span>{sub}</span>
    </div>
  );
}

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

/** Images are of no use to the first paint, so their list is asked for when the page is quiet. */
function useImagesWhenQuiet(): { count: number; bytes: number } | undefined {
  const [enabled, enable] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => enable(true), 300);
    return () => clearTimeout(timer);
  }, []);
  const { data } = useQuery({ ...imagesQuery, enabled });
  return data && { count: data.length, bytes: data.reduce((sum, i) => sum + i.sizeBytes, 0) };
}

export function ServerHeader({ containers }: { containers: Container[] | undefined }) {
  const { data: health, dataUpdatedAt } = useQuery(healthQuery);
  const now = useNow();
  const images = useImagesWhenQuiet();
  const server = health?.server;
  const uptime = server && server.uptimeSeconds + Math.max(0, now - dataUpdatedAt) / 1000;
  const [memory, memoryUnit] = memoryParts(server?.memoryBytes ?? 0);
  const [stored, storedUnit] = diskParts(images?.bytes ?? 0);
  const published = new Set(
    (containers ?? []).flatMap((c) =>
      c.state === "running" ? c.ports.map((p) => p.host && `${p.host}/${p.protocol}`) : [],
    ),
  );
  published.delete(undefined);
  published.delete(0);

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
      <div className={css.facts}>
        <Fact label="Processor" value={server?.cpus ?? "–"} sub={server?.cpus === 1 ? "core" : "cores"} />
        <Fact label="Memory" value={server ? memory : "–"} unit={server && memoryUnit} sub="installed" />
        <Link to="/images" className={css.factLink}>
          <Fact
            label="Images"
            value={images?.count ?? "–"}
            sub={images ? `${stored} ${storedUnit}` : "on disk"}
          />
        </Link>
        <Fact label="Ports" value={containers ? published.size : "–"} sub="published" />
      </div>
    </section>
  );
}
