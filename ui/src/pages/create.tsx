import { zodResolver } from "@hookform/resolvers/zod";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { FormProvider, useForm, useWatch } from "react-hook-form";
import { useEngine } from "../api/cache";
import { createContainer } from "../api/endpoints";
import { ApiError, messageOf } from "../api/errors";
import type { Problem } from "../api/types";
import { CreatingDialog } from "../components/creating-dialog";
import { Icon } from "../components/icon";
import {
  type CreateForm,
  createSchema,
  emptyForm,
  type FieldProblem,
  placeProblems,
  type Step,
  stepFor,
  steps,
  toRequest,
} from "../forms/create-form";
import { EnvironmentStep, ImageStep, NetworkStep, StorageStep } from "../forms/create-steps";
import { HealthStep, RightsStep } from "../forms/create-steps-run";
import { type Path, useFieldProblem } from "../forms/form-parts";
import { type Problems, ProblemsContext } from "../forms/problems";
import { Review } from "../forms/review";
import { useDryRun } from "../forms/use-dry-run";
import { plural } from "../lib/format";
import ui from "../styles/controls.module.css";
import css from "./create.module.css";

/** Dotted paths of the form's own errors, in the order of the form. */
function errorPaths(errors: object, prefix = ""): string[] {
  return Object.entries(errors).flatMap(([key, value]) => {
    if (!value || typeof value !== "object") return [];
    const path = prefix ? `${prefix}.${key}` : key;
    return "type" in value && "message" in value ? [path] : errorPaths(value, path);
  });
}

function Section({ step, children }: { step: Step; children: ReactNode }) {
  const title = steps.find((s) => s.step === step)?.title;
  return (
    <section id={`step-${step}`} className={css.section} aria-labelledby={`title-${step}`} tabIndex={-1}>
      <h2 id={`title-${step}`}>{title}</h2>
      <div className={css.fields}>{children}</div>
    </section>
  );
}

/** The step whose section is at the top of the window. */
function useCurrentStep(): Step {
  const [current, setCurrent] = useState<Step>("image");
  useEffect(() => {
    const look = () => {
      const line = 160;
      const atEnd = innerHeight + scrollY >= document.documentElement.scrollHeight - 4;
      let found: Step = "image";
      for (const { step } of steps) {
        const top =
          document.getElementById(`step-${step}`)?.getBoundingClientRect().top ?? Number.POSITIVE_INFINITY;
        if (top <= line) found = step;
      }
      setCurrent(atEnd && scrollY > 0 ? "review" : found);
    };
    look();
    addEventListener("scroll", look, { passive: true });
    return () => removeEventListener("scroll", look);
  }, []);
  return current;
}

