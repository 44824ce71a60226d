import { useParams } from "@tanstack/react-router";

/** What fills the `$tenant` of a rail's paths: the tenant of the page one is on. */
export function useRailParams(): { tenant?: number } {
  const { tenant } = useParams({ strict: false });
  return tenant === undefined ? {} : { tenant };
}
