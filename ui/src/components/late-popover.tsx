import { type ComponentProps, Suspense } from "react";
import { part } from "../lib/part";
import type { Popover } from "./popover";

const Inside = part(() => import("./popover").then((m) => m.Popover));

/** The popover of the first page, which nobody can open before it is on show. */
export function LatePopover(props: ComponentProps<typeof Popover>) {
  return (
    <Suspense>
      <Inside {...props} />
    </Suspense>
  );
}
