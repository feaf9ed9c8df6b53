import type { ContainerSettings, Problem } from "../api/types";
import { Skeleton } from "../components/states";
import { Changes } from "./changes";
import { Risks } from "./review";
import css from "./review.module.css";
import type { Check } from "./use-dry-run";

type Props = { check: Check | undefined; risks: Problem[]; keeps: ContainerSettings["keeps"] };

/** What becomes of a container that is there: the difference, and what the form does not show but keeps. */
export function RecreateReview({ check, risks, keeps }: Props) {
  return (
    <div className={css.review}>
      {check?.result.changes ? (
        <Changes changes={check.result.changes} />
      ) : (
        <Skeleton width="60%" height={20} />
      )}
      {keeps.length > 0 && (
        <section aria-label="Kept as it is">
          <h3>Kept as it is</h3>
          <dl className={css.keeps}>
            {keeps.map((k) => (
              <div key={k.name}>
                <dt>{k.name}</dt>
                <dd>{k.value}</dd>
              </div>
            ))}
          </dl>
        </section>
      )}
      <Risks check={check} risks={risks} />
    </div>
  );
}
