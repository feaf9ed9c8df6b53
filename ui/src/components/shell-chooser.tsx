import { useRef, useState } from "react";
import type { ShellChoice } from "../lib/dock";
import ui from "../styles/controls.module.css";
import { Icon } from "./icon";
import { Popover } from "./popover";
import css from "./shell-chooser.module.css";

const shells = ["/bin/bash", "/bin/zsh", "/bin/ash", "/bin/sh"];

type Props = { choice: ShellChoice; disabled: boolean; onChoose: (choice: ShellChoice) => void };

/** Opens another shell in this terminal: which program, and as whom. */
export function ShellChooser({ choice, disabled, onChoose }: Props) {
  const [open, setOpen] = useState(false);
  const [shell, setShell] = useState(choice.shell ?? "");
  const [user, setUser] = useState(choice.user ?? "");
  const button = useRef<HTMLButtonElement>(null);
  return (
    <>
      <button
        ref={button}
        type="button"
        className={ui.icon}
        aria-label="Shell and user"
        title="Shell and user"
        aria-haspopup="dialog"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Icon name="sliders" size={17} />
      </button>
      {open && button.current && (
        <Popover anchor={button.current} label="Shell and user" width={272} onClose={() => setOpen(false)}>
          <form
            className={css.form}
            onSubmit={(e) => {
              e.preventDefault();
              setOpen(false);
              onChoose({ shell: shell.trim() || undefined, user: user.trim() || undefined });
            }}
          >
            <label>
              Shell
              <input
                list="shells"
                value={shell}
                placeholder="The best there is"
                autoComplete="off"
                spellCheck={false}
                onChange={(e) => setShell(e.target.value)}
              />
            </label>
            <datalist id="shells">
              {shells.map((s) => (
                <option key={s} value={s} />
              ))}
            </datalist>
            <label>
              User
              <input
                value={user}
                placeholder="The container’s own"
                autoComplete="off"
                spellCheck={false}
                onChange={(e) => setUser(e.target.value)}
              />
            </label>
            <p>Opens a new shell here. The one that runs is ended.</p>
            <button type="submit" className={ui.primary} disabled={disabled}>
              Open
            </button>
          </form>
        </Popover>
      )}
    </>
  );
}
