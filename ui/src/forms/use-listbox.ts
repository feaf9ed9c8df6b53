import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";

/** The list of a combobox: focus stays in the field, arrows move a mark, Enter takes what is marked. */
export function useListbox(count: number, onPick: (index: number) => void) {
  const id = useId();
  const list = useRef<HTMLUListElement>(null);
  const [at, setAt] = useState(-1);
  const current = Math.min(at, count - 1);

  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when another entry becomes the current one
  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [current]);

  /** True when the key was for the list. */
  const onKey = (event: KeyboardEvent): boolean => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && count > 0) {
      setAt(current < 0 ? (step > 0 ? 0 : count - 1) : (current + step + count) % count);
    } else if (event.key === "Enter" && current >= 0 && !event.nativeEvent.isComposing) {
      onPick(current);
    } else return false;
    event.preventDefault();
    return true;
  };
  return {
    onKey,
    reset: (index = -1) => setAt(index),
    field: {
      "aria-autocomplete": "list",
      "aria-controls": id,
      "aria-activedescendant": current >= 0 ? `${id}-${current}` : undefined,
    } as const,
    list: { id, ref: list, role: "listbox" } as const,
    option: (index: number) =>
      ({
        id: `${id}-${index}`,
        role: "option",
        "aria-selected": index === current,
        // The field keeps focus, or its list would close before the click arrives.
        onPointerDown: (event: React.PointerEvent) => event.preventDefault(),
        onClick: () => onPick(index),
      }) as const,
  };
}
