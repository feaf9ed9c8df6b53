import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { memo } from "react";
import type { Container } from "../api/types";
import type { Sort } from "../lib/arrange";
import { shortImage, useNow } from "../lib/format";
import { usePending } from "../lib/perform";
import { selection } from "../lib/selection";
import { isStopped, statusOf } from "../lib/status";
import { useSelected } from "../lib/store";
import { AppIcon } from "./app-icon";
import css from "./container-table.module.css";
import { Icon } from "./icon";
import { Lamp } from "./lamp";
import { MeterCell } from "./meters";
import { NewerMark } from "./newer-mark";
import { MenuButton, OpenLink, publishedPorts, SelectBox, useMenuGestures } from "./tile";

const Row = memo(function Row({ container: c, inert }: { container: Container; inert: boolean }) {
  const now = useNow();
  const status = statusOf(c, now, usePending(c.id));
  const selected = useSelected(selection, (s) => s.has(c.id));
  const gestures = useMenuGestures(c.id);
  return (
    <tr
      className={css.row}
      data-lamp={status.lamp}
      data-selected={selected || undefined}
      data-stale={inert || undefined}
      {...gestures}
    >
      <td className={css.pick}>
        <SelectBox container={c} />
      </td>
      <td className={css.name}>
        <AppIcon container={c} size={28} off={isStopped(c) && status.lamp !== "bad"} />
        <Link to="/containers/$id" params={{ id: c.name }} data-container={c.id}>
          {c.name}
        </Link>
        <NewerMark id={c.id} />
      </td>
      <td>
        <span className={css.status}>
          <Lamp kind={status.lamp} />
          <b>{status.word}</b>
          <span title={status.note}>{status.note}</span>
        </span>
      </td>
      <td>{isStopped(c) ? null : <MeterCell id={c.id} kind="cpu" />}</td>
      <td>{isStopped(c) ? null : <MeterCell id={c.id} kind="memory" />}</td>
      <td className={css.image} title={c.image}>
        {shortImage(c.image)}
      </td>
      <td className={css.ports}>{publishedPorts(c).slice(0, 4).join(", ")}</td>
      <td className={css.actions}>
        <span>
          <OpenLink container={c} />
          <MenuButton container={c} />
        </span>
      </td>
    </tr>
  );
});

/** A heading that sorts. Name goes from the first to the last, the others begin with what wants to be seen. */
function SortHeading({ label, by }: { label: string; by: Sort }) {
  const search = useSearch({ from: "/app/" });
  const navigate = useNavigate({ from: "/" });
  const on = (search.sort ?? "name") === by;
  return (
    <th scope="col" aria-sort={on ? (by === "name" ? "ascending" : "descending") : undefined}>
      <button
        type="button"
        className={css.sort}
        data-on={on || undefined}
        onClick={() =>
          void navigate({
            search: (s) => ({ ...s, sort: by === "name" ? undefined : by }),
            replace: true,
            resetScroll: false,
          })
        }
      >
        {label}
        {on && <Icon name="down" size={13} />}
      </button>
    </th>
  );
}

/** One group as a table; below 760 px the tiles say the same with less width. */
export function ContainerTable({
  containers,
  inert,
  label,
}: {
  containers: Container[];
  inert: boolean;
  label: string;
}) {
  return (
    <div className={css.frame}>
      <table className={css.table} aria-label={label}>
        <thead>
          <tr>
            <th scope="col">
              <span className="vh">Select</span>
            </th>
            <SortHeading label="Name" by="name" />
            <SortHeading label="State" by="state" />
            <SortHeading label="CPU" by="cpu" />
            <SortHeading label="Memory" by="memory" />
            <th scope="col">Image</th>
            <th scope="col">Ports</th>
            <th scope="col">
              <span className="vh">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {containers.map((c) => (
            <Row key={c.id} container={c} inert={inert} />
          ))}
        </tbody>
      </table>
    </div>
  );
}
