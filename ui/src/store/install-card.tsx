import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useContainers } from "../api/cache";
import type { Install } from "../api/store";
import { Icon } from "../components/icon";
import { Lamp } from "../components/lamp";
import { useNow } from "../lib/format";
import { statusOf } from "../lib/status";
import ui from "../styles/controls.module.css";
import list from "../styles/list-page.module.css";
import css from "./sheet.module.css";
import { UninstallDialog } from "./uninstall-dialog";
import { atWork, pageOf, stateWords } from "./words";

/** Something that is installed: how it stands, and what can be done with it. */
export function InstallCard({ install, titled = false }: { install: Install; titled?: boolean }) {
  const { data: containers = [] } = useContainers();
  const now = useNow();
  const [leaving, setLeaving] = useState(false);
  const to = {
    from: "/store",
    to: "/store/$store/$slug",
    params: { store: install.store, slug: install.slug },
  } as const;
  const url = pageOf(install.url, location.hostname);
  const there = install.state === "installed";
  return (
    <section className={`${ui.card} ${css.install}`} aria-label={install.name}>
      <h3 className={css.acts}>
        {titled ? (
          <Link {...to} search={(s) => s} resetScroll={false}>
            {install.app}
          </Link>
        ) : (
          install.name
        )}
        {titled && install.name !== install.slug && <small className={list.tag}>{install.name}</small>}
        <small className={list.tag}>{install.version}</small>
        {install.newer && <small className={list.tag}>{install.newer} is ready</small>}
      </h3>
      {!there && <p className={ui.help}>{stateWords[install.state]}</p>}
      <ul>
        {install.containers.map((c) => {
          // The list of containers is live; what the store knows of them is not.
          const live = containers.find((x) => x.id === c.id || x.name === c.name);
          const status = live && statusOf(live, now);
          return (
            <li key={c.service}>
              <Lamp kind={status?.lamp ?? "off"} />
              {live ? (
                <Link to="/containers/$id" params={{ id: live.name }} className={ui.link}>
                  {c.service}
                </Link>
              ) : (
                c.service
              )}
              <small>{status ? [status.word, status.note].filter(Boolean).join(" · ") : "Not there"}</small>
            </li>
          );
        })}
      </ul>
      <p className={css.acts}>
        {url && there && (
          <a className={ui.primary} href={url} target="_blank" rel="noreferrer">
            <Icon name="open" size={16} />
            Open web UI
          </a>
        )}
        {atWork(install) && install.operation && (
          <Link
            {...to}
            className={ui.btn}
            search={(s) => ({ ...s, install: install.id, operation: install.operation })}
            resetScroll={false}
          >
            See its steps
          </Link>
        )}
        {there && (
          <>
            <Link
              {...to}
              className={ui.btn}
              search={(s) => ({ ...s, install: install.id, edit: true as const, operation: undefined })}
              resetScroll={false}
            >
              Edit settings
            </Link>
            <button type="button" className={ui.btn} onClick={() => setLeaving(true)}>
              Uninstall
            </button>
          </>
        )}
      </p>
      {leaving && <UninstallDialog install={install} onClose={() => setLeaving(false)} />}
    </section>
  );
}
