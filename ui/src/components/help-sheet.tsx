import { closeOverlay } from "../lib/overlay";
import { Dialog } from "./dialog";
import css from "./help-sheet.module.css";

const groups: { title: string; keys: [string[], string][] }[] = [
  {
    title: "Anywhere",
    keys: [
      [["Ctrl", "K"], "Search containers, pages and actions"],
      [["/"], "Filter"],
      [["n"], "New container"],
      [["g", "d"], "Dashboard"],
      [["g", "e"], "Events"],
      [["g", "i"], "Images"],
      [["?"], "This list"],
      [["Esc"], "Close what is on top"],
    ],
  },
  {
    title: "On a container",
    keys: [
      [["←", "↑", "→", "↓"], "Move between containers"],
      [["Enter"], "Details"],
      [["Space"], "Select"],
      [["o"], "Open web UI"],
      [["l"], "Logs"],
      [["t"], "Terminal"],
      [["r"], "Restart"],
      [["s"], "Stop or start"],
      [["e"], "Edit settings"],
      [["m"], "All actions"],
    ],
  },
  {
    title: "In logs",
    keys: [
      [["f"], "Follow"],
      [["w"], "Wrap long lines"],
      [["n"], "Next hit"],
      [["N"], "Hit before"],
      [["Home"], "First line"],
      [["End"], "Last line"],
      [["e"], "Lay out a JSON line"],
      [["/"], "Search"],
    ],
  },
  {
    title: "In a terminal",
    keys: [
      [["Ctrl", "C"], "Copy a selection, or interrupt"],
      [["Ctrl", "V"], "Paste"],
      [["Enter"], "A new shell when one has ended"],
    ],
  },
];

export function HelpSheet() {
  return (
    <Dialog title="Keyboard" onClose={closeOverlay} wide>
      <div className={css.columns}>
        {groups.map((g) => (
          <section key={g.title}>
            <h3>{g.title}</h3>
            <dl>
              {g.keys.map(([keys, what]) => (
                <div key={what}>
                  <dt>
                    {keys.map((k) => (
                      <kbd key={k}>{k}</kbd>
                    ))}
                  </dt>
                  <dd>{what}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <p className={css.note}>Single keys work outside fields. The account menu turns them off.</p>
    </Dialog>
  );
}
