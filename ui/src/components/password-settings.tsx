import { type FormEvent, useState } from "react";
import { queryClient } from "../api/cache";
import { ApiError, messageOf } from "../api/errors";
import { changePassword, sessionsQuery } from "../api/settings";
import { MIN_PASSWORD, passwordChangeProblems } from "../forms/setup";
import ui from "../styles/controls.module.css";
import { Icon } from "./icon";
import { PasswordField } from "./password-field";
import { SettingsCard } from "./settings-card";
import css from "./settings-card.module.css";

type Errors = { current?: string; password?: string; repeat?: string; form?: string };

export function PasswordSettings() {
  const [current, setCurrent] = useState("");
  const [password, setPassword] = useState("");
  const [repeat, setRepeat] = useState("");
  const [errors, setErrors] = useState<Errors>({});
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState(false);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    const problems = passwordChangeProblems(current, password, repeat);
    setErrors(problems);
    setDone(false);
    if (Object.keys(problems).length > 0) return;
    setBusy(true);
    try {
      await changePassword(current, password);
      setCurrent("");
      setPassword("");
      setRepeat("");
      setDone(true);
      void queryClient.invalidateQueries({ queryKey: sessionsQuery.queryKey });
      void queryClient.invalidateQueries({ queryKey: ["session"] });
    } catch (problem) {
      const field = problem instanceof ApiError ? problem.field : undefined;
      const known = field === "current" || field === "password" ? field : "form";
      setErrors({ [known]: messageOf(problem) });
    } finally {
      setBusy(false);
    }
  };

  return (
    <SettingsCard title="Password" lead="A new one ends all other sessions; this browser stays signed in.">
      <form className={css.form} onSubmit={submit} noValidate>
        <input
          className="vh"
          type="text"
          name="username"
          autoComplete="username"
          defaultValue="admin"
          tabIndex={-1}
          aria-hidden="true"
        />
        <PasswordField
          label="Current password"
          value={current}
          autoComplete="current-password"
          error={errors.current}
          onChange={setCurrent}
        />
        <PasswordField
          label="New password"
          value={password}
          autoComplete="new-password"
          help={`At least ${MIN_PASSWORD} characters.`}
          error={errors.password}
          onChange={setPassword}
        />
        <PasswordField
          label="New password again"
          value={repeat}
          autoComplete="new-password"
          error={errors.repeat}
          onChange={setRepeat}
        />
        {errors.form && (
          <p className={ui.bad} role="alert">
            {errors.form}
          </p>
        )}
        <footer>
          <button type="submit" className={ui.primary} disabled={busy}>
            {busy ? "Changing" : "Change password"}
          </button>
          <p role="status" className={css.said}>
            {done && (
              <>
                <Icon name="check" size={16} />
                Changed. Other sessions have ended.
              </>
            )}
          </p>
        </footer>
      </form>
    </SettingsCard>
  );
}
