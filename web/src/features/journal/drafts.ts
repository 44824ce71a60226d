import { client, failure } from "@/shared/api/client";
import type { TenantId } from "@/shared/session/session";

import type { UnfinishedEntry } from "./body";

/** A draft on the server as this page has seen it last. */
export interface DraftRef {
  id: number;
  etag: string;
  /** Counts its changes, those of its documents too. */
  version: number;
}

interface Answer<T> {
  data?: T | undefined;
  error?: unknown;
  response: Response;
}

/** The body, with the tag that the next write has to name. */
function seen<T>({ data, error, response }: Answer<T>): { body: T; etag: string } {
  const etag = response.headers.get("ETag");
  if (!response.ok || data === undefined || etag === null) throw failure(error, response);
  return { body: data, etag };
}

/** A draft and its tag. */
export async function readDraft(
  tenant: TenantId,
  id: number,
): Promise<{ ref: DraftRef; entry: UnfinishedEntry }> {
  const { body, etag } = seen(
    await client.GET("/api/v1/tenants/{tenant_id}/drafts/{draft_id}", {
      params: { path: { tenant_id: tenant, draft_id: id } },
    }),
  );
  return { ref: { id, etag, version: body.version }, entry: body.entry };
}

/** Saves what there is: anew under `key`, or over what was seen last. */
export async function saveDraft(
  tenant: TenantId,
  ref: DraftRef | null,
  key: string,
  body: UnfinishedEntry,
): Promise<DraftRef> {
  if (ref === null) {
    const made = seen(
      await client.POST("/api/v1/tenants/{tenant_id}/drafts", {
        params: { path: { tenant_id: tenant }, header: { "Idempotency-Key": key } },
        body,
      }),
    );
    return { id: made.body.id, etag: made.etag, version: made.body.version };
  }
  const saved = seen(
    await client.PUT("/api/v1/tenants/{tenant_id}/drafts/{draft_id}", {
      params: {
        path: { tenant_id: tenant, draft_id: ref.id },
        header: { "If-Match": ref.etag },
      },
      body,
    }),
  );
  return { id: ref.id, etag: saved.etag, version: saved.body.version };
}

/**
 * The draft after one of its documents has come or gone here. Whoever else has changed it meanwhile keeps their say:
 * then what this page has seen stays as it was, and saving finds out.
 */
export async function afterOwnChange(tenant: TenantId, ref: DraftRef): Promise<DraftRef> {
  const { ref: found } = await readDraft(tenant, ref.id);
  return found.version <= ref.version + 1 ? found : ref;
}
