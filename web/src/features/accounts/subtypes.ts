import type { AccountType } from "@/shared/accounts/accounts";

/** Kinds that each type knows; the server refuses others (docs/accounting.md). */
export const subtypes: Record<AccountType, readonly string[]> = {
  asset: [
    "cash",
    "bank",
    "clearing",
    "suspense",
    "receivable",
    "inventory",
    "prepaid",
    "input_tax",
    "fixed",
    "accum_depreciation",
    "other",
  ],
  liability: [
    "payable",
    "card",
    "suspense",
    "output_tax",
    "tax_deferred",
    "payroll",
    "accrued",
    "deferred_income",
    "customer_deposits",
    "loan",
    "other",
  ],
  equity: ["capital", "drawings", "retained", "opening_balance", "other"],
  revenue: ["sales", "discount_given", "other", "fx_gain"],
  expense: [
    "cogs",
    "operating",
    "payroll",
    "depreciation",
    "interest",
    "bad_debt",
    "fx_loss",
    "rounding",
    "other",
  ],
};
