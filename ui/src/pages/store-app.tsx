import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useCallback, useEffect, useRef, useState } from "react";
import { ApiError } from "../api/errors";
import { type AppDetails, appQuery, type Begun, install, installsQuery, previewInstall } from "../api/store";
import { Icon } from "../components/icon";
import { EmptyState, ErrorState, Skeleton } from "../components/states";
import wizard from "../forms/wizard.module.css";
import { plural } from "../lib/format";
import { useMedia } from "../lib/use-media";
import type { StoreSearch } from "../router";
import { Description, Fits, Trust, Versions } from "../store/about-app";
import { AppForm } from "../store/app-form";
import { type Draft, draftFrom, emptyDraft } from "../store/draft";
import { EditInstall } from "../store/edit-install";
import { InstallCard } from "../store/install-card";
import { Progress } from "../store/progress";
import { keepSecrets } from "../store/secrets";
import { SecretsCard } from "../store/secrets-card";
import css from "../store/sheet.module.css";
import { StoreIcon } from "../store/store-icon";
import type { Ask } from "../store/use-preview";
import { makes } from "../store/words";
import ui from "../styles/controls.module.css";

/** What the address of the list keeps when an app is closed. */
const list = ({ q, category, from, sort, installed }: StoreSearch): StoreSearch => ({
  q,
  category,
  from,
  sort,
  installed,
});

const words = {
  label: "Install",
  submit: "Install",
  busy: "Installing",
  failed: "It was not installed.",
  plan: makes,
};

/** What there is to decide about an app before it is installed. */
function Offer({
  app,
  kept,
  onBegun,
}: {
  app: AppDetails;
  kept: Draft | undefined;
  onBegun: (begun: Begun, entered: Draft) => void;
}) {
  const { store, slug } = app;
  const { data: installs = [] } = useQuery(installsQuery);
  const mine = installs.filter((i) => i.store === store && i.slug === slug);
  const here = mine.filter((i) => i.state !== "removed");
  const gone = mine.length > here.length;
  const [again, setAgain] = useState(kept !== undefined);
  const ask: Ask = useCallback((asked, signal) => previewInstall(store, slug, asked, signal), [store, slug]);
  return (
    <div className={css.body}>
      <Trust app={app} />
      <Fits app={app} />
      {mine.map((i) => (
        <SecretsCard key={i.id} install={i.id} />
      ))}
      {here.map((i) => (
        <InstallCard key={i.id} install={i} />
      ))}
      <Description app={app} />
      <Versions app={app} />
      {app.refused && (
        <div className={wizard.failure} role="status">
          <Icon name="lock" />
          <p>
            <b>It can not be installed now.</b> {app.refused}
          </p>
        </div>
      )}
      {gone && here.length === 0 && (
        <p className={ui.help}>
          <Icon name="info" size={15} />
          It was installed here before. Its data is kept, and installing it again goes on with it.
        </p>
      )}
      {!app.refused &&
        (here.length > 0 && !again ? (
          <button type="button" className={ui.btn} onClick={() => setAgain(true)}>
            Install another one
          </button>
        ) : (
          <AppForm
            form={app.form}
            initial={kept ?? emptyDraft}
            ask={ask}
            words={words}
            willGet={app.willGet}
            onSubmit={async (asked, preview) => {
              const begun = await install(store, slug, asked, preview.name);
              onBegun(begun, draftFrom(asked.answers, asked.confirmRisks));
            }}
          />
        ))}
    </div>
  );
}

/** An app beside the list: what it is, who signed it, its form, and what becomes of it. On a phone it is the page. */
export default function StoreApp() {
  const params = useParams({ from: "/app/store/$store/$slug" });
  return <Sheet key={`${params.store}/${params.slug}`} {...params} />;
}

function Sheet({ store, slug }: { store: string; slug: string }) {
  const search = useSearch({ from: "/app/store/$store/$slug" });
  const navigate = useNavigate({ from: "/store/$store/$slug" });
  const { data: app, error, refetch } = useQuery(appQuery(store, slug));
  const { data: installs } = useQuery(installsQuery);
  const [kept, setKept] = useState<Draft>();
  const title = useRef<HTMLHeadingElement>(null);
  const beside = useMedia("(min-width: 1101px)");
  // What was installed stays, also when its store has gone.
  const mine = installs?.find((i) => i.id === search.install || (i.store === store && i.slug === slug));
  const name = app?.name ?? mine?.app;

  useEffect(() => {
    document.title = `${name ? `${name} · ` : ""}Store · Harbourmaster`;
  }, [name]);
  useEffect(() => title.current?.focus({ preventScroll: true }), []);

  const show = (change: { install?: string; operation?: string; edit?: true }) =>
    void navigate({
      search: (s) => ({ ...s, install: undefined, operation: undefined, edit: undefined, ...change }),
      resetScroll: false,
    });
  const begun = (answer: Begun, entered: Draft) => {
    setKept(entered);
    keepSecrets(answer.install, answer.secrets, answer.lost);
    show({ install: answer.install, operation: answer.operationId, edit: search.edit });
  };
  const close = () => void navigate({ to: "/store", search: list, resetScroll: false });

  const Title = beside ? "h2" : "h1";
  const subtitle =
    app && [app.version, app.license, plural(app.services, "container")].filter(Boolean).join(" · ");
  const missing = error instanceof ApiError && error.status === 404;
  return (
    <aside
      className={css.sheet}
      aria-label={name ?? "App"}
      onKeyDown={(e) => {
        if (e.key === "Escape" && !e.defaultPrevented && !document.querySelector("dialog[open]")) close();
      }}
    >
      <header className={css.head}>
        <StoreIcon name={name ?? slug} icon={app?.icon} size={56} />
        <div>
          <Title ref={title} tabIndex={-1}>
            {name ?? (error ? slug : "Reading")}
          </Title>
          <p>{subtitle ?? mine?.version}</p>
        </div>
        <Link
          to="/store"
          from="/store"
          search={list}
          resetScroll={false}
          className={ui.icon}
          aria-label="Close"
        >
          <Icon name="x" />
        </Link>
      </header>
      {search.operation ? (
        <Progress
          id={search.operation}
          install={search.install}
          onClose={(again) => {
            if (!again) setKept(undefined);
            show(again && search.edit ? { install: search.install, edit: true } : {});
          }}
        />
      ) : search.install && search.edit ? (
        <EditInstall id={search.install} kept={kept} onBegun={begun} onCancel={() => show({})} />
      ) : app ? (
        <Offer app={app} kept={kept} onBegun={begun} />
      ) : error && mine ? (
        <div className={css.body}>
          <p className={ui.help}>
            {missing
              ? "The store does not have this app any more."
              : "The store could not be asked about this app."}
          </p>
          <InstallCard install={mine} />
        </div>
      ) : missing ? (
        <EmptyState text="There is no such app in the store.">
          <Link to="/store" from="/store" search={list} className={ui.primary}>
            All apps
          </Link>
        </EmptyState>
      ) : error ? (
        <ErrorState what="The app could not be read" error={error} onRetry={() => void refetch()} />
      ) : (
        <Skeleton width="100%" height={420} />
      )}
    </aside>
  );
}
