import { queryOptions } from "@tanstack/react-query";

import { answerOf, client, jsonOf } from "@/shared/api/client";
import type { components } from "@/shared/api/schema";
import type { TenantId } from "@/shared/session/session";

import type { Range } from "./ranges";
import { questionOf, type ReportSearch } from "./search";

export type TrialBalance = components["schemas"]["TrialBalance"];
export type TrialBalanceRow = components["schemas"]["TrialBalanceRow"];
export type Statement = components["schemas"]["Statement"];
export type StatementSection = components["schemas"]["StatementSection"];
export type StatementRow = components["schemas"]["StatementRow"];
export type GeneralLedger = components["schemas"]["GeneralLedger"];
export type AccountLedger = components["schemas"]["AccountLedger"];
export type LedgerLine = components["schemas"]["LedgerLine"];

/** One report: of whose books, which days, and what else its URL says. */
export interface Question {
  tenant: TenantId;
  range: Range;
  search: ReportSearch;
}

const root = (tenant: TenantId) => [tenant, "reports"] as const;

function asked({ tenant, range, search }: Question) {
  return { path: { tenant_id: tenant }, query: { ...range, ...questionOf(search) } };
}

/** A ledger has no columns beside. */
function askedOfLedger({ tenant, range, search }: Question) {
  const { compare: _, every: __, ...rest } = search;
  return { path: { tenant_id: tenant }, query: { ...range, ...questionOf(rest) } };
}

/** Old figures stay while new ones come, but never those of other books. */
function ofSameBooks(tenant: TenantId) {
  return <T>(previous: T | undefined, query: { queryKey: readonly unknown[] } | undefined) =>
    query?.queryKey[0] === tenant ? previous : undefined;
}

export const reportQueries = {
  root,
  /** The hash of the chain at an entry, which covers the books as far as a report knows them. */
  digest: (tenant: TenantId, entry: number) =>
    queryOptions({
      queryKey: [...root(tenant), "digest", entry] as const,
      enabled: entry > 0,
      staleTime: Infinity, // a posted entry never changes
      queryFn: async ({ signal }) => {
        const params = { path: { tenant_id: tenant, number: entry } };
        const path = "/api/v1/tenants/{tenant_id}/journal-entries/{number}/proof";
        return (await answerOf(client.GET(path, { params, signal }))).hash;
      },
    }),
  trialBalance: (question: Question) =>
    queryOptions({
      queryKey: [...root(question.tenant), "trial-balance", asked(question).query] as const,
      placeholderData: ofSameBooks(question.tenant),
      queryFn: ({ signal }) =>
        jsonOf(
          client.GET("/api/v1/tenants/{tenant_id}/reports/trial-balance", {
            params: asked(question),
            signal,
          }),
        ),
    }),
  incomeStatement: (question: Question) =>
    queryOptions({
      queryKey: [...root(question.tenant), "income-statement", asked(question).query] as const,
      placeholderData: ofSameBooks(question.tenant),
      queryFn: ({ signal }) =>
        jsonOf(
          client.GET("/api/v1/tenants/{tenant_id}/reports/income-statement", {
            params: asked(question),
            signal,
          }),
        ),
    }),
  balanceSheet: (question: Question) =>
    queryOptions({
      queryKey: [...root(question.tenant), "balance-sheet", asked(question).query] as const,
      placeholderData: ofSameBooks(question.tenant),
      queryFn: ({ signal }) =>
        jsonOf(
          client.GET("/api/v1/tenants/{tenant_id}/reports/balance-sheet", {
            params: asked(question),
            signal,
          }),
        ),
    }),
  generalLedger: (question: Question) =>
    queryOptions({
      queryKey: [
        ...root(question.tenant),
        "general-ledger",
        askedOfLedger(question).query,
      ] as const,
      placeholderData: ofSameBooks(question.tenant),
      queryFn: ({ signal }) =>
        jsonOf(
          client.GET("/api/v1/tenants/{tenant_id}/reports/general-ledger", {
            params: askedOfLedger(question),
            signal,
          }),
        ),
    }),
  accountStatement: (question: Question & { account: number }) =>
    queryOptions({
      queryKey: [
        ...root(question.tenant),
        "account-statement",
        question.account,
        askedOfLedger(question).query,
      ] as const,
      queryFn: ({ signal }) => {
        const { path, query } = askedOfLedger(question);
        return jsonOf(
          client.GET("/api/v1/tenants/{tenant_id}/reports/account-statement/{account_id}", {
            params: { path: { ...path, account_id: question.account }, query },
            signal,
          }),
        );
      },
    }),
};

const reports = {
  "trial-balance": "/api/v1/tenants/{tenant_id}/reports/trial-balance",
  "income-statement": "/api/v1/tenants/{tenant_id}/reports/income-statement",
  "balance-sheet": "/api/v1/tenants/{tenant_id}/reports/balance-sheet",
  "general-ledger": "/api/v1/tenants/{tenant_id}/reports/general-ledger",
} as const;

export type ReportName = keyof typeof reports;

const types = {
  csv: "text/csv",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
} as const;

export type FileFormat = keyof typeof types;

/** The same report as a file, made by the server from the same figures. */
export function fetchFile(
  report: ReportName,
  question: Question,
  format: FileFormat,
): Promise<Blob> {
  const params = report === "general-ledger" ? askedOfLedger(question) : asked(question);
  const headers = { Accept: types[format] };
  return answerOf(client.GET(reports[report], { params, headers, parseAs: "blob" }));
}

export function fetchAccountFile(
  question: Question & { account: number },
  format: FileFormat,
): Promise<Blob> {
  const { path, query } = askedOfLedger(question);
  return answerOf(
    client.GET("/api/v1/tenants/{tenant_id}/reports/account-statement/{account_id}", {
      params: { path: { ...path, account_id: question.account }, query },
      headers: { Accept: types[format] },
      parseAs: "blob",
    }),
  );
}
