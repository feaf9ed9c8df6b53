import { Link } from "@tanstack/react-router";
import ui from "../styles/controls.module.css";
import list from "../styles/list-page.module.css";

const SHOWN = 3;

/** The containers that use something, as links; past a few only how many more. */
export function UsedBy({ names }: { names: readonly string[] }) {
  if (names.length === 0) return <span className={list.dim}>unused</span>;
  const rest = names.slice(SHOWN);
  return (
    <>
      {names.slice(0, SHOWN).map((name) => (
        <Link key={name} to="/containers/$id" params={{ id: name }} className={ui.link}>
          {name}
        </Link>
      ))}
      {rest.length > 0 && (
        <span className={list.dim} title={rest.join(", ")}>
          +{rest.length}
        </span>
      )}
    </>
  );
}

/** "3 containers use it: …", with the names as links. */
export function UsedByText({ names }: { names: readonly string[] }) {
  return (
    <>
      {names.length === 1 ? "A container uses it: " : `${names.length} containers use it: `}
      {names.map((name, i) => (
        <span key={name}>
          {i > 0 && ", "}
          <Link to="/containers/$id" params={{ id: name }}>
            {name}
          </Link>
        </span>
      ))}
      .
    </>
  );
}
