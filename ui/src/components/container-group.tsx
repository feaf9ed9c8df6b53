import { memo, Suspense, useState } from "react";
import type { Container } from "../api/types";
import type { Group } from "../lib/arrange";
import { recall, remember } from "../lib/local";
import { part } from "../lib/part";
import css from "./container-group.module.css";
import { Icon } from "./icon";
import { Tile } from "./tile";

const ContainerTable = part(() => import("./container-table").then((m) => m.ContainerTable));

type Props = { group: Group; painted: Container[]; list: boolean; inert: boolean };

/** A compose project, or what belongs to none. Whether it is folded is remembered by its name. */
export const ContainerGroup = memo(function ContainerGroup({ group, painted, list, inert }: Props) {
  const [folded, setFolded] = useState(() => recall<string[]>("folded", []).includes(group.key));
  const toggle = () => {
    const others = recall<string[]>("folded", []).filter((k) => k !== group.key);
    remember("folded", folded ? others : [...others, group.key]);
    setFolded(!folded);
  };
  return (
    <section className={css.group} aria-label={group.title}>
      <header>
        <h2>
          <button type="button" className={css.title} aria-expanded={!folded} onClick={toggle}>
            <Icon name={folded ? "right" : "down"} size={16} />
            {group.title}
            <span>{group.containers.length}</span>
          </button>
        </h2>
      </header>
      {folded ? null : list ? (
        <Suspense>
          <ContainerTable containers={painted} inert={inert} label={group.title} />
        </Suspense>
      ) : (
        <ul className={css.grid}>
          {painted.map((c) => (
            <Tile key={c.id} container={c} inert={inert} />
          ))}
        </ul>
      )}
    </section>
  );
});
