import { useQuery } from "@tanstack/react-query";
import { type DragEvent, useEffect, useId, useRef, useState } from "react";
import { putContainer, queryClient, useContainers } from "../api/cache";
import { messageOf } from "../api/errors";
import { dropIcon, fetchPicture, type IconChoice, iconsQuery, putIcon, usePicture } from "../api/icons";
import { type BuiltinName, builtin, builtinNames } from "../lib/builtin-icons";
import { closeOverlay } from "../lib/overlay";
import ui from "../styles/controls.module.css";
import { AppIcon, BuiltinDrawing } from "./app-icon";
import { Dialog } from "./dialog";
import { Icon } from "./icon";
import css from "./icon-dialog.module.css";

/** What the agent takes; it looks at the bytes itself and makes a small picture of its own from them. */
const KINDS = ["image/png", "image/jpeg", "image/webp", "image/gif"];
const MOST_BYTES = 1024 * 1024;

/** Why a file is not worth sending; undefined when it is. */
function unfit(file: File): string | undefined {
  if (!KINDS.includes(file.type)) return "Use a PNG, JPEG, WebP or GIF picture.";
  if (file.size > MOST_BYTES) return "The picture is larger than 1 MB. Make it smaller first.";
  return undefined;
}

function DropZone({ busy, onFile }: { busy: boolean; onFile: (file: File) => void }) {
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const help = useId();
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer.files[0];
    if (file) onFile(file);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the button in it does the same for those without a pointer
    <div
      className={css.drop}
      data-over={over || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <input
        ref={input}
        type="file"
        hidden
        aria-label="Picture"
        accept={KINDS.join(",")}
        onChange={(event) => {
          const file = event.target.files?.[0];
          // The same file can be chosen again after a failure.
          event.target.value = "";
          if (file) onFile(file);
        }}
      />
      <button
        type="button"
        className={ui.btn}
        disabled={busy}
        aria-describedby={help}
        onClick={() => input.current?.click()}
      >
        <Icon name="upload" size={16} />
        Choose a picture
      </button>
      <p id={help}>or drop one here. PNG, JPEG, WebP or GIF, up to 1 MB.</p>
    </div>
  );
}

function StoredPicture({ id }: { id: string }) {
  const url = usePicture(id);
  useEffect(() => fetchPicture(id), [id]);
  return url ? <img src={url} width={44} height={44} alt="" /> : <span className={ui.skeleton} />;
}

function BuiltinButton({ name, on, onPick }: { name: BuiltinName; on: boolean; onPick: () => void }) {
  const icon = builtin(name);
  if (!icon) return null;
  return (
    <button
      type="button"
      className={css.pick}
      aria-pressed={on}
      aria-label={icon.label}
      title={icon.label}
      onClick={onPick}
    >
      <svg width={44} height={44} viewBox="0 0 44 44" aria-hidden="true">
        <BuiltinDrawing icon={icon} />
      </svg>
    </button>
  );
}

/** How a container looks: a picture of one's own, one that is kept already, or one of ours. */
export function IconDialog({ id }: { id: string }) {
  const { data = [] } = useContainers();
  const container = data.find((c) => c.id === id);
  const { data: stored = [] } = useQuery(iconsQuery);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState("");
  if (!container) return null;
  const now = container.customIcon;

  const change = async (work: () => Promise<string | undefined>) => {
    setBusy(true);
    setError("");
    try {
      const customIcon = await work();
      const { customIcon: _, ...rest } = container;
      putContainer(customIcon === undefined ? rest : { ...rest, customIcon });
      await queryClient.invalidateQueries({ queryKey: iconsQuery.queryKey });
    } catch (problem) {
      setError(messageOf(problem));
    } finally {
      setBusy(false);
    }
  };
  const pick = (choice: IconChoice) => void change(() => putIcon(id, choice));
  const upload = (file: File) => {
    const why = unfit(file);
    if (why) setError(why);
    else pick(file);
  };

  return (
    <Dialog
      wide
      title={`Icon of ${container.name}`}
      onClose={closeOverlay}
      footer={
        <>
          {now !== undefined && (
            <button
              type="button"
              className={ui.btn}
              disabled={busy}
              onClick={() => void change(() => dropIcon(id).then(() => undefined))}
            >
              Remove icon
            </button>
          )}
          <button type="button" className={ui.primary} onClick={closeOverlay}>
            Done
          </button>
        </>
      }
    >
      <div className={css.body} aria-busy={busy}>
        <div className={css.top}>
          <AppIcon container={container} size={56} />
          <DropZone busy={busy} onFile={upload} />
        </div>
        {error && (
          <p className={ui.bad} role="alert">
            <Icon name="warn" size={15} />
            {error}
          </p>
        )}
        {stored.length > 0 && (
          <section aria-labelledby={`${id}-kept`}>
            <h3 id={`${id}-kept`}>Kept on this server</h3>
            <div className={css.grid}>
              {stored.map((s, i) => (
                <button
                  key={s.id}
                  type="button"
                  className={css.pick}
                  aria-pressed={now === `stored:${s.id}`}
                  aria-label={`Picture ${i + 1}${s.usedBy.length > 0 ? ` of ${s.usedBy.join(", ")}` : ""}`}
                  title={s.usedBy.length > 0 ? s.usedBy.join(", ") : "not used"}
                  onClick={() => pick({ stored: s.id })}
                >
                  <StoredPicture id={s.id} />
                </button>
              ))}
            </div>
          </section>
        )}
        <section aria-labelledby={`${id}-ours`}>
          <h3 id={`${id}-ours`}>Drawn for Harbourmaster</h3>
          <div className={css.grid}>
            {builtinNames.map((name) => (
              <BuiltinButton
                key={name}
                name={name}
                on={now === `builtin:${name}`}
                onPick={() => pick({ builtin: name })}
              />
            ))}
          </div>
        </section>
      </div>
    </Dialog>
  );
}
