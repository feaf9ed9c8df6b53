import { type ReactNode, useEffect, useState } from "react";
import { type Step, stepFor, steps } from "./create-fields";
import { focusField } from "./focus-field";
import css from "./wizard.module.css";

export function Section({ step, children }: { step: Step; children: ReactNode }) {
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

export function StepList({ tally }: { tally: Map<Step, number> }) {
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

/** Brings a field into view and focuses it, or else the step it belongs to. */
export const focusPath = (path: string) => focusField(path, document.getElementById(`step-${stepFor(path)}`));
