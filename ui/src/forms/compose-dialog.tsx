import { useQuery } from "@tanstack/react-query";
import { Fragment } from "react";
import { asCompose } from "../api/create-queries";
import { ApiError } from "../api/errors";
import type { CreateRequest } from "../api/types";
import { Dialog } from "../components/dialog";
import { CopyButton, ErrorState, Skeleton } from "../components/states";
import ui from "../styles/controls.module.css";
import css from "./compose-dialog.module.css";

/** One line of YAML with its key, and what is a comment, told apart. Enough for reading what the agent prints. */
function Line({ text }: { text: string }) {
  const comment = /^(\s*)(#.*)$/.exec(text);
  if (comment) {
    return (
      <>
        {comment[1]}
        <i>{comment[2]}</i>
      </>
    );
  }
  const pair = /^(\s*(?:- )*)((?:"[^"]*"|'[^']*'|[^\s:#"'][^:#]*?):)(\s.*)?$/.exec(text);
  if (!pair) return text;
  return (
    <>
      {pair[1]}
      <b>{pair[2]}</b>
      {pair[3]}
    </>
  );
}

/** The same container as a Compose file, to read or to take elsewhere. */
export function ComposeDialog({ request, onClose }: { request: CreateRequest; onClose: () => void }) {
  const { data, error, refetch } = useQuery({
    queryKey: ["compose", request],
    queryFn: ({ signal }) => asCompose(request, signal),
    retry: false,
    gcTime: 0,
  });
  const lines = data?.replace(/\n$/, "").split("\n") ?? [];
  const problems = error instanceof ApiError ? error.problems : [];
  return (
    <Dialog
      wide
      title="As Compose"
      onClose={onClose}
      footer={
        <>
          {data && <CopyButton text={data} label="Copy" />}
          <button type="button" className={ui.primary} onClick={onClose}>
            Done
          </button>
        </>
      }
    >
      {error && problems.length > 0 && (
        <div role="alert">
          <p>It can be written down when this is put right:</p>
          <ul className={css.problems}>
            {problems.map((p) => (
              <li key={p.field + p.code}>{p.message}</li>
            ))}
          </ul>
        </div>
      )}
      {error && problems.length === 0 && (
        <ErrorState what="It could not be written" error={error} onRetry={() => void refetch()} />
      )}
      {!data && !error && <Skeleton width="100%" height={220} />}
      {data && (
        <section
          className={css.yaml}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable without a mouse
          tabIndex={0}
          aria-label="Compose file"
        >
          <pre>
            {lines.map((line, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: lines of a text that never changes
              <Fragment key={i}>
                <Line text={line} />
                {"\n"}
              </Fragment>
            ))}
          </pre>
        </section>
      )}
    </Dialog>
  );
}
