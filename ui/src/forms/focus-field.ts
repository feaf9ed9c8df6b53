/** Brings the field of a path into view and focuses it; what it is folded away in is opened. */
export function focusField(path: string, otherwise: HTMLElement | null): void {
  const exact = document.querySelector<HTMLElement>(`[data-path="${CSS.escape(path)}"]`);
  const field = exact ?? document.querySelector<HTMLElement>(`[data-path^="${CSS.escape(path)}"]`);
  const fold = field?.closest("details");
  if (fold) fold.open = true;
  (field ?? otherwise)?.scrollIntoView({ block: "center" });
  (field ?? otherwise)?.focus({ preventScroll: true });
}
