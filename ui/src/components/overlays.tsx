import type { Overlay } from "../lib/overlay";
import { KillDialog, RemoveDialog, RenameDialog } from "./container-dialogs";
import { HelpSheet } from "./help-sheet";
import { IconDialog } from "./icon-dialog";
import { MoreSheet } from "./more-sheet";
import { Palette } from "./palette";

/** The dialogs of the shell, in a chunk of their own: nobody waits for one before asking for it. */
export default function Overlays({ open }: { open: Overlay }) {
  switch (open.kind) {
    case "palette":
      return <Palette />;
    case "help":
      return <HelpSheet />;
    case "more":
      return <MoreSheet />;
    case "rename":
      return <RenameDialog id={open.id} />;
    case "remove":
      return <RemoveDialog ids={open.ids} />;
    case "icon":
      return <IconDialog id={open.id} />;
    case "kill":
      return <KillDialog id={open.id} />;
  }
}
