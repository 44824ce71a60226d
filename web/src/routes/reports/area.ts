import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { reportSearch } from "@/features/reports/search";
import { defineText } from "@/shared/text/text";

import { tenantRoute } from "../layouts";
import type { RailItem } from "../shell/rail";

export const trialBalanceRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "reports/trial-balance",
  validateSearch: reportSearch,
  component: lazyRouteComponent(() => import("./TrialBalancePage"), "TrialBalancePage"),
});

export const incomeStatementRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "reports/income-statement",
  validateSearch: reportSearch,
  component: lazyRouteComponent(() => import("./IncomeStatementPage"), "IncomeStatementPage"),
});

export const balanceSheetRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "reports/balance-sheet",
  validateSearch: reportSearch,
  component: lazyRouteComponent(() => import("./BalanceSheetPage"), "BalanceSheetPage"),
});

export const generalLedgerRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "reports/general-ledger",
  validateSearch: reportSearch,
  component: lazyRouteComponent(() => import("./GeneralLedgerPage"), "GeneralLedgerPage"),
});

export const reportRoutes = [
  trialBalanceRoute,
  incomeStatementRoute,
  balanceSheetRoute,
  generalLedgerRoute,
] as const;

const group = defineText({ en: "Reports", de: "Berichte" });

export const reportsRail: readonly RailItem[] = [
  {
    to: "/t/$tenant/reports/balance-sheet",
    label: defineText({ en: "Balance sheet", de: "Bilanz" }),
    group,
    keys: "g b",
  },
  {
    to: "/t/$tenant/reports/income-statement",
    label: defineText({ en: "Income statement", de: "Erfolgsrechnung" }),
    group,
    keys: "g i",
  },
  {
    to: "/t/$tenant/reports/trial-balance",
    label: defineText({ en: "Trial balance", de: "Summen und Salden" }),
    group,
    keys: "g r",
  },
  {
    to: "/t/$tenant/reports/general-ledger",
    label: defineText({ en: "General ledger", de: "Hauptbuch" }),
    group,
    keys: "g l",
  },
];
