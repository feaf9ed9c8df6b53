import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { updatesQuery } from "../api/updates";
import { updatable } from "../lib/updatable";

const none: ReadonlySet<string> = new Set();

/** Tells tiles, lists and the navigation what can be updated. The first picture does without it. */
export default function UpdateMarks() {
  const { data } = useQuery(updatesQuery);
  useEffect(() => {
    if (!data) return;
    updatable.set(new Set(data.containers.filter((c) => c.status === "available").map((c) => c.id)));
  }, [data]);
  useEffect(() => () => updatable.set(none), []);
  return null;
}
