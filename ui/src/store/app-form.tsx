import { type FormEvent, type ReactNode, useMemo, useRef, useState } from "react";
import { useEngine } from "../api/cache";
import { ApiError, messageOf } from "../api/errors";
import type { AppPreview, AppProblem, Asked, AppForm as Form } from "../api/store";
import { Icon } from "../components/icon";
import { focusField } from "../forms/focus-field";
import { LeaveGuard } from "../forms/leave-guard";
import review from "../forms/review.module.css";
import { RiskList } from "../forms/risks";
import wizard from "../forms/wizard.module.css";
import { plural } from "../lib/format";
import ui from "../styles/controls.module.css";
import { AppFields } from "./app-fields";
import { type Draft, toAnswers } from "./draft";
import { FormContext } from "./form-context";
import { PreviewDialog } from "./preview-dialog";
import { fieldOrder, firstPlace, ownProblems, placeOf, toShow, withSuggestion } from "./problems";
import css from "./sheet.module.css";
import { type Ask, usePreview } from "./use-preview";

type Props = {
  form: Form;
  initial: Draft;
  /** Must keep its identity as long as it would answer the same. */
  ask: Ask;
  words: {
    label: string;
    submit: string;
    busy: string;
    failed: string;
    plan: (preview: AppPreview) => string;
  };
  /** What it will get before the agent has answered. */
  willGet?: readonly string[];
  /** An install keeps its name. */
  named?: boolean;
  /** Beneath the fields: what changes, for example. */
  below?: (asked: Asked) => ReactNode;
  cancel?: () => void;
  /** Does it. Problems of an `ApiError` go to their fields, anything else is told above the button. */
  onSubmit: (asked: Asked, preview: AppPreview) => Promise<void>;
};

const refusedWhole = (error: unknown) => (error instanceof ApiError ? error.problems : []);

/** The form of an app, with what it would make. The button is never off: it leads to what is in the way. */
export function AppForm(props: Props) {
  const { form, initial, ask, words, named = true, onSubmit } = props;
  const off = useEngine()?.connected === false;
  const [draft, setDraft] = useState(initial);
  const [tried, setTried] = useState(false);
  const [refused, setRefused] = useState<readonly AppProblem[]>([]);
  const [failure, setFailure] = useState("");
  const [busy, setBusy] = useState(false);
  const [shown, setShown] = useState(false);
  const alert = useRef<HTMLDivElement>(null);

  const asked = useMemo(
    (): Asked => ({ answers: toAnswers(draft), confirmRisks: [...draft.confirmed] }),
    [draft],
  );
  const { preview, current, checking, error, now } = usePreview(ask, asked);
  const order = useMemo(() => fieldOrder(form), [form]);
  const own = useMemo(() => ownProblems(form, draft), [form, draft]);

  const all = useMemo(() => {
    const known = [...own, ...(preview?.problems ?? refusedWhole(error))];
    const said = new Set(known.map((p) => p.field + p.code));
    return [...known, ...refused.filter((p) => !said.has(p.field + p.code))];
  }, [own, preview, error, refused]);
  const visible = toShow(all, tried);
  const problems = useMemo(() => {
    const placed = new Map<string, AppProblem>();
    for (const p of visible) {
      const place = placeOf(p, order);
      if (!placed.has(place)) placed.set(place, p);
    }
    return placed;
  }, [visible, order]);
  const whole = visible.filter((p) => placeOf(p, order) === "app");

  const change = (next: Draft) => {
    setDraft(next);
    setRefused([]);
    setFailure("");
  };
  const goTo = (list: readonly AppProblem[]) => {
    const place = firstPlace(list, order);
    // Once the messages are on the page.
    if (place !== undefined)
      requestAnimationFrame(() => focusField(place === "app" ? "no field" : place, alert.current));
  };
  const fail = (problem: unknown) => {
    const list = refusedWhole(problem);
    if (list.length > 0) {
      setRefused(list);
      goTo(list);
      return;
    }
    setFailure(messageOf(problem));
    requestAnimationFrame(() => alert.current?.focus());
  };

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    setTried(true);
    setFailure("");
    if (off) return setFailure("Docker is not answering. Start it first; what you entered stays here.");
    if (own.length > 0) return goTo(own);
    setBusy(true);
    try {
      const latest = current && preview ? preview : await now();
      if (latest.problems.length > 0) return goTo(latest.problems);
      await onSubmit(asked, latest);
    } catch (problem) {
      fail(problem);
    } finally {
      setBusy(false);
    }
  };

  // With something wrong there may be no plan to tell of.
  const planned = preview && preview.containers.length > 0 ? preview : undefined;
  const willGet = planned?.willGet ?? props.willGet ?? [];
  const count = problems.size;
  const state =
    count > 0
      ? plural(count, "problem")
      : planned
        ? words.plan(planned)
        : error
          ? messageOf(error)
          : checking
            ? "Checking"
            : "";
  return (
    <FormContext
      value={{
        form,
        draft,
        change,
        problems,
        preview,
        take: (problem) => {
          change(withSuggestion(draft, problem));
          focusField(problem.field, null);
        },
      }}
    >
      <form className={css.form} onSubmit={(e) => void submit(e)} noValidate aria-label={words.label}>
        <AppFields named={named} />
        {willGet.length > 0 && (
          <section aria-label="What it gets on this server">
            <h3>What it gets on this server</h3>
            <ul className={`${review.plan} ${css.gets}`}>
              {willGet.map((line) => (
                <li key={line}>
                  <Icon name="arrow" size={16} />
                  <span>{line}</span>
                </li>
              ))}
            </ul>
          </section>
        )}
        {props.below?.(asked)}
        <RiskList
          risks={preview?.risks ?? []}
          confirmed={draft.confirmed}
          onChange={(confirmed) => change({ ...draft, confirmed })}
        />
        <div ref={alert} tabIndex={-1}>
          {(failure || whole.length > 0) && (
            <div className={wizard.failure} role="alert">
              <Icon name="warn" />
              <div>
                {failure && (
                  <p>
                    <b>{words.failed}</b> {failure}
                  </p>
                )}
                {whole.map((p) => (
                  <p key={p.code + p.message}>{p.message}</p>
                ))}
              </div>
            </div>
          )}
        </div>
        <footer className={css.foot}>
          <p role="status">
            <Icon name={count > 0 ? "warn" : "box"} size={16} />
            {state}
          </p>
          {props.cancel && (
            <button type="button" className={ui.btn} onClick={props.cancel}>
              Cancel
            </button>
          )}
          <button type="button" className={ui.btn} disabled={!planned} onClick={() => setShown(true)}>
            Preview
          </button>
          <button type="submit" className={ui.primary}>
            {busy ? words.busy : words.submit}
          </button>
        </footer>
      </form>
      {shown && planned && <PreviewDialog preview={planned} onClose={() => setShown(false)} />}
      <LeaveGuard when={draft !== initial && !busy} />
    </FormContext>
  );
}
