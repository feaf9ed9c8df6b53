import { type ComponentProps, type KeyboardEvent, useRef, useState } from "react";
import type { Container } from "../api/types";
import { Icon } from "../components/icon";
import { Popover } from "../components/popover";
import { useStore } from "../lib/store";
import ui from "../styles/controls.module.css";
import type { Level } from "./levels";
import { LogAdd } from "./log-add";
import css from "./log-bar.module.css";
import { LogDownload } from "./log-download";
import { LogLevels } from "./log-levels";
import { LogMenu } from "./log-menu";
import { LogSearchField } from "./log-search-field";
import { changeOptions, logOptions } from "./options";
import type { LogSource } from "./source";

type Props = ComponentProps<typeof LogSearchField> &
  ComponentProps<typeof LogMenu> & {
    containers: readonly Container[];
    sources: readonly LogSource[];
    levels: ReadonlySet<Level> | undefined;
    onLevels: (levels: ReadonlySet<Level> | undefined) => void;
    follow: boolean;
    onFollow: (follow: boolean) => void;
    onContainers?: (names: string[]) => void;
    onKeyDown: (event: KeyboardEvent) => void;
    compact: boolean;
  };

/** The controls of a log, in one line where there is room for it. */
export function LogBar(props: Props) {
  const { containers, sources, levels, onLevels, follow, onFollow, onContainers, onKeyDown, compact } = props;
  const options = useStore(logOptions);
  const [menu, setMenu] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as a line
    <div
      className={css.bar}
      role="group"
      aria-label="Log"
      data-compact={compact || undefined}
      onKeyDown={onKeyDown}
    >
      <LogSearchField {...props} />
      <span className={css.space} />
      <LogLevels sources={sources} chosen={levels} onChoose={onLevels} />
      <label className={ui.check}>
        <input type="checkbox" checked={follow} onChange={(e) => onFollow(e.target.checked)} />
        Follow
      </label>
      <label className={ui.check}>
        <input
          type="checkbox"
          checked={options.wrap}
          onChange={(e) => changeOptions({ wrap: e.target.checked })}
        />
        Wrap
      </label>
      <span className={css.icons}>
        <button
          ref={button}
          type="button"
          className={ui.icon}
          aria-label="How the log is shown"
          title="Times, range, go to"
          aria-haspopup="dialog"
          aria-expanded={menu}
          onClick={() => setMenu(!menu)}
        >
          <Icon name="sliders" size={17} />
        </button>
        {onContainers && <LogAdd containers={containers} onContainers={onContainers} />}
        <LogDownload containers={containers} sources={sources} times={options.times !== "off"} />
      </span>
      {menu && button.current && (
        <Popover
          anchor={button.current}
          label="How the log is shown"
          width={296}
          onClose={() => setMenu(false)}
        >
          <LogMenu {...props} />
        </Popover>
      )}
    </div>
  );
}
