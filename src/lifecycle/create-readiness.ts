import type { Logger } from '../shared/logger';
import { createReadinessCheck, type ReadinessSources } from './check-readiness';
import { createFaultFinder, type FaultSources } from './find-readiness-fault';
import { watchReadiness, type ReadinessWatch } from './watch-readiness';

/** What readiness depends on. */
export type ReadinessParts = FaultSources &
  Pick<ReadinessSources, 'isStopping' | 'isEnded'> & { readonly logger: Logger };

/** Connects the parts of readiness: what is asked, how long an answer may take, and what is logged. */
export function createReadiness({ isStopping, isEnded, logger, ...sources }: ReadinessParts): ReadinessWatch {
  const findFault = createFaultFinder(sources);
  return watchReadiness(createReadinessCheck({ findFault, isStopping, isEnded }), logger);
}
