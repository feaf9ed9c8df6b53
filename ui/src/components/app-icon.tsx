import { memo } from "react";
import { flagOf, initials, tintOf } from "../lib/flags";
import css from "./app-icon.module.css";

type Props = { name: string; icon?: string; size?: number; off?: boolean };

/** The content security policy loads no pictures from elsewhere, so only what this server holds is used. */
const ownPicture = (icon: string | undefined) =>
  icon && (icon.startsWith("data:image/") || (icon.startsWith("/") && !icon.startsWith("//")))
    ? icon
    : undefined;

function Drawing({ name }: { name: string }) {
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

export const AppIcon = memo(function AppIcon({ name, icon, size = 44, off = false }: Props) {
  const picture = ownPicture(icon);
  const className = off ? `${css.app} ${css.off}` : css.app;
  if (picture) return <img className={className} src={picture} width={size} height={size} alt="" />;
  return (
    <svg className={className} width={size} height={size} viewBox="0 0 44 44" aria-hidden="true">
      <Drawing name={name} />
      <rect x=".5" y=".5" width="43" height="43" rx="9.5" className={css.rim} />
    </svg>
  );
});
