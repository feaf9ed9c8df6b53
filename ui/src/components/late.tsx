import { type ComponentType, useEffect, useState } from "react";

const FIRST_WAIT_MS = 150;
const LONGEST_WAIT_MS = 60_000;

/**
 * A part of the shell that the first picture does not need. It is asked for at once, and again until it is there:
 * whoever needs to hear that the connection is lost needs it most when fetching it fails.
 */
export async function soon<P extends object>(
  load: () => Promise<ComponentType<P>>,
): Promise<ComponentType<P>> {
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 4, LONGEST_WAIT_MS)) {
    try {
      return await load();
    } catch (error) {
      console.warn(error);
      await new Promise((done) => setTimeout(done, wait));
    }
  }
}

/**
 * The part once it has come, until then undefined. Nobody waits in React's way, Suspense: that holds back what was
 * fetched for 300 ms after the fallback was shown.
 */
export function useLate<P extends object>(part: Promise<ComponentType<P>>): ComponentType<P> | undefined {
  const [Part, setPart] = useState<ComponentType<P>>();
  useEffect(() => {
    void part.then((loaded) => setPart(() => loaded));
  }, [part]);
  return Part;
}

/** Shows it when it has come. */
export function Late({ part }: { part: Promise<ComponentType> }) {
  const Part = useLate(part);
  return Part ? <Part /> : null;
}
