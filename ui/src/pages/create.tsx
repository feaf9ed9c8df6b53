import { zodResolver } from "@hookform/resolvers/zod";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useForm } from "react-hook-form";
import { checkContainer, createContainer } from "../api/create-queries";
import type { FromRun } from "../api/types";
import { CreatingDialog } from "../components/creating-dialog";
import { Icon } from "../components/icon";
import { fromRequest } from "../forms/create-prefill";
import { type CreateForm, createSchema, emptyForm } from "../forms/create-schema";
import { LeaveGuard } from "../forms/leave-guard";
import { Review } from "../forms/review";
import { NotUnderstood, RunDialog } from "../forms/run-dialog";
import { Wizard, type WizardWords } from "../forms/wizard";
import css from "../forms/wizard.module.css";
import ui from "../styles/controls.module.css";

const words: WizardWords = {
  label: "New container",
  submit: "Create",
  busy: "Creating",
  ready: "Ready to create",
  failed: "It was not created",
};

export default function CreatePage() {
  const { image } = useSearch({ from: "/app/new" });
  const navigate = useNavigate();
  const form = useForm<CreateForm>({
    resolver: zodResolver(createSchema),
    defaultValues: { ...emptyForm, image: image ?? "" },
    mode: "onTouched",
  });
  const [operation, setOperation] = useState<string>();
  const [failure, setFailure] = useState("");
  /** The line in the dialog; absent while it is closed. */
  const [line, setLine] = useState<string>();
  const [left, setLeft] = useState<FromRun["notUnderstood"]>([]);

  // Read while rendering, or the form would not keep it up to date.
  const { isDirty } = form.formState;

  useEffect(() => {
    document.title = "New container · Harbourmaster";
  }, []);

  const fill = (answer: FromRun) => {
    form.reset(fromRequest(answer.form), { keepDefaultValues: true });
    setLeft(answer.notUnderstood);
    setLine(undefined);
    scrollTo({ top: 0 });
  };

  return (
    <>
      <header className={css.head}>
        <h1>New container</h1>
        <button type="button" className={ui.btn} onClick={() => setLine("")}>
          <Icon name="terminal" size={16} />
          Paste docker run
        </button>
      </header>
      <Wizard
        form={form}
        ask={checkContainer}
        words={words}
        onSubmit={async ({ request }, check) => {
          setFailure("");
          const made = await createContainer(request, check?.result.name);
          if (made.name)
            await navigate({ to: "/containers/$id", params: { id: made.name }, ignoreBlocker: true });
          else setOperation(made.operationId);
        }}
        onCancel={() => void navigate({ to: "/" })}
        onCommandLine={setLine}
        review={(values, check, risks) => <Review form={values} check={check} risks={risks} />}
      >
        {failure && (
          <div className={css.failure} role="alert">
            <Icon name="warn" />
            <p>
              <b>{words.failed}</b> {failure}
            </p>
          </div>
        )}
        <NotUnderstood list={left} onDismiss={() => setLeft([])} />
      </Wizard>
      <LeaveGuard when={isDirty && !operation} />
      {line !== undefined && (
        <RunDialog line={line} replaces={isDirty} onRead={fill} onClose={() => setLine(undefined)} />
      )}
      {operation && (
        <CreatingDialog
          id={operation}
          onClose={() => setOperation(undefined)}
          onFailed={(text) => {
            setOperation(undefined);
            setFailure(text);
          }}
        />
      )}
    </>
  );
}
