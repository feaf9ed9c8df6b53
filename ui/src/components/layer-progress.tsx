import type { Layer } from "../api/types";
import { disk } from "../lib/format";
import css from "./layer-progress.module.css";

function Row({ layer }: { layer: Layer }) {
  const known = layer.total !== undefined && layer.total > 0;
  const part = known ? Math.min(1, (layer.current ?? 0) / (layer.total ?? 1)) : undefined;
  return (
    <li>
      <code>{layer.id.replace(/^sha256:/, "").slice(0, 12)}</code>
      <span>{layer.status}</span>
      <span className={css.size}>
        {known && part !== undefined && part < 1
          ? `${disk(layer.current ?? 0)} of ${disk(layer.total ?? 0)}`
          : ""}
      </span>
      <i
        role="progressbar"
        aria-label={`Layer ${layer.id.slice(0, 12)}`}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={part === undefined ? undefined : Math.round(part * 100)}
      >
        <b style={{ transform: `scaleX(${part ?? (/complete|exists/i.test(layer.status) ? 1 : 0)})` }} />
      </i>
    </li>
  );
}

/** One row per layer of an image on its way. */
export function LayerProgress({ layers }: { layers: Layer[] }) {
  return (
    <ul className={css.layers}>
      {layers.map((l) => (
        <Row key={l.id} layer={l} />
      ))}
    </ul>
  );
}
