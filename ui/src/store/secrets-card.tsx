import { Icon } from "../components/icon";
import { CopyButton } from "../components/states";
import wizard from "../forms/wizard.module.css";
import ui from "../styles/controls.module.css";
import { putAway, useTold } from "./secrets";
import css from "./sheet.module.css";

/** What was made up for an install, to be put away before it is gone. */
export function SecretsCard({ install }: { install: string }) {
  const told = useTold(install);
  if (!told) return null;
  if (told.lost)
    return (
      <div className={wizard.notice} role="status">
        <Icon name="info" />
        <p>
          The answer was lost on the way, and with it what was made up. If you need a password of it, set
          another under Edit settings.
        </p>
      </div>
    );
  return (
    <section className={`${ui.card} ${css.install}`} aria-label="Shown once">
      <h3 className={css.acts}>
        <Icon name="key" size={16} />
        Shown once
      </h3>
      <p className={ui.help}>These were made up for it. Copy what you need; they are not shown again.</p>
      <dl className={css.secrets}>
        {told.secrets.map((s) => (
          <div key={s.key}>
            <dt>{s.label}</dt>
            <dd>
              <code>{s.value}</code>
              <CopyButton icon text={s.value} label={`Copy ${s.label}`} />
            </dd>
          </div>
        ))}
      </dl>
      <p className={css.acts}>
        {told.secrets.length > 1 && (
          <CopyButton text={told.secrets.map((s) => `${s.label}: ${s.value}`).join("\n")} label="Copy all" />
        )}
        <button type="button" className={ui.btn} onClick={() => putAway(install)}>
          I have them
        </button>
      </p>
    </section>
  );
}
