import { setSingleKeys, singleKeys } from "../lib/keys";
import { closeOverlay } from "../lib/overlay";
import { keyCaps, sheet } from "../lib/shortcuts";
import { useStore } from "../lib/store";
import { Dialog } from "./dialog";
import { Check } from "./field";
import css from "./help-sheet.module.css";

export function HelpSheet() {
  const on = useStore(singleKeys);
  return (
    <Dialog title="Keyboard" onClose={closeOverlay} wide>
      <div className={css.columns}>
        {sheet.map((group) => (
          <section key={group.title}>
            <h3>{group.title}</h3>
            <dl>
              {group.entries.map((entry) => (
                <div key={entry.does} data-off={(!on && !entry.always) || undefined}>
                  <dt>
                    {keyCaps(entry).map((k) => (
                      <kbd key={k}>{k}</kbd>
                    ))}
                  </dt>
                  <dd>{entry.does}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <div className={css.foot}>
        <Check
          label="Single keys"
          help="They work outside of fields. Ctrl+K and Esc work always."
          checked={on}
          onChange={setSingleKeys}
        />
      </div>
    </Dialog>
  );
}
