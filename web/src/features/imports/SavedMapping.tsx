import { Button, NativeSelect } from "@mantine/core";

import type { TenantId } from "@/shared/session/session";
import { useText } from "@/shared/text/text";
import { ProblemView } from "@/shared/ui/ProblemView";

import classes from "./imports.module.css";
import type { Pairs } from "./mapping";
import { useForgetMapping } from "./mutations";
import { importText } from "./text";

export interface Mapping {
  name: string;
  pairs: Pairs;
}

interface SavedMappingProps {
  tenant: TenantId;
  /** Those that fit the file. */
  mappings: readonly Mapping[];
  current: Pairs;
  onPick: (pairs: Pairs) => void;
}

/** What was said of files like this one, to be taken as it is, or forgotten. */
export function SavedMapping({ tenant, mappings, current, onPick }: SavedMappingProps) {
  const text = useText(importText);
  const forgetting = useForgetMapping(tenant);
  const picked = mappings.find(({ pairs }) => isSame(pairs, current))?.name;
  return (
    <>
      <NativeSelect
        label={text.saved}
        value={picked ?? ""}
        onChange={(event) => {
          const name = event.currentTarget.value;
          onPick(mappings.find((one) => one.name === name)?.pairs ?? {});
        }}
      >
        <option value="">{text.noSaved}</option>
        {mappings.map(({ name }) => (
          <option key={name}>{name}</option>
        ))}
      </NativeSelect>
      {picked !== undefined && (
        <Button
          variant="default"
          className={classes["forget"]}
          disabled={forgetting.isPending}
          onClick={() => forgetting.mutate(picked)}
        >
          {text.forget}
        </Button>
      )}
      {forgetting.isSuccess && <p role="status">{text.forgotten(forgetting.variables)}</p>}
      {forgetting.error !== null && <ProblemView error={forgetting.error} />}
    </>
  );
}

function isSame(one: Pairs, other: Pairs): boolean {
  const texts = [one, other].map((pairs) => JSON.stringify(Object.entries(pairs).toSorted()));
  return texts[0] === texts[1];
}
