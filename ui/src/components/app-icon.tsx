import { memo, useEffect } from "react";
import { fetchPicture, usePicture } from "../api/icons";
import type { Container } from "../api/types";
import type { Builtin } from "../lib/builtin-icons";
import { flagOf, initials, tintOf } from "../lib/flags";
import { useBuiltin } from "../lib/use-builtin";
import css from "./app-icon.module.css";

type Props = {
  container: Pick<Container, "name" | "icon" | "customIcon">;
  size?: number;
  off?: boolean;
};

/** The content security policy loads no pictures from elsewhere, so only what this server holds is used. */
const ownPicture = (icon: string | undefined) =>
  icon && (icon.startsWith("data:image/") || (icon.startsWith("/") && !icon.startsWith("//")))
    ? icon
    : undefined;

/** One of our own pictures: a line drawing over its ground. */
export function BuiltinDrawing({ icon }: { icon: Builtin }) {
  return (
    <>
      <path d="M0 0h44v44H0z" fill={icon.ground} />
      <path d="M0 44 44 0v44z" fill="#fff" opacity=".08" />
      <path d={icon.d} transform="translate(10 10)" className={css.line} />
    </>
  );
}

function Flag({ name }: { name: string }) {
  const flag = flagOf(name);
  if (!flag) {
    return (
      <>
        <path d="M0 0h44v44H0z" fill={tintOf(name)} />
        <path d="M0 44 44 0v44z" fill="#fff" opacity=".08" />
        <text x="22" y="28.5" textAnchor="middle" className={css.letters}>
          {initials(name)}
        </text>
      </>
    );
  }
  const shapes = flag.shapes.map((s) => <path key={s.fill + s.d} d={s.d} fill={s.fill} />);
  if (!flag.pennant) {
    return (
      <>
        <path d="M0 0h44v44H0z" className={css.ground} />
        {shapes}
      </>
    );
  }
  return (
    <>
      <path d="M0 0h44v44H0z" className={css.ground} />
      <g className={css.pennant}>{shapes}</g>
    </>
  );
}

const after = (text: string | undefined, prefix: string) =>
  text?.startsWith(prefix) ? text.slice(prefix.length) : undefined;

/** What a person chose for it, else what its label says, else the signal flag of its first letter. */
export const AppIcon = memo(function AppIcon({ container, size = 44, off = false }: Props) {
  const { name, icon, customIcon } = container;
  const stored = after(customIcon, "stored:");
  const fetched = usePicture(stored);
  const drawn = useBuiltin(after(customIcon, "builtin:"));
  useEffect(() => {
    if (stored !== undefined) fetchPicture(stored);
  }, [stored]);
  const picture = fetched ?? (customIcon === undefined ? ownPicture(icon) : undefined);
  const className = off ? `${css.app} ${css.off}` : css.app;
  if (picture) return <img className={className} src={picture} width={size} height={size} alt="" />;
  return (
    <svg className={className} width={size} height={size} viewBox="0 0 44 44" aria-hidden="true">
      {drawn ? <BuiltinDrawing icon={drawn} /> : <Flag name={name} />}
      <rect x=".5" y=".5" width="43" height="43" rx="9.5" className={css.rim} />
    </svg>
  );
});
