import { Dialog } from "./dialog";
import { SignInForm } from "./sign-in-form";

/** Over the page, which keeps what was typed. Signing in here goes on where the session ended. */
export default function SignedOut() {
  return (
    <Dialog title="You are signed out">
      <p>Your work on this page is kept. Sign in to go on.</p>
      <SignInForm onSignedIn={() => undefined} />
    </Dialog>
  );
}
