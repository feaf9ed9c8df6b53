import { memo, useEffect, useRef } from "react";
import { fetchStorePicture, useStorePicture } from "../api/store-pictures";
import { AppIcon } from "../components/app-icon";
import css from "../components/app-icon.module.css";

type Props = { name: string; icon: string | undefined; size?: number };

/** One observer for all of them: pictures are fetched when they come near the window. */
const wanted = new WeakMap<Element, string>();
const near =
  typeof IntersectionObserver === "function"
    ? new IntersectionObserver(
        (entries, observer) => {
          for (const { target, isIntersecting } of entries) {
            const address = wanted.get(target);
            if (!isIntersecting || address === undefined) continue;
            observer.unobserve(target);
            fetchStorePicture(address);
          }
        },
        { rootMargin: "400px" },
      )
    : undefined;

/** The picture that came signed with an app, else the signal flag of its first letter. */
export const StoreIcon = memo(function StoreIcon({ name, icon, size = 44 }: Props) {
  const picture = useStorePicture(icon);
  const place = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const element = place.current;
    if (!element || !icon || picture) return;
    wanted.set(element, icon);
    near?.observe(element);
    return () => near?.unobserve(element);
  }, [icon, picture]);
  return (
    <span ref={place}>
      {picture ? (
        <img className={css.app} src={picture} width={size} height={size} alt="" />
      ) : (
        <AppIcon container={{ name }} size={size} />
      )}
    </span>
  );
});
