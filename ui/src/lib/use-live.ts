import { useEffect, useState } from "react";
import type { Container } from "../api/types";
import type { Uses } from "./arrange";
import type { Pressure } from "./load";
import { whenLive } from "./when-live";

/** What containers use, for a list that is sorted by it; a new function each time the order is to be made anew. */
export function useUses(enabled: boolean): Uses | undefined {
  const [uses, setUses] = useState<Uses>();
  useEffect(() => {
    if (!enabled) return;
    return whenLive((live) => live.watchUses((next) => setUses(() => next)));
  }, [enabled]);
  return uses;
}

const none: Pressure = new Map();

/** Containers that are near the end of their memory; renders only when that changes. */
export function usePressure(containers: Container[]): Pressure {
  const [now, setNow] = useState(none);
  const ids = containers.map((c) => c.id).join(" ");
  useEffect(() => whenLive((live) => live.watchPressure(ids.split(" "), setNow)), [ids]);
  return now;
}
