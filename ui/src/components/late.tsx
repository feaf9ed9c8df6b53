import { type ComponentType, useEffect, useState } from "react";

const FIRST_WAIT_MS = 150;
const LONGEST_WAIT_MS = 60_000;

/**
 * A part of the shell that the first picture does not need. It is asked for at once, and again until it is there:
 * whoever needs to hear that the connection is lost needs it most when fetching it fails.
 */
export async function soon(load: () => Promise<ComponentType>): Promise<ComponentType> {
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 4, LONGEST_WAIT_MS)) {
    try {
      return await load();
    } catch (error) {
      console.warn(error);
      await new Promise((done) => setTimeout(done, wait));
    }
  }
}

/** Shows it when it has come. Nothing on the page waits: behind Suspense it would come when React thinks it fit. */
export function Late({ part }: { part: Promise<ComponentType> }) {
  const [Part, setPart] = useState<ComponentType>();
  useEffect(() => {
    void part.then((loaded) => setPart(() => loaded));
  }, [part]);
  return Part ? <Part /> : null;
}
