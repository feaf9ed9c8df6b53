import { readAgain } from "../api/lost-answer";

type Live = typeof import("./live-paint");

let got: Promise<Live> | undefined;

/**
 * Live numbers are of no use to the first paint, so all that follows them comes in a chunk of its own. `use` gets
 * it when it is there, and its answer is called when whoever asked has gone.
 */
export function whenLive(use: (live: Live) => () => void): () => void {
  let here = true;
  let leave: (() => void) | undefined;
  got ??= readAgain(() => import("./live-paint"));
  got.then(
    (live) => {
      if (here) leave = use(live);
    },
    (error: unknown) => {
      // The next page that shows numbers asks for it again.
      got = undefined;
      console.warn("live numbers:", error);
    },
  );
  return () => {
    here = false;
    leave?.();
  };
}
