import { useFieldArray, useFormContext, useWatch } from "react-hook-form";
import type { CreateForm } from "./create-form";
import css from "./create-steps.module.css";
import { CheckField, Rows, SelectField, TextField } from "./form-parts";

/** The steps about how it runs: when it starts again, when it counts as healthy, and what it may do. */
export function HealthStep() {
  const [restart, health] = useWatch<CreateForm, ["restart", "health"]>({ name: ["restart", "health"] });
  return (
    <>
      <div className={css.pair}>
        <SelectField
          path="restart"
          label="When it ends"
          options={[
            ["unless-stopped", "Start it again, unless you stopped it"],
            ["always", "Always start it again"],
            ["on-failure", "Start it again after a failure"],
            ["no", "Leave it"],
          ]}
        />
        {restart === "on-failure" && (
          <TextField
            path="maxRetries"
            label="Give up after"
            optional
            placeholder="no limit"
            inputMode="numeric"
            help="tries"
          />
        )}
      </div>
      <SelectField
        path="health"
        label="Health check"
        options={[
          ["image", "As the image says"],
          ["command", "A command of mine"],
          ["none", "None"],
        ]}
      />
      {health === "command" && (
        <>
          <TextField
            path="healthCommand"
            label="Command"
            placeholder="wget -q -O /dev/null http://localhost/ || exit 1"
            help="Runs in the container's shell; exit code 0 means healthy."
          />
          <div className={css.four}>
            <TextField
              path="healthInterval"
              label="Every"
              placeholder="30"
              inputMode="numeric"
              help="seconds"
            />
            <TextField
              path="healthTimeout"
              label="Give it"
              placeholder="30"
              inputMode="numeric"
              help="seconds"
            />
            <TextField
              path="healthRetries"
              label="Unhealthy after"
              placeholder="3"
              inputMode="numeric"
              help="failures"
            />
            <TextField
              path="healthStart"
              label="Grace at start"
              placeholder="0"
              inputMode="numeric"
              help="seconds"
            />
          </div>
        </>
      )}
    </>
  );
}

export function RightsStep() {
  const { control } = useFormContext<CreateForm>();
  const { fields, append, remove } = useFieldArray({ control, name: "devices" });
  return (
    <>
      <p className={css.lead}>
        Most containers need nothing here. What you grant is confirmed below, one by one.
      </p>
      <div>
        <CheckField path="privileged" label="Privileged" help="Everything root of this server may do." />
        <CheckField path="pidHost" label="See all processes of this server" />
      </div>
      <TextField path="capAdd" label="Capabilities" optional placeholder="NET_ADMIN, SYS_TIME" />
      <div className={css.sub}>
        <h3>Devices</h3>
        <Rows
          kind="pairs"
          count={fields.length}
          keys={fields.map((f) => f.id)}
          add="Add device"
          remove={(i) => `Remove device ${i + 1}`}
          onAdd={() => append({ host: "", container: "" }, { focusName: `devices.${fields.length}.host` })}
          onRemove={remove}
          empty="None."
          messages={(i) => [`devices.${i}.host`, `devices.${i}.container`]}
          row={(i) => (
            <>
              <TextField
                bare
                hideLabel
                path={`devices.${i}.host`}
                label={`Device ${i + 1} on this server`}
                placeholder="/dev/dri"
              />
              <TextField
                bare
                hideLabel
                path={`devices.${i}.container`}
                label={`Device ${i + 1} in the container`}
                placeholder="the same"
              />
            </>
          )}
        />
      </div>
    </>
  );
}
