import { type FormEvent, useState } from "react";
import { queryClient, STORE } from "../api/cache";
import { addStore } from "../api/store";
import { Dialog } from "../components/dialog";
import { Lines, TextInput } from "../components/field";
import { Segments } from "../components/list-head";
import { type FieldErrors, fieldErrors, noErrors } from "../lib/field-errors";
import { addToast } from "../lib/toast";
import ui from "../styles/controls.module.css";
import css from "./sheet.module.css";

const FIELDS = ["invite", "origin", "root"];
const HASH = /^[0-9a-f]{64}$/i;

/** An invitation says all; an address wants the fingerprint of the store's first root file beside it. */
export function AddStore({ onClose }: { onClose: () => void }) {
  const [way, setWay] = useState<"invite" | "address">("invite");
  const [invite, setInvite] = useState("");
  const [origin, setOrigin] = useState("");
  const [root, setRoot] = useState("");
  const [errors, setErrors] = useState<FieldErrors>(noErrors);
  const [busy, setBusy] = useState(false);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    const own: Record<string, string> = {};
    if (way === "invite" && !invite.trim().startsWith("harbour:store:"))
      own.invite = "An invitation begins with harbour:store:";
    if (way === "address") {
      if (!/^https?:\/\/\S+$/.test(origin.trim())) own.origin = "Type an address that begins with https://";
      if (!HASH.test(root.trim())) own.root = "It has 64 digits and letters from a to f.";
    }
    setErrors({ ...noErrors, fields: own });
    if (Object.keys(own).length > 0) return;
    setBusy(true);
    try {
      const store = await addStore(
        way === "invite"
          ? { invite: invite.trim() }
          : { origin: origin.trim(), root: root.trim().toLowerCase() },
      );
      void queryClient.invalidateQueries({ queryKey: STORE });
      addToast({ kind: "good", title: `${store.name} added` });
      onClose();
    } catch (problem) {
      setErrors(fieldErrors(problem, FIELDS));
      setBusy(false);
    }
  };

  return (
    <Dialog
      title="Add a store"
      onClose={onClose}
      footer={
        <>
          <button type="button" className={ui.btn} onClick={onClose}>
            Cancel
          </button>
          <button type="submit" form="add-store" className={ui.primary} disabled={busy}>
            {busy ? "Fetching its root" : "Add store"}
          </button>
        </>
      }
    >
      <form id="add-store" className={css.fields} onSubmit={(e) => void submit(e)} noValidate>
        <Segments
          label="How"
          value={way}
          options={[
            { value: "invite", label: "Invitation" },
            { value: "address", label: "Address and fingerprint" },
          ]}
          onChange={setWay}
        />
        {way === "invite" ? (
          <Lines
            label="Invitation"
            required
            value={invite}
            onChange={setInvite}
            placeholder="harbour:store:…"
            error={errors.fields.invite}
            help="Whoever runs the store, or already has it, can copy one."
          />
        ) : (
          <>
            <TextInput
              label="Address"
              value={origin}
              onChange={setOrigin}
              placeholder="https://apps.example.org"
              inputMode="url"
              error={errors.fields.origin}
              help="Where its site is."
            />
            <TextInput
              label="Fingerprint of its root"
              value={root}
              onChange={setRoot}
              error={errors.fields.root}
              help="SHA-256 of metadata/1.root.json. Get it from somebody you trust, not from the same address."
            />
          </>
        )}
        {errors.form && (
          <p className={ui.bad} role="alert">
            {errors.form}
          </p>
        )}
      </form>
    </Dialog>
  );
}
