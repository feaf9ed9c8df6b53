/**
 * The style of a library, as text in the chunk of what uses it: it comes with its script or not at all, and weighs
 * nothing for pages without. Before ours, so that our rules win.
 */
export function addStyle(css: string): void {
  const style = document.createElement("style");
  style.textContent = css;
  document.head.prepend(style);
}
