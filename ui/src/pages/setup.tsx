import { useNavigate, useSearch } from "@tanstack/react-router";
import { type FormEvent, useId, useState } from "react";
import { queryClient } from "../api/cache";
import { setup } from "../api/endpoints";
import { ApiError, messageOf } from "../api/errors";
import { keepProof } from "../api/session";
import { Gate } from "../components/gate";
import css from "../components/gate.module.css";
import { Icon } from "../components/icon";
import { PasswordField } from "../components/password-field";
import { MIN_PASSWORD, passwordStrength, setupProblems } from "../forms/setup";
import ui from "../styles/controls.module.css";

export default function Setup() {
  const search = useSearch({ from: "/setup" });
  const navigate = useNavigate();
  const [code, setCode] = useState(search.code ?? "");
  const [password, setPassword] = useState("");
  const [repeat, setRepeat] = useState("");
  const [errors, setErrors] = useState<{ code?: string; password?: string; repeat?: string; form?: string }>(
    {},
  );
  const [busy, setBusy] = useState(false);
  const id = useId();
  const strength = passwordStrength(password);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const problems = setupProblems(code, password, repeat);
    setErrors(problems);
    if (busy || Object.keys(problems).length > 0) return;
    setBusy(true);
    try {
      const answer = await setup(code.trim(), password);
      keepProof(answer.proof);
      queryClient.clear();
      void navigate({ to: "/", replace: true });
    } catch (problem) {
      const kind = problem instanceof ApiError ? problem.code : "";
      const message = messageOf(problem);
      if (kind === "already_set_up") {
        queryClient.clear();
        void navigate({ to: "/login", replace: true });
      } else if (kind === "wrong_setup_code") setErrors({ code: message });
      else if (kind === "weak_password") setErrors({ password: message });
      else setErrors({ form: message });
    } finally {
      setBusy(false);
    }
  };

  return (
    <Gate
      title="Set the password"
      lead="The setup code is on the console where the agent was started. It works once."
    >
      <form onSubmit={submit} className={css.form} noValidate>
        <div className={ui.field}>
          <label className={ui.label} htmlFor={id}>
            Setup code
          </label>
          <div className={`${ui.control} ${css.code}`}>
            <input
              id={id}
              value={code}
              placeholder="XXXX-XXXX-XXXX"
              autoComplete="one-time-code"
              autoCapitalize="characters"
              spellCheck={false}
              // biome-ignore lint/a11y/noAutofocus: the first field of a page that holds nothing else
              autoFocus
              aria-invalid={Boolean(errors.code) || undefined}
              aria-describedby={errors.code ? `${id}-help` : undefined}
              onChange={(e) => setCode(e.target.value)}
            />
          </div>
          {errors.code && (
            <p id={`${id}-help`} className={ui.bad} role="alert">
              <Icon name="warn" size={15} />
              {errors.code}
            </p>
          )}
        </div>
        <input
          className="vh"
          type="text"
          name="username"
          autoComplete="username"
          defaultValue="admin"
          tabIndex={-1}
          aria-hidden="true"
        />
        <div>
          <PasswordField
            label="Password"
            value={password}
            autoComplete="new-password"
            help={`At least ${MIN_PASSWORD} characters. A sentence is easier to keep than a riddle.`}
            error={errors.password}
            onChange={setPassword}
          />
          <div className={css.meter} aria-hidden="true">
            {[1, 2, 3, 4].map((n) => (
              <i key={n} data-on={strength >= n || undefined} />
            ))}
          </div>
        </div>
        <PasswordField
          label="Password again"
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
        <button type="submit" className={ui.primary} disabled={busy}>
          {busy ? "Setting up" : "Set password and sign in"}
        </button>
      </form>
    </Gate>
  );
}
