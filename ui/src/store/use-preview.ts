import { useEffect, useRef, useState } from "react";
import { useContainers } from "../api/cache";
import { isAbort } from "../api/errors";
import type { AppPreview, Asked } from "../api/store";

const PAUSE_MS = 300;

export type Ask = (asked: Asked, signal?: AbortSignal) => Promise<AppPreview>;

/**
 * What the agent makes of the answers, asked at first, shortly after each change, and when a container came or went:
 * a port that was free a minute ago may be taken now. The last answer stays until the next.
 */
export function usePreview(ask: Ask, asked: Asked) {
  const [last, setLast] = useState<{ key: string; preview: AppPreview }>();
  const [checking, setChecking] = useState(true);
  const [error, setError] = useState<unknown>();
  const key = JSON.stringify(asked);
  const { dataUpdatedAt } = useContainers();
  const newest = useRef({ ask, asked });
  newest.current = { ask, asked };
  const first = useRef(true);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` is `asked` by value; the containers only say when
  useEffect(() => {
    const control = new AbortController();
    setChecking(true);
    const timer = setTimeout(
      () => {
        ask(newest.current.asked, control.signal)
          .then((preview) => {
            setLast({ key, preview });
            setError(undefined);
          })
          .catch((problem: unknown) => {
            if (!isAbort(problem)) setError(problem);
          })
          .finally(() => !control.signal.aborted && setChecking(false));
      },
      first.current ? 0 : PAUSE_MS,
    );
    first.current = false;
    return () => {
      clearTimeout(timer);
      control.abort();
    };
  }, [key, ask, dataUpdatedAt]);

  /** An answer to exactly what stands in the form now. */
  const now = async (): Promise<AppPreview> => {
    const preview = await newest.current.ask(newest.current.asked);
    setLast({ key: JSON.stringify(newest.current.asked), preview });
    setError(undefined);
    return preview;
  };

  return { preview: last?.preview, current: last?.key === key && !checking, checking, error, now };
}
