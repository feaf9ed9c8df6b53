import { createStore } from "./store";

export type ThemeChoice = "system" | "dark" | "light";

const KEY = "harbourmaster.theme";
const systemLight = () => matchMedia("(prefers-color-scheme: light)");

function read(): ThemeChoice {
  try {
    const stored = localStorage.getItem(KEY);
    return stored === "dark" || stored === "light" ? stored : "system";
  } catch {
    return "system";
  }
}

export const themeChoice = createStore<ThemeChoice>(read());
export const theme = createStore<"dark" | "light">(
  document.documentElement.dataset.theme === "light" ? "light" : "dark",
);

function apply(): void {
  const choice = themeChoice.get();
  const now = choice === "system" ? (systemLight().matches ? "light" : "dark") : choice;
  document.documentElement.dataset.theme = now;
  document
    .querySelector('meta[name="theme-color"]')
    ?.setAttribute("content", now === "light" ? "#EDF2F3" : "#0B1418");
  theme.set(now);
}

/** The plain string is what `public/theme.js` reads before the first paint. */
export function chooseTheme(choice: ThemeChoice): void {
  try {
    if (choice === "system") localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, choice);
  } catch {
    // Without storage the choice lasts as long as the page.
  }
  themeChoice.set(choice);
  apply();
}

/** Follows the system while nothing is chosen, and other tabs when they choose. */
export function watchTheme(): void {
  systemLight().addEventListener("change", apply);
  addEventListener("storage", (event) => {
    if (event.key !== KEY) return;
    themeChoice.set(read());
    apply();
  });
}
