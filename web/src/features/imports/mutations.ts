import { useMutation, useQueryClient } from "@tanstack/react-query";

import { answerOf, client, done } from "@/shared/api/client";
import type { TenantId } from "@/shared/session/session";

import type { ChosenFile } from "./file";
import { remembered, rowName } from "./mapping";
import { bodyOf, importQueries, type Reading } from "./queries";

/** Imports the file as it was looked at, and remembers what its columns are. Sent again, it adds nothing. */
export function useImport(tenant: TenantId) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async ({ file, reading }: { file: ChosenFile; reading: Reading }) => {
      const params = { path: { tenant_id: tenant } };
      const imported = await answerOf(
        client.POST("/api/v1/tenants/{tenant_id}/imports", {
          params,
          body: bodyOf(file, reading),
        }),
      );
      const name = reading.table === null ? null : rowName(reading.table);
      if (name !== null) {
        // Only saves work next time: what was imported stays imported where the books hold as many mappings as they may.
        const body = { name, pairs: remembered(reading.pairs) };
        await client
          .POST("/api/v1/tenants/{tenant_id}/import-mappings", { params, body })
          .catch(() => undefined);
      }
      return imported;
    },
    onSuccess: () => queryClient.invalidateQueries({ queryKey: [tenant] }),
  });
}

/** What is remembered under that name is forgotten; what was imported by it stays. */
export function useForgetMapping(tenant: TenantId) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (name: string) =>
      done(
        client.DELETE("/api/v1/tenants/{tenant_id}/import-mappings/{name}", {
          params: { path: { tenant_id: tenant, name } },
        }),
      ),
    onSuccess: () =>
      queryClient.invalidateQueries({ queryKey: importQueries.mappings(tenant).queryKey }),
  });
}

/** Undoes an import as a whole. */
export function useReverseImport(tenant: TenantId, batch: number) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: { reason: string; late_reason?: string }) =>
      answerOf(
        client.POST("/api/v1/tenants/{tenant_id}/imports/{batch}/reversal", {
          params: { path: { tenant_id: tenant, batch } },
          body,
        }),
      ),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: [tenant] }),
  });
}
