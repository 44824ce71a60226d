import { answerOf, client, done } from "@/shared/api/client";
import type { components } from "@/shared/api/schema";
import { toBase64 } from "@/shared/proof/bytes";
import type { TenantId } from "@/shared/session/session";

export type Attachment = components["schemas"]["Attachment"];
type DocumentType = components["schemas"]["DocumentType"];

/** What documents are attached to. */
export type DocumentOwner = { what: "entry"; number: number } | { what: "draft"; id: number };

/** What the server takes. */
export const DOCUMENT_BYTES_MAX = 4 * 1024 * 1024;

const TYPES: ReadonlyMap<string, DocumentType> = new Map([
  ["pdf", "application/pdf"],
  ["xml", "application/xml"],
  ["jpg", "image/jpeg"],
  ["jpeg", "image/jpeg"],
  ["png", "image/png"],
  ["tif", "image/tiff"],
  ["tiff", "image/tiff"],
  ["eml", "message/rfc822"],
  ["csv", "text/csv"],
  ["txt", "text/plain"],
]);

/** For the browser's choice of files. */
export const DOCUMENT_ENDINGS = [...TYPES.keys()].map((ending) => `.${ending}`).join(",");

/** What a file of this name is; null for what the server doesn't take. By name, since systems differ in what they call a type. */
export function documentType(name: string): DocumentType | null {
  const ending = /\.([a-z]+)$/i.exec(name)?.[1] ?? "";
  return TYPES.get(ending.toLowerCase()) ?? null;
}

/** Why a file can't be attached; null where it can. */
export function refusalOf({
  name,
  size,
}: Pick<File, "name" | "size">): "empty" | "tooLarge" | "type" | null {
  if (documentType(name) === null) return "type";
  if (size === 0) return "empty";
  return size > DOCUMENT_BYTES_MAX ? "tooLarge" : null;
}

/** The same content again is the same attachment: whoever gets no answer may ask again. */
export async function attach(
  tenant: TenantId,
  owner: DocumentOwner,
  file: File,
): Promise<Attachment> {
  const body = {
    name: file.name,
    media_type: documentType(file.name) ?? "text/plain",
    content: toBase64(new Uint8Array(await file.arrayBuffer())),
  };
  return owner.what === "entry"
    ? answerOf(
        client.POST("/api/v1/tenants/{tenant_id}/journal-entries/{number}/attachments", {
          params: { path: { tenant_id: tenant, number: owner.number } },
          body,
        }),
      )
    : answerOf(
        client.POST("/api/v1/tenants/{tenant_id}/drafts/{draft_id}/attachments", {
          params: { path: { tenant_id: tenant, draft_id: owner.id } },
          body,
        }),
      );
}

/** Of a draft alone: an entry keeps what was attached to it. */
export function takeAway(tenant: TenantId, draft: number, sha256: string): Promise<void> {
  return done(
    client.DELETE("/api/v1/tenants/{tenant_id}/drafts/{draft_id}/attachments/{sha256}", {
      params: { path: { tenant_id: tenant, draft_id: draft, sha256 } },
    }),
  );
}
