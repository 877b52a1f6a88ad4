import { limitFaults } from './limit-faults.mjs';
import { memoryFault } from './memory-fault.mjs';
import { pathFaults } from './path-faults.mjs';
import { processFaults } from './process-faults.mjs';

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
  ...pathFaults,
  ...limitFaults,
  memoryFault,
];
