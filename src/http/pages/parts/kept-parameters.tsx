import { listParameters, type DashboardQuery } from '../dashboard-path';

/** What a form must not forget. */
export interface KeptParametersProps {
  readonly query: DashboardQuery;
  readonly names: readonly (keyof DashboardQuery)[];
}

/** Hands the rest of the view on with a form; the page of the list is left out, since it starts anew. */
export function KeptParameters({ query, names }: KeptParametersProps) {
  const kept = listParameters(query).filter(([name]) => (names as readonly string[]).includes(name));
  return (
    <>
      {kept.map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
    </>
  );
}
