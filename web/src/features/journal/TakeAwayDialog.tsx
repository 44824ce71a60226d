import { useMutation } from "@tanstack/react-query";

import { useText } from "@/shared/text/text";
import { FormDialog } from "@/shared/ui/Form";

import { documentText } from "./documentText";

interface TakeAwayDialogProps {
  name: string;
  takeAway: () => Promise<void>;
  onClose: () => void;
  onGone: () => Promise<void>;
}

/** Asks once, since a document that was taken away isn't kept anywhere. */
export function TakeAwayDialog({ name, takeAway, onClose, onGone }: TakeAwayDialogProps) {
  const words = useText(documentText);
  const going = useMutation({
    mutationFn: takeAway,
    onSuccess: () => {
      onClose();
      return onGone();
    },
  });
  return (
    <FormDialog
      title={words.takeAwayTitle(name)}
      submit={words.takeAwayNow}
      isPending={going.isPending}
      error={going.error}
      onClose={onClose}
      onSubmit={() => going.mutate()}
    >
      <p>{words.takeAwayHint}</p>
    </FormDialog>
  );
}
