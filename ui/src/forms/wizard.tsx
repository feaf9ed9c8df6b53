import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { FormProvider, type UseFormReturn, useWatch } from "react-hook-form";
import { useEngine } from "../api/cache";
import { ApiError, messageOf } from "../api/errors";
import type { Problem } from "../api/types";
import { Icon } from "../components/icon";
import { plural } from "../lib/format";
import ui from "../styles/controls.module.css";
import { ComposeDialog } from "./compose-dialog";
import { type Step, stepFor, steps } from "./create-fields";
import { type Mapped, toRequest } from "./create-request";
import type { CreateForm } from "./create-schema";
import { type Path, useFieldProblem } from "./form-parts";
import { type FieldProblem, placeProblems } from "./place-problems";
import { errorPaths, type Problems, ProblemsContext, problemPaths } from "./problems";
import { EnvironmentStep } from "./step-environment";
import { HealthStep } from "./step-health";
import { ImageStep } from "./step-image";
import { LimitsStep } from "./step-limits";
import { focusPath, Section, StepList } from "./step-list";
import { NetworkStep } from "./step-network";
import { StorageStep } from "./step-storage";
import { type Ask, type Check, useDryRun } from "./use-dry-run";
import css from "./wizard.module.css";

export type WizardWords = { label: string; submit: string; busy: string; ready: string; failed: string };

type Props = {
  form: UseFormReturn<CreateForm>;
  /** Must keep its identity as long as it would answer the same. */
  ask: Ask;
  words: WizardWords;
  editing?: boolean;
  /** Does it. Problems of an `ApiError` go to their fields, anything else is told above the form. */
  onSubmit: (mapped: Mapped, check: Check | undefined) => Promise<void>;
  onCancel: () => void;
  /** A whole docker run line was pasted where the image belongs. */
  onCommandLine?: (line: string) => void;
  /** The dry run was refused for something that is not in the form. */
  onRefused?: (error: ApiError) => void;
  review: (values: CreateForm, check: Check | undefined, risks: Problem[]) => ReactNode;
  /** Notes above the form. */
  children?: ReactNode;
};

function ListMessage({ path }: { path: Path }) {
  const { message } = useFieldProblem(path);
  return message ? (
    <p className={ui.bad} role="alert">
      {message}
    </p>
  ) : null;
}

const order = (path: string) => steps.findIndex((s) => s.step === stepFor(path));
function toFirst(paths: string[]): void {
  const [first] = [...paths].sort((a, b) => order(a) - order(b));
  if (first) requestAnimationFrame(() => focusPath(first));
}

/** The problems of the newest check and of a refused submit, on their fields. */
function usePlaced(check: Check | undefined, refused: Problem[], isSubmitted: boolean) {
  const placed = useMemo(() => {
    if (!check) return { fields: [], risks: [] };
    const known = new Set(check.result.problems.map((p) => p.field + p.code));
    // What was refused on submit and the dry run does not know: a port taken in the meantime, for example.
    const extra = refused.filter((p) => !known.has(p.field + p.code));
    return placeProblems([...check.result.problems, ...extra], check.mapped);
  }, [check, refused]);
  // Nobody needs to hear "required" about a field they have not come to yet.
  const fields = useMemo(
    () => placed.fields.filter((p) => p.code !== "required" || isSubmitted),
    [placed.fields, isSubmitted],
  );
  return { placed, fields };
}

