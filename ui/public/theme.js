// Runs before the first paint, so that a page never flashes in the wrong theme.
// It is a file of its own because the content security policy allows no inline script.
(() => {
  let choice = null;
  try {
    choice = localStorage.getItem("harbourmaster.theme");
  } catch {
    // Storage may be blocked; the system's theme is then the right one.
  }
  const system = matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark";
  const theme = choice === "light" || choice === "dark" ? choice : system;
  document.documentElement.dataset.theme = theme;
  const meta = document.querySelector('meta[name="theme-color"]');
  if (meta) meta.setAttribute("content", theme === "light" ? "#EDF2F3" : "#0B1418");
})();

// A browser on the same machine drops its connections when a container's network comes or goes. A page whose
// style or script was lost that way is no page: it is loaded once more, a few times at the most.
(() => {
  const KEY = "harbourmaster.reloads";
  const MOST = 3;
  let left = MOST;
  try {
    left = MOST - Number(sessionStorage.getItem(KEY) ?? 0);
  } catch {
    // Without storage nothing would stop the reloads.
    return;
  }
  let begun = false;
  // The load event comes after a failure too; only a whole page ends the count.
  addEventListener("load", () => {
    if (!begun && left < MOST) sessionStorage.removeItem(KEY);
  });
  const lost = (event) => {
    const it = event.target;
    const needed =
      it instanceof HTMLScriptElement || (it instanceof HTMLLinkElement && it.rel === "stylesheet");
    if (!needed || begun || left <= 0) return;
    begun = true;
    sessionStorage.setItem(KEY, String(MOST - left + 1));
    setTimeout(() => location.reload(), 300);
  };
  addEventListener("error", lost, true);
})();
