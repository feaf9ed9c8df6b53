import type { ReactNode } from "react";
import type { AppPreview } from "../api/store";
import { Dialog } from "../components/dialog";
import { Icon, type IconName } from "../components/icon";
import review from "../forms/review.module.css";
import { disk, shortDigest } from "../lib/format";
import ui from "../styles/controls.module.css";
import list from "../styles/list-page.module.css";
import css from "./sheet.module.css";

type Planned = AppPreview["containers"][number];

function Line({ icon, children }: { icon: IconName; children: ReactNode }) {
  return (
    <li>
      <Icon name={icon} size={16} />
      <span>{children}</span>
    </li>
  );
}

const conditions: Record<string, string> = {
  service_started: "has started",
  service_healthy: "is healthy",
  service_completed_successfully: "has done its work",
};

function PlannedContainer({ container: c }: { container: Planned }) {
  return (
    <section aria-label={c.name}>
      <h3>
        {c.name} {c.role === "setup" && <small className={list.tag}>runs once</small>}
      </h3>
      <ul className={`${review.plan} ${css.gets}`}>
        <Line icon="layers">
          <b>{c.image}</b> pinned to <code title={c.digest}>{shortDigest(c.digest)}</code>
        </Line>
        {c.waitsFor.map((w) => (
          <Line key={w.service} icon="clock">
            Starts when <b>{w.service}</b> {conditions[w.condition] ?? w.condition}
          </Line>
        ))}
        {c.ports.map((p) => (
          <Line key={`${p.container}${p.protocol}${p.host}`} icon="net">
            Port <b>{p.host ?? "chosen by Docker"}</b> of {p.hostIp ?? "this server"} to {p.container}/
            {p.protocol}
          </Line>
        ))}
        {c.mounts.map((m) => (
          <Line key={m.target} icon={m.kind === "bind" ? "folder" : "disk"}>
            <b>{m.kind === "tmpfs" ? "Memory" : m.source}</b> as {m.target}
            {m.readOnly && ", read only"}
          </Line>
        ))}
        {c.devices.map((d) => (
          <Line key={d} icon="sliders">
            Device <b>{d}</b>
          </Line>
        ))}
        {c.configs.map((f) => (
          <Line key={f.target} icon="log">
            File {f.target}, {disk(f.bytes)}
          </Line>
        ))}
        {c.env.length > 0 && <Line icon="sliders">Sets {c.env.join(", ")}</Line>}
        {c.restart && c.restart !== "no" && <Line icon="restart">Restarts: {c.restart}</Line>}
      </ul>
    </section>
  );
}

/** Exactly what would be made. */
export function PreviewDialog({ preview: p, onClose }: { preview: AppPreview; onClose: () => void }) {
  return (
    <Dialog
      wide
      title="What will be made"
      onClose={onClose}
      footer={
        <button type="button" className={ui.primary} onClick={onClose}>
          Done
        </button>
      }
    >
      <div className={css.fields}>
        <section aria-label="For the whole app">
          <h3>For the whole app</h3>
          <ul className={`${review.plan} ${css.gets}`}>
            {p.network && (
              <Line icon="net">
                Network <b>{p.network}</b>, for its containers only
              </Line>
            )}
            {p.volumes.map((v) => (
              <Line key={v.name} icon="disk">
                Volume <b>{v.name}</b>
                {v.exists && ", which is here already and is used with what is in it"}
              </Line>
            ))}
            {p.folders.map((f) => (
              <Line key={f} icon="folder">
                Folder <b>{f}</b>
              </Line>
            ))}
            {p.pulls.length > 0 && (
              <Line icon="download">
                Fetches {p.pulls.join(", ")}
                {p.pullBytes !== undefined && `, at most ${disk(p.pullBytes)}`}
              </Line>
            )}
            {p.generates.length > 0 && (
              <Line icon="key">Makes up {p.generates.join(", ")}, and shows it once</Line>
            )}
          </ul>
        </section>
        {p.containers.map((c) => (
          <PlannedContainer key={c.name} container={c} />
        ))}
      </div>
    </Dialog>
  );
}
