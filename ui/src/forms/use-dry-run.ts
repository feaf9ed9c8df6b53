import { useEffect, useMemo, useState } from "react";
import { checkContainer } from "../api/endpoints";
import { ApiError, isAbort } from "../api/errors";
import type { DryRun } from "../api/types";
import { type CreateForm, type Mapped, toRequest } from "./create-form";

const PAUSE_MS = 350;

export type Check = { result: DryRun; mapped: Mapped };

/** Asks the agent what it thinks of the form, shortly after each change. The last answer stays until the next. */
export function useDryRun(form: CreateForm): { check: Check | undefined; checking: boolean } {
  const [check, setCheck] = useState<Check>();
  const [checking, setChecking] = useState(false);
  const mapped = useMemo(() => toRequest(form), [form]);
  const key = JSON.stringify(mapped.request);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` is `mapped` by value
  useEffect(() => {
    if (!mapped.request.image) {
      setCheck(undefined);
      return;
    }
    const control = new AbortController();
    setChecking(true);
    const timer = setTimeout(() => {
      checkContainer(mapped.request, control.signal)
        .then((result) => setCheck({ result, mapped }))
        .catch((error: unknown) => {
          if (isAbort(error)) return;
          // Some requests are refused whole; their problems are as good as those of a dry run.
          if (error instanceof ApiError && error.problems.length > 0) {
            const { problems } = error;
            setCheck({ result: { problems, name: "", risks: [], imageLocal: false, ports: [] }, mapped });
          }
        })
        .finally(() => !control.signal.aborted && setChecking(false));
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      control.abort();
    };
  }, [key]);
  return { check, checking };
}
