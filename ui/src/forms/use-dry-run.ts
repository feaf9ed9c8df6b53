import { useEffect, useMemo, useState } from "react";
import { ApiError, isAbort } from "../api/errors";
import type { Change, CreateRequest, DryRun } from "../api/types";
import { type Mapped, toRequest } from "./create-request";
import type { CreateForm } from "./create-schema";

const PAUSE_MS = 350;

/** What would be made, or with `changes` what would become of something that is there. */
export type Plan = DryRun & { changes?: Change[] };
export type Check = { result: Plan; mapped: Mapped };
export type Ask = (request: CreateRequest, signal: AbortSignal) => Promise<Plan>;

type DryRunState = {
  check: Check | undefined;
  checking: boolean;
  /** Why there is no answer, when the request was refused for something else than its fields. */
  refusal: ApiError | undefined;
};

/** Asks the agent what it thinks of the form, shortly after each change. The last answer stays until the next. */
export function useDryRun(form: CreateForm, ask: Ask): DryRunState {
  const [check, setCheck] = useState<Check>();
  const [checking, setChecking] = useState(false);
  const [refusal, setRefusal] = useState<ApiError>();
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
      ask(mapped.request, control.signal)
        .then((result) => {
          setCheck({ result, mapped });
          setRefusal(undefined);
        })
        .catch((error: unknown) => {
          if (isAbort(error) || !(error instanceof ApiError)) return;
          // Some requests are refused whole; their problems are as good as those of a dry run.
          if (error.problems.length > 0) {
            const { problems } = error;
            setCheck({ result: { problems, name: "", risks: [], imageLocal: false, ports: [] }, mapped });
          } else setRefusal(error);
        })
        .finally(() => !control.signal.aborted && setChecking(false));
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      control.abort();
    };
  }, [key, ask]);
  return { check, checking, refusal };
}