function StepList({ tally }: { tally: Map<Step, number> }) {
  const current = useCurrentStep();
  const go = (step: Step) => {
    const section = document.getElementById(`step-${step}`);
    section?.scrollIntoView({ block: "start" });
    section?.focus({ preventScroll: true });
  };
  return (
    <nav className={css.steps} aria-label="Steps">
      <ol>
        {steps.map(({ step, title }) => {
          const n = tally.get(step) ?? 0;
          return (
            <li key={step}>
              <button
                type="button"
                aria-current={current === step ? "step" : undefined}
                onClick={() => go(step)}
              >
                <span>{title}</span>
                {n > 0 && (
                  <em>
                    {n}
                    <span className="vh">{n === 1 ? " problem" : " problems"}</span>
                  </em>
                )}
              </button>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}

function focusPath(path: string): void {
  const exact = document.querySelector<HTMLElement>(`[data-path="${CSS.escape(path)}"]`);
  const target = exact ?? document.querySelector<HTMLElement>(`[data-path^="${CSS.escape(path)}"]`);
  const section = document.getElementById(`step-${stepFor(path)}`);
  (target ?? section)?.scrollIntoView({ block: "center" });
  (target ?? section)?.focus({ preventScroll: true });
}

function ListMessage({ path }: { path: Path }) {
  const { message } = useFieldProblem(path);
  return message ? (
    <p className={ui.bad} role="alert">
      {message}
    </p>
  ) : null;
}

export default function CreatePage() {
  const { image } = useSearch({ from: "/app/new" });
  const navigate = useNavigate();
  const engine = useEngine();
  const form = useForm<CreateForm>({
    resolver: zodResolver(createSchema),
    defaultValues: { ...emptyForm, image: image ?? "" },
    mode: "onTouched",
  });
  const values = useWatch({ control: form.control }) as CreateForm;
  const { check, checking } = useDryRun(values);
  const [failure, setFailure] = useState<{ title: string; text: string }>();
  const [refused, setRefused] = useState<Problem[]>([]);
  const [operation, setOperation] = useState<string>();
  const [busy, setBusy] = useState(false);
  const alertBox = useRef<HTMLDivElement>(null);
  const { errors, isSubmitted } = form.formState;

  useEffect(() => {
    document.title = "New container · Harbourmaster";
  }, []);

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
  const own = errorPaths(errors);
  for (const path of new Set([...own, ...fields.map((p) => p.path)])) {
    const step = stepFor(path);
    tally.set(step, (tally.get(step) ?? 0) + 1);
  }
  if (placed.risks.length > 0) tally.set("review", placed.risks.length + (tally.get("review") ?? 0));
  const total = [...tally.values()].reduce((a, b) => a + b, 0);

  const order = (path: string) => steps.findIndex((s) => s.step === stepFor(path));
  const toFirst = (paths: string[]) => {
    const [first] = [...paths].sort((a, b) => order(a) - order(b));
    if (first) requestAnimationFrame(() => focusPath(first));
  };

  const submit = form.handleSubmit(
    async (data) => {
      setFailure(undefined);
      setRefused([]);
      if (placed.fields.length > 0) return toFirst(placed.fields.map((p) => p.path));
      const [risk] = placed.risks;
      if (risk) return requestAnimationFrame(() => focusPath(`risk.${risk.risk}`));
      const mapped = toRequest(data);
      setBusy(true);
      try {
        const made = await createContainer(mapped.request, check?.result.name);
        if (made.name) {
          await navigate({ to: "/containers/$id", params: { id: made.name } });
          return;
        }
        setOperation(made.operationId);
      } catch (error) {
        if (error instanceof ApiError && error.problems.length > 0) {
          setRefused(error.problems);
          toFirst(placeProblems(error.problems, mapped).fields.map((p) => p.path));
        } else {
          setFailure({ title: "It was not created", text: messageOf(error) });
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
        <header className={css.head}>
          <h1>New container</h1>
        </header>
        {failure && (
          <div ref={alertBox} className={css.failure} role="alert" tabIndex={-1}>
            <Icon name="warn" />
            <p>
              <b>{failure.title}</b> {failure.text}
            </p>
          </div>
        )}
        <div className={css.layout}>
          <StepList tally={tally} />
          <form onSubmit={submit} noValidate className={css.form} aria-label="New container">
            <Section step="image">
              <ImageStep imageLocal={check?.result.imageLocal} />
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
            <Section step="rights">
              <RightsStep />
            </Section>
            <Section step="review">
              <Review form={values} check={check} risks={placed.risks} />
            </Section>
            <footer className={css.foot}>
              <p role="status">
                {total > 0
                  ? plural(total, "problem")
                  : checking
                    ? "Checking"
                    : check
                      ? "Ready to create"
                      : ""}
              </p>
              <button type="button" className={ui.btn} onClick={() => void navigate({ to: "/" })}>
                Cancel
              </button>
              <button type="submit" className={ui.primary} disabled={busy || engine?.connected === false}>
                {busy ? "Creating" : "Create"}
              </button>
            </footer>
          </form>
        </div>
        {operation && (
          <CreatingDialog
            id={operation}
            onClose={() => setOperation(undefined)}
            onFailed={(text) => {
              setOperation(undefined);
              setFailure({ title: "It was not created", text });
            }}
          />
        )}
      </ProblemsContext>
    </FormProvider>
  );
}
