import { useQuery } from "@tanstack/react-query";
import { useId } from "react";
import { timelineAppsQuery } from "../api/timeline";
import type { Actor, EventKind, TimelineFilter } from "../lib/event-kinds";
import css from "./event-filters.module.css";
import { Icon } from "./icon";

const kindWords: Record<EventKind, string> = {
  container: "Containers",
  image: "Images",
  network: "Networks",
  volume: "Volumes",
  operation: "Operations",
  session: "Sessions",
  settings: "Settings",
  engine: "Docker",
};

const people: Record<Actor, string> = { you: "You", engine: "Not through here" };

function Pick<T extends string>({
  label,
  every,
  value,
  options,
  onChange,
}: {
  label: string;
  every: string;
  value: T | undefined;
  options: readonly (readonly [value: T, label: string])[];
  onChange: (value: T | undefined) => void;
}) {
  const id = useId();
  return (
    <div className={css.pick} data-on={value !== undefined || undefined}>
      <label className="vh" htmlFor={id}>
        {label}
      </label>
      <select
        id={id}
        value={value ?? ""}
        onChange={(e) => onChange(options.find(([v]) => v === e.target.value)?.[0])}
      >
        <option value="">{every}</option>
        {options.map(([v, text]) => (
          <option key={v} value={v}>
            {text}
          </option>
        ))}
      </select>
      <Icon name="down" size={16} />
    </div>
  );
}

/** App, kind and person, each in the address. */
export function EventFilters({
  filter,
  onChange,
}: {
  filter: TimelineFilter;
  onChange: (change: TimelineFilter) => void;
}) {
  const { data: apps = [] } = useQuery(timelineAppsQuery);
  // One in the address may be older than the history.
  const names = filter.app && !apps.includes(filter.app) ? [filter.app, ...apps] : apps;
  return (
    <>
      <Pick
        label="App"
        every="Every app"
        value={filter.app}
        options={names.map((n) => [n, n] as const)}
        onChange={(app) => onChange({ app })}
      />
      <Pick
        label="Kind"
        every="Every kind"
        value={filter.kind}
        options={Object.entries(kindWords) as [EventKind, string][]}
        onChange={(kind) => onChange({ kind })}
      />
      <Pick
        label="Person"
        every="Anyone"
        value={filter.actor}
        options={Object.entries(people) as [Actor, string][]}
        onChange={(actor) => onChange({ actor })}
      />
    </>
  );
}