/** The form for a container on one page, with its steps at the side. New ones and existing ones share it. */
export function Wizard(props: Props) {
  const { form, ask, words, editing = false, onSubmit, onCancel, onCommandLine, onRefused } = props;
  const engine = useEngine();
  const values = useWatch({ control: form.control }) as CreateForm;
  const { check, checking, refusal } = useDryRun(values, ask);
  const [failure, setFailure] = useState("");
  const [refused, setRefused] = useState<Problem[]>([]);
  const [busy, setBusy] = useState(false);
  const [compose, setCompose] = useState(false);
  const alertBox = useRef<HTMLDivElement>(null);
  const { errors, isSubmitted } = form.formState;
  const { placed, fields } = usePlaced(check, refused, isSubmitted);

  const hear = useRef(onRefused);
  hear.current = onRefused;
  useEffect(() => {
    if (refusal) hear.current?.(refusal);
  }, [refusal]);

  const applySuggestion = (problem: FieldProblem) => {
    const value = problem.suggestion?.value;
    const mount = /^(mounts\.\d+)\.source$/.exec(problem.path)?.[1];
    if (problem.code === "path_missing" && mount) {
      form.setValue(`${mount}.create` as Path, true, { shouldDirty: true });
    }
    form.setValue(problem.path as Path, String(value ?? "") as never, {
      shouldDirty: true,
      shouldValidate: true,
    });
    setRefused([]);
    document.querySelector<HTMLElement>(`[data-path="${CSS.escape(problem.path)}"]`)?.focus();
  };
  const problems: Problems = { fields, risks: placed.risks, applySuggestion };

  const tally = new Map<Step, number>();
  for (const path of problemPaths(errors, fields)) {
    const step = stepFor(path);
    tally.set(step, (tally.get(step) ?? 0) + 1);
  }
  if (placed.risks.length > 0) tally.set("review", placed.risks.length + (tally.get("review") ?? 0));
  const total = [...tally.values()].reduce((a, b) => a + b, 0);

  const submit = form.handleSubmit(
    async (data) => {
      setFailure("");
      setRefused([]);
      if (placed.fields.length > 0) return toFirst(placed.fields.map((p) => p.path));
      const [risk] = placed.risks;
      if (risk) return requestAnimationFrame(() => focusPath(`risk.${risk.risk}`)) && undefined;
      const mapped = toRequest(data);
      setBusy(true);
      try {
        await onSubmit(mapped, check);
      } catch (error) {
        if (error instanceof ApiError && error.problems.length > 0) {
          setRefused(error.problems);
          toFirst(placeProblems(error.problems, mapped).fields.map((p) => p.path));
        } else {
          setFailure(messageOf(error));
          requestAnimationFrame(() => alertBox.current?.focus());
        }
      } finally {
        setBusy(false);
      }
    },
    (invalid) => toFirst(errorPaths(invalid)),
  );

  return (
    <FormProvider {...form}>
      <ProblemsContext value={problems}>
        {failure && (
          <div ref={alertBox} className={css.failure} role="alert" tabIndex={-1}>
            <Icon name="warn" />
            <p>
              <b>{words.failed}</b> {failure}
            </p>
          </div>
        )}
        {props.children}
        <div className={css.layout}>
          <StepList tally={tally} />
          <form onSubmit={submit} noValidate className={css.form} aria-label={words.label}>
            <Section step="image">
              <ImageStep
                imageLocal={check?.result.imageLocal}
                editing={editing}
                onCommandLine={onCommandLine}
              />
            </Section>
            <Section step="network">
              <NetworkStep />
            </Section>
            <Section step="storage">
              <StorageStep />
            </Section>
            <Section step="environment">
              <EnvironmentStep />
              <ListMessage path="labels" />
            </Section>
            <Section step="health">
              <HealthStep />
            </Section>
            <Section step="limits">
              <LimitsStep />
            </Section>
            <Section step="review">{props.review(values, check, placed.risks)}</Section>
            <footer className={css.foot} data-editing={editing || undefined}>
              <p role="status">
                {total > 0 ? plural(total, "problem") : checking ? "Checking" : check ? words.ready : ""}
              </p>
              <button
                type="button"
                className={`${ui.btn} ${css.aside}`}
                disabled={!values.image}
                onClick={() => setCompose(true)}
              >
                As Compose
              </button>
              <button type="button" className={ui.btn} onClick={onCancel}>
                Cancel
              </button>
              <button type="submit" className={ui.primary} disabled={busy || engine?.connected === false}>
                {busy ? words.busy : words.submit}
              </button>
            </footer>
          </form>
        </div>
        {compose && (
          <ComposeDialog request={toRequest(form.getValues()).request} onClose={() => setCompose(false)} />
        )}
      </ProblemsContext>
    </FormProvider>
  );
}
