import { Fold } from "./fold";
import { Pairs } from "./rows";

export function EnvironmentStep() {
  return (
    <>
      <Pairs
        name="env"
        add="Add variable"
        word="variable"
        empty="Paste several lines of NAME=value into a row to add them at once."
        placeholders={["NAME", "value"]}
      />
      <Fold title="Labels" fields={{ labels: "labels" }}>
        <Pairs name="labels" add="Add label" word="label" empty="For other programs, such as a proxy." />
      </Fold>
    </>
  );
}
