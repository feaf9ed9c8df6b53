import { useEffect, useRef, useState } from "react";
import { isAbort, messageOf } from "../api/errors";
import type { Container } from "../api/types";
import { Icon } from "../components/icon";
import { Popover } from "../components/popover";
import { disk } from "../lib/format";
import { addToast } from "../lib/toast";
import ui from "../styles/controls.module.css";
import css from "./log-bar.module.css";
import { offer, saveWhole, textOf } from "./save";
import type { LogSource } from "./source";

type Props = { containers: readonly Container[]; sources: readonly LogSource[]; times: boolean };

/** Saves what is loaded, or the whole log without loading it. */
export function LogDownload({ containers, sources, times }: Props) {
  const [open, setOpen] = useState(false);
  const [saved, setSaved] = useState<number>();
  const button = useRef<HTMLButtonElement>(null);
  const control = useRef<AbortController>(undefined);
  useEffect(() => () => control.current?.abort(), []);

  const whole = async (container: Container) => {
    const mine = new AbortController();
    control.current = mine;
    setOpen(false);
    setSaved(0);
    try {
      const done = await saveWhole(container.id, `${container.name}.log`, times, setSaved, mine.signal);
      if (done) addToast({ kind: "good", title: `The log of ${container.name} was saved` });
    } catch (error) {
      if (!isAbort(error))
        addToast({
          kind: "bad",
          title: `The log of ${container.name} was not saved`,
          detail: messageOf(error),
        });
    } finally {
      setSaved(undefined);
    }
  };

  if (saved !== undefined) {
    return (
      <button type="button" className={css.toggle} onClick={() => control.current?.abort()}>
        <Icon name="x" size={14} />
        Saving, {disk(saved)}
      </button>
    );
  }
  return (
    <>
      <button
        ref={button}
        type="button"
        className={ui.icon}
        aria-label="Download"
        title="Download"
        aria-haspopup="dialog"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Icon name="download" size={17} />
      </button>
      {open && button.current && (
        <Popover anchor={button.current} label="Download" width={240} onClose={() => setOpen(false)}>
          <div className={css.list}>
            {containers.map((container, i) => (
              <section key={container.id}>
                {containers.length > 1 && <h3>{container.name}</h3>}
                <button
                  type="button"
                  onClick={() => {
                    const source = sources[i];
                    if (source) offer(textOf(source.store, times), `${container.name}.log`);
                    setOpen(false);
                  }}
                >
                  What is loaded
                </button>
                <button type="button" onClick={() => void whole(container)}>
                  The whole log
                </button>
              </section>
            ))}
          </div>
        </Popover>
      )}
    </>
  );
}
