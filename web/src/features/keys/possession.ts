import { toBase64 } from "@/shared/proof/bytes";
import type { Statement } from "@/shared/proof/statement";
import type { BrowserKey } from "@/shared/signing/signing";

/** A key's statement of itself, which the key alone signs (src/identity/key_possession.cpp). */
export function possessionStatement(
  key: Pick<BrowserKey, "keyId" | "publicKey" | "madeAt">,
): Statement {
  return {
    subjects: [{ name: "key", sha256: key.keyId }],
    predicateType: "https://accubooks.dev/identity/key-possession/v1",
    predicate: { publicKey: toBase64(key.publicKey), kind: "browser", madeAt: key.madeAt },
  };
}
