import { useEffect, useState } from "react";
import { putContainer } from "../api/cache";
import { getContainer } from "../api/endpoints";
import { ApiError } from "../api/errors";

/**
 * Asks for a container the list does not hold, once. The list follows the event stream, which may be on its way back
 * while somebody is sent to what was just made. True when the agent does not know it either.
 */
export function useLookup(name: string, wanted: boolean): boolean {
  const [absent, setAbsent] = useState<string>();
  useEffect(() => {
    if (!wanted) {
      setAbsent(undefined);
      return;
    }
    const control = new AbortController();
    getContainer(name, control.signal).then(putContainer, (error: unknown) => {
      // Anything but a clear no is left to the stream, which tells when it is back.
      if (error instanceof ApiError && error.status === 404) setAbsent(name);
    });
    return () => control.abort();
  }, [name, wanted]);
  return absent === name;
}
