import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { answerOf, client, newIdempotencyKey } from "@/shared/api/client";
import { codeOf } from "@/shared/api/problem";
import type { components } from "@/shared/api/schema";
import { sha256, textOf, toHex } from "@/shared/proof/bytes";
import { envelopeJson } from "@/shared/proof/envelope";
import { Fields, parseJson } from "@/shared/proof/json";
import { type BrowserKey, signStatement } from "@/shared/signing/signing";

import { launchQueries, OtherBytesError } from "../queries";
import { reportStatement } from "./statement";

export type ReportStanding = components["schemas"]["ReportStanding"];

/** Of the newest execution that has ended; null while none has been reported. */
export const reportQuery = (change: string) =>
  queryOptions({
    queryKey: [...launchQueries.root, "report", change] as const,
    queryFn: async ({ signal }): Promise<ReportStanding | null> => {
      try {
        return await answerOf(
          client.GET("/api/v1/launch/changes/{change}/report", {
            params: { path: { change } },
            signal,
          }),
        );
      } catch (error) {
        if (codeOf(error) === "launch.no_report") return null;
        throw error;
      }
    },
  });

/** Signs exactly the bytes that were hashed here, when they are those that the server names. */
export function useSignReport(change: string, standing: ReportStanding) {
  const queries = useQueryClient();
  const [idempotencyKey] = useState(newIdempotencyKey);
  const path = { change };
  return useMutation({
    mutationFn: async (key: BrowserKey) => {
      const buffer = await answerOf(
        client.GET("/api/v1/launch/changes/{change}/report/content", {
          params: { path },
          parseAs: "arrayBuffer",
        }),
      );
      const bytes = new Uint8Array(buffer);
      const found = toHex(await sha256(bytes));
      if (found !== standing.sha256) throw new OtherBytesError(found, standing.sha256);
      const report = new Fields(parseJson(textOf(bytes)));
      const { you, now } = await answerOf(
        client.GET("/api/v1/launch/changes/{change}", { params: { path } }),
      );
      const statement = reportStatement({
        change: report.text("change"),
        revision: report.count("revision"),
        attempt: report.count("attempt"),
        outcome: report.text("outcome"),
        sha256: found,
        signer: { id: you.user_id, name: you.name },
        signedAt: now,
      });
      const envelope = envelopeJson(await signStatement(statement, key));
      return answerOf(
        client.POST("/api/v1/launch/changes/{change}/report/signature", {
          params: { path, header: { "Idempotency-Key": idempotencyKey } },
          body: { envelope },
        }),
      );
    },
    onSettled: () => queries.invalidateQueries({ queryKey: launchQueries.root }),
  });
}
