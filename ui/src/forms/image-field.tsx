import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useId, useMemo, useRef, useState } from "react";
import { useFormContext, useWatch } from "react-hook-form";
import { imagesQuery } from "../api/cache";
import { disk, shortImage } from "../lib/format";
import ui from "../styles/controls.module.css";
import type { CreateForm } from "./create-schema";
import { FieldMessage, useFieldProblem } from "./form-parts";
import css from "./image-field.module.css";
import { narrow, splitImage } from "./image-name";
import { TagsPicker } from "./tags-picker";
import { useListbox } from "./use-listbox";

const SHOWN = 8;

type Props = {
  help: ReactNode;
  /** A whole command line was pasted where a name belongs. */
  onCommandLine?: (line: string) => void;
};

/** The image by name. What this server has is offered as one types; the registry's tags are a button away. */
export function ImageField({ help, onCommandLine }: Props) {
  const { register, setValue } = useFormContext<CreateForm>();
  const image = useWatch<CreateForm, "image">({ name: "image" });
  const { data: images = [] } = useQuery(imagesQuery);
  const { message } = useFieldProblem("image");
  const [open, setOpen] = useState(false);
  const [tags, setTags] = useState(false);
  const tagsButton = useRef<HTMLButtonElement>(null);
  const id = useId();

  const local = useMemo(
    () =>
      new Map(images.flatMap((i) => i.references.map((r): [string, number] => [shortImage(r), i.sizeBytes]))),
    [images],
  );
  const found = useMemo(() => narrow([...local.keys()].sort(), image), [local, image]);
  const options = found.slice(0, SHOWN);
  const pick = (index: number) => {
    const name = options[index];
    if (name) setValue("image", name, { shouldDirty: true, shouldValidate: true });
    setOpen(false);
  };
  const listbox = useListbox(options.length, pick);
  const field = register("image");
  // A name that is typed to its end needs no list below it.
  const showing = open && options.length > 0 && !(options.length === 1 && options[0] === image.trim());

  return (
    <div className={ui.field}>
      <label className={ui.label} htmlFor={id}>
        Image
      </label>
      <div className={css.anchor}>
        <div className={ui.control}>
          <input
            id={id}
            {...field}
            {...listbox.field}
            role="combobox"
            aria-expanded={showing}
            placeholder="nginx:1.29"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            data-path="image"
            aria-invalid={Boolean(message) || undefined}
            aria-describedby="image-message"
            onFocus={() => setOpen(true)}
            onClick={() => setOpen(true)}
            onChange={(event) => {
              void field.onChange(event);
              setOpen(true);
              listbox.reset();
            }}
            onBlur={(event) => {
              void field.onBlur(event);
              setOpen(false);
            }}
            onKeyDown={(event) => {
              if (event.key === "Escape" && showing) {
                event.preventDefault();
                setOpen(false);
              } else if (showing) listbox.onKey(event);
              else if (event.key === "ArrowDown") setOpen(true);
            }}
            onPaste={(event) => {
              const text = event.clipboardData.getData("text");
              if (!onCommandLine || !/^\s*(sudo\s+)?(docker|podman)\s+\S*\s*(run|create)\b/.test(text))
                return;
              event.preventDefault();
              onCommandLine(text.trim());
            }}
          />
          <button
            ref={tagsButton}
            type="button"
            className={css.tags}
            disabled={splitImage(image).name === ""}
            aria-haspopup="dialog"
            aria-expanded={tags}
            onClick={() => setTags(!tags)}
          >
            Tags
          </button>
        </div>
        {showing && (
          <div className={css.list}>
            <ul {...listbox.list} aria-label="Images on this server">
              {options.map((name, i) => (
                <li key={name} {...listbox.option(i)}>
                  <span>{name}</span>
                  <small>{disk(local.get(name) ?? 0)}</small>
                </li>
              ))}
            </ul>
            {found.length > SHOWN && <p>and {found.length - SHOWN} more</p>}
          </div>
        )}
      </div>
      {tags && tagsButton.current && (
        <TagsPicker image={image} anchor={tagsButton.current} onClose={() => setTags(false)} />
      )}
      <FieldMessage id="image-message" path="image" help={help} />
    </div>
  );
}
