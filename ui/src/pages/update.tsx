import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useContainers, useOperations } from "../api/cache";
import { installsQuery } from "../api/store";
import type { Operation } from "../api/types";
import { type ContainerUpdate, type Target, updateOf, updatesQuery } from "../api/updates";
import { AppIcon } from "../components/app-icon";
import { Icon } from "../components/icon";
import { OperationEnd, OperationRunning, OperationWork } from "../components/operation-progress";
import { EmptyState, ErrorState, Skeleton } from "../components/states";
import wizard from "../forms/wizard.module.css";
import { shortDigest } from "../lib/format";
import { useMedia } from "../lib/use-media";
import type { UpdatesSearch } from "../router";
import sheet from "../store/sheet.module.css";
import ui from "../styles/controls.module.css";
import { DigestHistory } from "../updates/history";
import { Plan } from "../updates/plan";
import { PolicyForm } from "../updates/policy-form";
import { StandingLine } from "../updates/standing";
import { stepWords } from "../updates/words";

/** What the address of the list keeps when a container is closed. */
const list = ({ q, show }: UpdatesSearch): UpdatesSearch => ({ q, show });

/** The steps of an update, then how it ended. Its id is in the address, so a reload finds it again. */
function Progress({ operation, onClose }: { operation: Operation | undefined; onClose: () => void }) {
  const running = operation?.state === "running";
  return (
    <div className={sheet.form}>
      {operation && !running && (
        <OperationEnd
          operation={operation}
          good="It is updated, and runs well."
          back="Rolled back: what ran before runs again."
        />
      )}
      {operation ? (
        <OperationWork operation={operation} />
      ) : (
        <p className={ui.help}>
          Its steps are no longer kept. The audit log has who asked for it and how it ended.
        </p>
      )}
      <footer className={sheet.foot}>
        {running ? (
          <OperationRunning operation={operation} />
        ) : (
          <button type="button" className={ui.primary} onClick={onClose}>
            Done
          </button>
        )}
      </footer>
    </div>
  );
}

/** An app's containers are updated together, on the app's own page. */
function AppLink({ install }: { install: string }) {
  const { data: installs } = useQuery(installsQuery);
  const it = installs?.find((i) => i.id === install);
  if (!it) return null;
  return (
    <Link
      to="/store/$store/$slug"
      params={{ store: it.store, slug: it.slug }}
      search={{ install: it.id, edit: true }}
      className={ui.btn}
    >
      Settings of {it.name}
    </Link>
  );
}

/** Later tags are hints; going to one changes what is followed. */
function NewerTags({ update: u, target }: { update: ContainerUpdate; target: Target }) {
  if (u.newerTags.length === 0) return null;
  return (
    <section aria-label="Newer tags">
      <h3>Newer tags</h3>
      {u.newerTags.map((t) => (
        <div key={t.tag} className={sheet.fact}>
          <p>
            <b>{t.tag}</b>
            <small>{stepWords(t)}</small>
          </p>
          <Link
            from="/updates/$name"
            to="/updates/$name"
            params={{ name: u.name }}
            search={(s) => ({ ...s, tag: t.tag, digest: undefined, operation: undefined })}
            resetScroll={false}
            className={ui.quiet}
            aria-label={`Look at ${t.tag}`}
            aria-current={target.tag === t.tag || undefined}
          >
            Look…
          </Link>
        </div>
      ))}
    </section>
  );
}

function Details({
  update: u,
  last,
  target,
  onBegun,
}: {
  update: ContainerUpdate;
  last: Operation | undefined;
  target: Target;
  onBegun: (operation: string) => void;
}) {
  const chosen = target.tag ?? (target.digest && shortDigest(target.digest));
  const failed = last && (last.state === "rolledBack" || last.state === "needsAttention") ? last : undefined;
  const planned = u.follows !== undefined && (chosen !== undefined || u.available !== undefined);
  return (
    <div className={sheet.body}>
      {chosen === undefined ? (
        <StandingLine update={u} last={failed ? undefined : last} />
      ) : (
        <div className={wizard.notice}>
          <Icon name="info" />
          <p>
            This is the plan for <b>{chosen}</b>.
          </p>
          <Link
            from="/updates/$name"
            to="/updates/$name"
            params={{ name: u.name }}
            search={list}
            resetScroll={false}
            className={ui.quiet}
          >
            Leave it
          </Link>
        </div>
      )}
      {failed && chosen === undefined && (
        <OperationEnd operation={failed} good="" back="The last update was rolled back." />
      )}
      {u.install && <AppLink install={u.install} />}
      {planned && <Plan key={`${target.tag}${target.digest}`} update={u} target={target} onBegun={onBegun} />}
      <NewerTags update={u} target={target} />
      <div>
        <PolicyForm key={u.policy.skip} update={u} />
        <DigestHistory update={u} />
      </div>
    </div>
  );
}

/** One container's update beside the list: what would change, doing it, and how it wants to be treated. */
export default function UpdateSheet() {
  const { name } = useParams({ from: "/app/updates/$name" });
  return <Sheet key={name} name={name} />;
}

function Sheet({ name }: { name: string }) {
  const { operation: wanted, tag, digest } = useSearch({ from: "/app/updates/$name" });
  const navigate = useNavigate({ from: "/updates/$name" });
  const { data, error, refetch } = useQuery(updatesQuery);
  const { data: containers } = useContainers();
  const operations = useOperations();
  const title = useRef<HTMLHeadingElement>(null);
  const beside = useMedia("(min-width: 1101px)");
  const u = data?.containers.find((c) => c.name === name);
  const last = updateOf(operations, name);
  // One that somebody else began shows as well.
  const shown = wanted
    ? operations.find((o) => o.id === wanted)
    : last?.state === "running"
      ? last
      : undefined;

  useEffect(() => {
    document.title = `${name} · Updates · Harbourmaster`;
  }, [name]);
  useEffect(() => title.current?.focus({ preventScroll: true }), []);

  const close = () => void navigate({ to: "/updates", search: list, resetScroll: false });
  const Title = beside ? "h2" : "h1";
  return (
    <aside
      className={sheet.sheet}
      aria-label={name}
      onKeyDown={(e) => {
        if (e.key === "Escape" && !e.defaultPrevented && !document.querySelector("dialog[open]")) close();
      }}
    >
      <header className={sheet.head}>
        <AppIcon container={containers?.find((c) => c.name === name) ?? { name }} size={56} />
        <div>
          <Title ref={title} tabIndex={-1}>
            <Link to="/containers/$id" params={{ id: name }}>
              {name}
            </Link>
          </Title>
          <p>{u?.follows}</p>
        </div>
        <Link
          to="/updates"
          from="/updates"
          search={list}
          resetScroll={false}
          className={ui.icon}
          aria-label="Close"
        >
          <Icon name="x" />
        </Link>
      </header>
      {wanted || shown ? (
        <Progress
          operation={shown}
          onClose={() => void navigate({ search: (s) => list(s), replace: true, resetScroll: false })}
        />
      ) : u ? (
        <Details
          update={u}
          last={last}
          target={{ tag, digest }}
          onBegun={(operation) =>
            void navigate({ search: (s) => ({ ...list(s), operation }), resetScroll: false })
          }
        />
      ) : data ? (
        <EmptyState text={`There is no container “${name}” on this server.`}>
          <Link to="/updates" search={list} from="/updates" className={ui.primary}>
            All updates
          </Link>
        </EmptyState>
      ) : error ? (
        <ErrorState what="The updates could not be read" error={error} onRetry={() => void refetch()} />
      ) : (
        <Skeleton width="100%" height={420} />
      )}
    </aside>
  );
}
