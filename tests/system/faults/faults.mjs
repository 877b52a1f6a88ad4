import { actFaults } from './act-faults.mjs';
import { failoverFaults } from './failover-faults.mjs';
import { limitFaults } from './limit-faults.mjs';
import { memoryFault } from './memory-fault.mjs';
import { pathFaults } from './path-faults.mjs';
import { processFaults } from './process-faults.mjs';
import { resourceFaults } from './resource-faults.mjs';

/** All faults, in the order of the table. */
export const faults = [
  {
    name: 'none',
    title: 'no fault',
    rounds: { ci: 1, long: 3 },
    needs: { database: 'external' },
    isExact: true,
    isHarmless: true,
    inject: () => 0,
  },
  ...processFaults,
  ...actFaults,
  ...pathFaults,
  ...limitFaults,
  ...failoverFaults,
  ...resourceFaults,
  memoryFault,
];
