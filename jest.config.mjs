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
    '/node_modules/(?:badge-maker|temporal-polyfill|temporal-utils)/.+\\.js$': transform({
      syntax: 'ecmascript',
    }),
  },
  // ES modules. Node can require them from 20.19 on, but Jest's loader only from Node 24.9 on.
  transformIgnorePatterns: ['/node_modules/(?!(?:badge-maker|temporal-polyfill|temporal-utils)/)'],
  globalSetup: '<rootDir>/tests/support/global-setup.ts',
  globalTeardown: '<rootDir>/tests/support/global-teardown.ts',
  testTimeout: 60_000,
  // Half of the time is spent waiting for commits, processes and timeouts, so three workers keep two cores busy.
  maxWorkers: 3,
};
