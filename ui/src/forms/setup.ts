/** The agent refuses shorter ones too; here the answer comes before the round trip. */
export const MIN_PASSWORD = 10;

export type SetupErrors = { code?: string; password?: string; repeat?: string };

export function setupProblems(code: string, password: string, repeat: string): SetupErrors {
  const errors: SetupErrors = newPasswordProblems(password, repeat);
  if (!code.trim()) errors.code = "Type the code from the console.";
  return errors;
}

function newPasswordProblems(password: string, repeat: string): { password?: string; repeat?: string } {
  // Counted as people count: an emoji is one character.
  if ([...password].length < MIN_PASSWORD) return { password: `Use at least ${MIN_PASSWORD} characters.` };
  return password === repeat ? {} : { repeat: "The two passwords differ." };
}

export type PasswordChangeErrors = { current?: string; password?: string; repeat?: string };

export function passwordChangeProblems(
  current: string,
  password: string,
  repeat: string,
): PasswordChangeErrors {
  const errors: PasswordChangeErrors = newPasswordProblems(password, repeat);
  if (!current) errors.current = "Type the password you sign in with now.";
  else if (!errors.password && current === password) errors.password = "This is the password you have now.";
  return errors;
}

/** 0 to 4, by length first: length is what an attacker pays for. */
export function passwordStrength(password: string): number {
  const length = [...password].length;
  if (length < MIN_PASSWORD) return length === 0 ? 0 : 1;
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/].filter((k) => k.test(password)).length;
  if (new Set(password).size < 5) return 1;
  if (length >= 20) return 4;
  if (length >= 14) return kinds >= 2 ? 4 : 3;
  return kinds >= 3 ? 3 : 2;
}
