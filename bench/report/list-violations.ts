import type { WorkloadResult } from './report';

/** Says, a line each, after which runs a contender listed or logged something else than it had acknowledged. */
export function listViolations(workloads: readonly WorkloadResult[]): string[] {
  return workloads.flatMap(({ name, contenders }) =>
    contenders.flatMap(({ name: contender, warmUp, rounds }) =>
      [warmUp, ...rounds].flatMap(({ count }, number) => {
        if (count === null || count.exact) return [];
        const { acknowledged, listed, logged, namesOff } = count;
        const names = namesOff ? `, ${namesOff} names wrong` : '';
        const when = number === 0 ? 'the warm-up' : `round ${number}`;
        return [
          `${name}, ${contender}, after ${when}: acknowledged ${acknowledged}, listed ${listed}, logged ${logged}${names}`,
        ];
      }),
    ),
  );
}
