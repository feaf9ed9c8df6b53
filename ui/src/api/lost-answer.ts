import { isAbort, OfflineError } from "./errors";

const LOOK_EVERY_MS = 400;
const GIVE_UP_MS = 15_000;

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/**
 * A change whose answer got lost on the way has often been made. A browser on the server itself drops its
 * connections whenever a container's network interface comes or goes, so this is an everyday case. Instead of
 * asking for the change twice, `look` reads whether it happened; it returns undefined while that is open.
 */
export async function orLook<T>(request: Promise<T>, look: () => Promise<T | undefined>): Promise<T> {
  try {
    return await request;
  } catch (error) {
    if (!(error instanceof OfflineError)) throw error;
    const end = Date.now() + GIVE_UP_MS;
    while (Date.now() < end) {
      await pause(LOOK_EVERY_MS);
      try {
        const found = await look();
        if (found !== undefined) return found;
      } catch (problem) {
        // Still away; the next look may find it.
        if (!(problem instanceof OfflineError)) throw problem;
      }
    }
    throw error;
  }
}

/** Reading twice harms nobody, so reads try again by themselves before they report a lost connection. */
export async function readAgain<T>(read: () => Promise<T>): Promise<T> {
  for (const wait of [150, 600]) {
    try {
      return await read();
    } catch (error) {
      if (isAbort(error)) throw error;
      await pause(wait);
    }
  }
  return read();
}
