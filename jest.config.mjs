const transform = (parser) => [
  '@swc/jest',
  {
    jsc: {
      target: 'es2023',
      parser,
      transform: { react: { runtime: 'automatic', importSource: 'preact' } },
    },
    module: { type: 'commonjs' },
  },
];

/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/tests/**/*.test.ts'],
  transform: {
    '\\.ts$': transform({ syntax: 'typescript' }),
    '\\.tsx$': transform({ syntax: 'typescript', tsx: true }),
    '/node_modules/(?:badge-maker|temporal-polyfill|temporal-utils)/.+\\.js$': transform({ syntax: 'ecmascript' }),
  },
  // ES modules. Node requires those by itself from 20.19 on; Jest's own loader does only on Node 24.9.
  transformIgnorePatterns: ['/node_modules/(?!(?:badge-maker|temporal-polyfill|temporal-utils)/)'],
  globalSetup: '<rootDir>/tests/support/global-setup.ts',
  globalTeardown: '<rootDir>/tests/support/global-teardown.ts',
  testTimeout: 60_000,
  // Half of the time is waiting: for commits, for processes to start, for time-outs. Three keep two cores busy.
  maxWorkers: 3,
};
