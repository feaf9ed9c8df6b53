import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useFormContext } from "react-hook-form";
import { tagsQuery } from "../api/create-queries";
import { messageOf } from "../api/errors";
import { Icon } from "../components/icon";
import { Popover } from "../components/popover";
import { Skeleton } from "../components/states";
import ui from "../styles/controls.module.css";
import type { CreateForm } from "./create-schema";
import css from "./image-field.module.css";
import { narrow, splitImage } from "./image-name";
import { useListbox } from "./use-listbox";

const SHOWN = 120;

function TagsPanel({ image, onPick }: { image: string; onPick: (tag: string) => void }) {
  const { name, tag: now } = splitImage(image);
  const { data, error, isFetching, refetch } = useQuery(tagsQuery(name));
  const [query, setQuery] = useState("");
  const found = useMemo(
    () => (query ? narrow([...(data?.tags ?? [])], query) : (data?.tags ?? [])),
    [data, query],
  );
  const shown = found.slice(0, SHOWN);
  const listbox = useListbox(shown.length, (i) => shown[i] && onPick(shown[i]));

  return (
    <div className={css.panel}>
      <label className={ui.search}>
        <Icon name="search" size={16} />
        <input
          {...listbox.field}
          role="combobox"
          aria-expanded={shown.length > 0}
          aria-label={`Find a tag of ${name}`}
          placeholder="Find a tag"
          autoComplete="off"
          spellCheck={false}
          value={query}
          onChange={(event) => {
            setQuery(event.target.value);
            listbox.reset(event.target.value ? 0 : -1);
          }}
          onKeyDown={(event) => {
            // The form around it must not be sent from here.
            if (!listbox.onKey(event) && event.key === "Enter") event.preventDefault();
          }}
        />
      </label>
      {isFetching && !data && <Skeleton width="100%" height={120} />}
      {error && !isFetching && (
        <>
          <p role="alert">{messageOf(error)}</p>
          <button type="button" className={ui.quiet} onClick={() => void refetch()}>
            Try again
          </button>
        </>
      )}
      {shown.length > 0 && (
        <ul {...listbox.list} aria-label={`Tags of ${name}`}>
          {shown.map((tag, i) => (
            <li key={tag} {...listbox.option(i)} data-now={tag === now || undefined}>
              {tag}
            </li>
          ))}
        </ul>
      )}
      {data && (
        <p role="status">
          {found.length === 0
            ? query
              ? `No tag matches “${query}”.`
              : "It has no tags."
            : found.length > SHOWN
              ? `${found.length} tags; type to find one.`
              : data.more
                ? `${found.length} tags, and the registry has more.`
                : ""}
        </p>
      )}
    </div>
  );
}

type Props = { image: string; anchor: HTMLElement; onClose: () => void };

/** The tags the registry has for the image that is typed, to pick one instead of remembering it. */
export function TagsPicker({ image, anchor, onClose }: Props) {
  const { setValue, setFocus } = useFormContext<CreateForm>();
  const pick = (tag: string) => {
    onClose();
    setValue("image", `${splitImage(image).name}:${tag}`, { shouldDirty: true, shouldValidate: true });
    setFocus("image");
  };
  return (
    <Popover anchor={anchor} label="Tags in the registry" width={340} onClose={onClose}>
      <TagsPanel image={image} onPick={pick} />
    </Popover>
  );
}
