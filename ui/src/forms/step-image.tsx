import { useFormContext, useWatch } from "react-hook-form";
import type { CreateForm } from "./create-schema";
import { Fold } from "./fold";
import { CheckField, TextField } from "./form-parts";
import { ImageField } from "./image-field";
import css from "./steps.module.css";

type Props = {
  imageLocal: boolean | undefined;
  /** Whether an existing container is edited; it is started again when it was running. */
  editing: boolean;
  onCommandLine?: (line: string) => void;
};

export function ImageStep({ imageLocal, editing, onCommandLine }: Props) {
  const { formState } = useFormContext<CreateForm>();
  // What runs is started again in any case, or nobody could tell whether the new settings work.
  const running = editing && formState.defaultValues?.start;
  const image = useWatch<CreateForm, "image">({ name: "image" });
  const help = !image
    ? onCommandLine
      ? "Name and tag, as a registry knows it. A docker run line can be pasted here as well."
      : "Name and tag, as a registry knows it."
    : imageLocal === undefined
      ? " "
      : imageLocal
        ? "It is on this server already."
        : "It is pulled first.";
  return (
    <>
      <ImageField help={help} onCommandLine={onCommandLine} />
      {editing ? (
        <TextField fixed path="name" label="Name" help="It keeps its name here; the menu has Rename." />
      ) : (
        <TextField path="name" label="Name" optional placeholder="made from the image" />
      )}
      <TextField
        path="command"
        label="Command"
        optional
        placeholder="as the image says"
        help="Words as in a shell; quotes group, nothing is expanded."
      />
      <div>
        {!running && <CheckField path="start" label={editing ? "Start it afterwards" : "Start it now"} />}
        <CheckField
          path="pullAlways"
          label="Look for a newer image first"
          help="Also when one is here already."
        />
      </div>
      <Fold
        title="How it is run"
        fields={{
          entrypoint: "entrypoint",
          user: "user",
          workingDir: "working directory",
          tty: "terminal",
          stdinOpen: "open input",
        }}
      >
        <TextField
          path="entrypoint"
          label="Entrypoint"
          optional
          placeholder="as the image says"
          help="The program; the command above is given to it."
        />
        <div className={css.even}>
          <TextField
            path="user"
            label="User"
            optional
            placeholder="1000:1000"
            help="Name or number, with a group."
          />
          <TextField path="workingDir" label="Working directory" optional placeholder="/app" />
        </div>
        <div>
          <CheckField
            path="tty"
            label="Give it a terminal"
            help="For programs that want to talk to a person."
          />
          <CheckField path="stdinOpen" label="Keep its input open" />
        </div>
      </Fold>
    </>
  );
}
