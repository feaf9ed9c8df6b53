import type { AppDetails } from "../api/store";
import { Icon } from "../components/icon";
import { CopyButton } from "../components/states";
import fold from "../forms/fold.module.css";
import wizard from "../forms/wizard.module.css";
import { ago, disk, shortDigest, useNow } from "../lib/format";
import ui from "../styles/controls.module.css";
import list from "../styles/list-page.module.css";
import css from "./sheet.module.css";
import { StoreGlyph } from "./store-glyph";
import { shortKey } from "./words";

/** Who vouches for an app, and for what. */
export function Trust({ app }: { app: AppDetails }) {
  const image = app.images.find((i) => i.tag === app.version) ?? app.images[0];
  const [key] = app.signer.keys;
  return (
    <p className={css.trust}>
      <StoreGlyph name="seal" size={19} />
      <span>
        <b>Signed by {app.publisher.name}</b>
        {key && (
          <>
            , key <code title={key}>{shortKey(key)}</code>
          </>
        )}
        .
        {image && (
          <>
            {" "}
            {app.images.length > 1 ? `${app.images.length} images pinned, ${image.service}` : "Image pinned"}{" "}
            to <code title={image.digest}>{shortDigest(image.digest)}</code>
          </>
        )}
      </span>
    </p>
  );
}

/** Whether it runs on this machine at all. */
export function Fits({ app }: { app: AppDetails }) {
  if (app.fits === "yes") return null;
  const made = app.architectures.length > 0 ? ` It is made for ${app.architectures.join(", ")}.` : "";
  return app.fits === "no" ? (
    <div className={wizard.failure} role="status">
      <Icon name="warn" />
      <p>
        <b>There is no image of it for this machine's processor.</b>
        {made}
      </p>
    </div>
  ) : (
    <p className={ui.help}>
      <Icon name="info" size={15} />
      It is not known whether it runs on this machine's processor.{made}
    </p>
  );
}

/** What it is, where more of it is, and what to know first. */
export function Description({ app }: { app: AppDetails }) {
  return (
    <>
      <p className={css.words}>{app.description}</p>
      {(app.homepage || app.docs) && (
        <p className={css.acts}>
          {app.homepage && (
            <a className={ui.link} href={app.homepage} target="_blank" rel="noreferrer">
              Website <Icon name="open" size={14} />
            </a>
          )}
          {app.docs && (
            <a className={ui.link} href={app.docs} target="_blank" rel="noreferrer">
              Documentation <Icon name="open" size={14} />
            </a>
          )}
        </p>
      )}
      {app.notes.length > 0 && (
        <div className={wizard.notice}>
          <Icon name="info" />
          <div className={css.gets}>
            {app.notes.map((note) => (
              <p key={note}>{note}</p>
            ))}
          </div>
        </div>
      )}
    </>
  );
}

/** The images with their digests, the versions before, and the keys in full. */
export function Versions({ app }: { app: AppDetails }) {
  const now = useNow();
  return (
    <details className={fold.fold}>
      <summary>
        <Icon name="right" size={16} />
        <b>Versions and signatures</b>
        <span className={fold.set}>
          {app.version}, {ago(app.updated, now)}
        </span>
      </summary>
      <div className={fold.inside}>
        <section aria-label="Images">
          <h3>Images</h3>
          {app.images.map((i) => (
            <div key={i.service} className={css.fact}>
              <p>
                <b>
                  {i.image}:{i.tag}
                </b>
                <small>
                  {[
                    i.service,
                    i.platforms.join(", "),
                    i.sizeBytes !== undefined && disk(i.sizeBytes),
                    `first seen ${ago(i.firstSeen, now)}`,
                  ]
                    .filter(Boolean)
                    .join(" · ")}
                </small>
                <code title={i.digest}>{shortDigest(i.digest)}</code>
              </p>
              <CopyButton icon text={i.digest} label={`Copy the digest of ${i.service}`} />
            </div>
          ))}
        </section>
        {app.versions.length > 0 && (
          <section aria-label="Versions">
            <h3>Versions</h3>
            {app.versions.map((v) => (
              <div key={v.service + v.digest} className={css.fact}>
                <p>
                  <b>{v.tag}</b>
                  <small>
                    {v.service} · {ago(v.firstSeen, now)} · {shortDigest(v.digest)}
                  </small>
                </p>
              </div>
            ))}
          </section>
        )}
        <section aria-label="Keys">
          <h3>Keys</h3>
          {app.signer.keys.map((key) => (
            <div key={key} className={css.fact}>
              <p>
                <small>
                  {app.signer.role} of {app.storeName}
                </small>
                <code>{key}</code>
              </p>
              <CopyButton icon text={key} label="Copy the key" />
            </div>
          ))}
        </section>
        <p className={list.dim}>
          {app.license && `Licence ${app.license}. `}
          In the store for {ago(app.added, now).replace(" ago", "")}.
        </p>
      </div>
    </details>
  );
}
