import { useQuery } from "@tanstack/react-query";
import { useNavigate, useRouter, useSearch } from "@tanstack/react-router";
import { useEffect } from "react";
import { healthQuery, queryClient } from "../api/cache";
import { sessionState } from "../api/session";
import { Gate } from "../components/gate";
import { SignInForm } from "../components/sign-in-form";
import { useStore } from "../lib/store";

export default function Login() {
  const { next } = useSearch({ from: "/login" });
  const navigate = useNavigate();
  const router = useRouter();
  const health = useQuery(healthQuery);
  const session = useStore(sessionState);
  const setupNeeded = health.data?.setupNeeded;

  useEffect(() => {
    if (setupNeeded) void navigate({ to: "/setup", replace: true });
  }, [setupNeeded, navigate]);

  // Also when another tab of this browser has signed in.
  useEffect(() => {
    if (session !== "kept") return;
    queryClient.clear();
    // Only a path of this page; an address elsewhere in `next` would make the form a springboard.
    if (next?.startsWith("/") && !next.startsWith("//")) router.history.replace(next);
    else void navigate({ to: "/", replace: true });
  }, [session, next, navigate, router]);

  return (
    <Gate
      title="Sign in"
      lead={health.isError ? "The agent cannot be reached." : `To the containers of ${location.hostname}.`}
    >
      <SignInForm onSignedIn={() => undefined} onSetupNeeded={() => void navigate({ to: "/setup" })} />
    </Gate>
  );
}
