import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { aboutQuery } from "../api/settings";
import type { About } from "../api/types";
import { plural } from "../lib/format";
import { holdsAll } from "../lib/match";
import { FilterField } from "./list-head";
import { SettingsCard } from "./settings-card";
import css from "./settings-card.module.css";
import { ErrorState, Skeleton } from "./states";

function facts(about: About): [string, string][] {
  const engine = about.engineVersion
    ? `${about.engineVersion}${about.apiVersion ? `, API ${about.apiVersion}` : ""}`
    : "not connected";
  return [
    ["Harbourmaster", about.version],
    ["Licence", about.licence],
    ["Docker", engine],
    ["System", about.os],
    ["Kernel", about.kernel],
  ];
}

function Components({ about }: { about: About }) {
  const { q } = useSearch({ from: "/app/settings/$section" });
  const navigate = useNavigate({ from: "/settings/$section" });
  const shown = useMemo(
    () => about.components.filter((c) => holdsAll(q, [c.name, c.version, c.licence])),
    [about, q],
  );
  return (
    <SettingsCard
      title="Licences"
      lead={`Harbourmaster stands on ${plural(about.components.length, "component")} made by others.`}
    >
      <FilterField
        label="Filter licences"
        q={q}
        onFilter={(text) => void navigate({ search: { q: text }, replace: true, resetScroll: false })}
        className={css.search}
      />
      {shown.length === 0 ? (
        <p className={css.none}>Nothing matches “{q}”.</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reachable by keyboard
        <section className={css.parts} tabIndex={0} aria-label="Components">
          <table aria-label="Components and their licences">
            <thead className="vh">
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Version</th>
                <th scope="col">Licence</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((c) => (
                <tr key={`${c.name} ${c.version}`}>
                  <td>{c.name}</td>
                  <td>{c.version}</td>
                  <td>{c.licence}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      <p className="vh" role="status">
        {shown.length} components
      </p>
    </SettingsCard>
  );
}

export function AboutSettings() {
  const { data, error, refetch } = useQuery(aboutQuery);
  if (!data && error) {
    return <ErrorState what="The versions could not be read" error={error} onRetry={() => void refetch()} />;
  }
  if (!data) return <Skeleton width="100%" height={240} />;
  return (
    <>
      <SettingsCard title="Versions">
        <dl className={css.facts}>
          {facts(data).map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </SettingsCard>
      <Components about={data} />
    </>
  );
}
