import { zodResolver } from "@hookform/resolvers/zod";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useState } from "react";
import { useForm } from "react-hook-form";
import { checkRecreate, readSettings } from "../api/create-queries";
import { type ApiError, messageOf } from "../api/errors";
import type { Change, Container, CreateRequest, ContainerSettings as Kept } from "../api/types";
import { fromRequest, keepTyped } from "../forms/create-prefill";
import { type CreateForm, createSchema } from "../forms/create-schema";
import { LeaveGuard } from "../forms/leave-guard";
import { RecreateReview } from "../forms/recreate-review";
import { Wizard, type WizardWords } from "../forms/wizard";
import css from "../forms/wizard.module.css";
import ui from "../styles/controls.module.css";
import { Icon } from "./icon";
import { RecreateDialog } from "./recreate-dialog";
import { ErrorState, Skeleton } from "./states";

const words: WizardWords = {
  label: "Settings",
  submit: "Review and re-create",
  busy: "Checking",
  ready: "Ready to re-create",
  failed: "It cannot be re-created",
};

/** The settings as they are now; read anew each time the tab is opened. */
export default function ContainerSettings({ container }: { container: Container }) {
  const [id] = useState(container.id);
  const { data, error, refetch } = useQuery({
    queryKey: ["settings", id],
    queryFn: ({ signal }) => readSettings(id, signal),
    gcTime: 0,
  });
  if (error && !data)
    return <ErrorState what="The settings could not be read" error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton width="100%" height={420} />;
  return <Editor container={container} settings={data} />;
}

type Asked = { request: CreateRequest; changes: Change[] };

function Editor({ container, settings }: { container: Container; settings: Kept }) {
  const navigate = useNavigate();
  const [loaded, setLoaded] = useState(settings);
  const [stale, setStale] = useState(false);
  const [trouble, setTrouble] = useState("");
  const [asked, setAsked] = useState<Asked>();
  const form = useForm<CreateForm>({
    resolver: zodResolver(createSchema),
    defaultValues: fromRequest(settings.form),
    mode: "onTouched",
  });
  // Read while rendering, or the form would not keep it up to date.
  const { isDirty } = form.formState;
  const { operation } = useSearch({ from: "/app/containers/$id/edit" });
  const { id } = container;
  const { revision } = loaded;
  const ask = useCallback(
    (request: CreateRequest, signal: AbortSignal) => checkRecreate(id, { form: request, revision }, signal),
    [id, revision],
  );

  const refused = (error: ApiError) => {
    if (error.code === "changed") setStale(true);
    else setTrouble(error.message);
  };
  /** The newest settings with everything that was typed on top of them. */
  const loadAgain = async () => {
    try {
      const fresh = await readSettings(id);
      const now = fromRequest(fresh.form);
      const next = keepTyped(fromRequest(loaded.form), form.getValues(), now);
      form.reset(now);
      form.reset(next, { keepDefaultValues: true });
      setLoaded(fresh);
      setStale(false);
      setTrouble("");
    } catch (error) {
      setTrouble(messageOf(error));
    }
  };

  return (
    <>
      <Wizard
        form={form}
        ask={ask}
        words={words}
        editing
        onRefused={refused}
        onSubmit={async ({ request }, check) => {
          setTrouble("");
          setAsked({ request, changes: check?.result.changes ?? [] });
        }}
        onCancel={() => void navigate({ to: "/containers/$id", params: { id: container.name } })}
        review={(_, check, risks) => <RecreateReview check={check} risks={risks} keeps={loaded.keeps} />}
      >
        {stale && (
          <div className={css.notice} role="alert">
            <Icon name="info" />
            <p>
              <b>It was changed elsewhere.</b> Load it again to see what it is now; what you typed stays.
            </p>
            <button type="button" className={ui.quiet} onClick={() => void loadAgain()}>
              Load again
            </button>
          </div>
        )}
        {trouble && !stale && (
          <div className={css.failure} role="alert">
            <Icon name="warn" />
            <p>
              <b>{words.failed}</b> {trouble}
            </p>
          </div>
        )}
      </Wizard>
      {/* What an operation carries is saved. */}
      <LeaveGuard when={isDirty && !operation} />
      {asked && (
        <RecreateDialog
          container={container}
          changes={asked.changes}
          body={{ form: asked.request, revision }}
          onClose={() => setAsked(undefined)}
          onStale={() => {
            setAsked(undefined);
            setStale(true);
            scrollTo({ top: 0 });
          }}
          onBegun={(operation) => {
            setAsked(undefined);
            void navigate({
              to: "/containers/$id/edit",
              params: { id: container.name },
              search: { operation },
              resetScroll: false,
            });
          }}
        />
      )}
    </>
  );
}
