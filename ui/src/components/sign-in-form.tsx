import { type FormEvent, useEffect, useState } from "react";
import { login } from "../api/endpoints";
import { ApiError, messageOf } from "../api/errors";
import { keepProof } from "../api/session";
import ui from "../styles/controls.module.css";
import css from "./gate.module.css";
import { PasswordField } from "./password-field";

type Props = { onSignedIn: () => void; onSetupNeeded?: () => void };

/** Password and button, with the wait the agent asks for after too many tries. */
export function SignInForm({ onSignedIn, onSetupNeeded }: Props) {
  const [password, setPassword] = useState("");
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const [wait, setWait] = useState(0);

  useEffect(() => {
    if (wait <= 0) return;
    const timer = setTimeout(() => setWait(wait - 1), 1000);
    return () => clearTimeout(timer);
  }, [wait]);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy || wait > 0) return;
    if (!password) {
      setError("Type the password.");
      return;
    }
    setBusy(true);
    setError("");
    try {
      const answer = await login(password);
      keepProof(answer.proof);
      onSignedIn();
    } catch (problem) {
      if (problem instanceof ApiError && problem.code === "setup_needed") onSetupNeeded?.();
      if (problem instanceof ApiError && problem.code === "slow_down") setWait(problem.retryAfter ?? 5);
      setError(messageOf(problem));
    } finally {
      setBusy(false);
    }
  };

  return (
    <form onSubmit={submit} className={css.form} noValidate>
      {/* Password managers want a name to file it under. */}
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
        label="Password"
        value={password}
        autoComplete="current-password"
        autoFocus
        error={error}
        onChange={(v) => {
          setPassword(v);
          setError("");
        }}
      />
      <button type="submit" className={ui.primary} disabled={busy || wait > 0}>
        {wait > 0 ? `Try again in ${wait} s` : busy ? "Signing in" : "Sign in"}
      </button>
    </form>
  );
}
