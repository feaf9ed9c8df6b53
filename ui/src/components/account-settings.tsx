import { PasswordSettings } from "./password-settings";
import { SessionsSettings } from "./sessions-settings";

export function AccountSettings() {
  return (
    <>
      <PasswordSettings />
      <SessionsSettings />
    </>
  );
}
