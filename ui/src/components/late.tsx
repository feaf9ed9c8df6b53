import { type ComponentType, useEffect, useState } from "react";

const FIRST_WAIT_MS = 150;
const LONGEST_WAIT_MS = 60_000;

/** A part of the page in a chunk of its own that is asked for at once. */
export interface LatePart<P extends object> {
  /** Its component, once it has come. */
  got?: ComponentType<P>;
  ready: Promise<void>;
}

/**
 * What the first picture does not need. It is asked for again until it is there: whoever needs to hear that the
 * connection is lost needs it most when fetching it fails.
 */
export function soon<P extends object>(load: () => Promise<ComponentType<P>>): LatePart<P> {
  const part: LatePart<P> = { ready: Promise.resolve() };
  const fetch = async () => {
    for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 4, LONGEST_WAIT_MS)) {
      try {
        part.got = await load();
        return;
      } catch (error) {
        console.warn(error);
        await new Promise((done) => setTimeout(done, wait));
      }
    }
  };
  part.ready = fetch();
  return part;
}

/**
 * The part once it has come, until then undefined. Nobody waits in React's way, Suspense: that holds back what was
 * fetched for 300 ms after the fallback was shown.
 */
export function useLate<P extends object>(part: LatePart<P>): ComponentType<P> | undefined {
  const [got, setGot] = useState(() => part.got);
  useEffect(() => {
    void part.ready.then(() => setGot(() => part.got));
  }, [part]);
  return got;
}

/** Shows it when it has come. */
export function Late({ part }: { part: LatePart<object> }) {
  const Part = useLate(part);
  return Part ? <Part /> : null;
}
