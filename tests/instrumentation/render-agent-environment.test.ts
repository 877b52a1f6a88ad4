import { renderAgentEnvironment } from '../../src/instrumentation/render-agent-environment';

const settings = { licenseKey: 'key', appName: 'Footfall' };

it("keeps the operator's harmless settings", () => {
  expect(renderAgentEnvironment(settings, {})).toMatchObject({
    NEW_RELIC_LICENSE_KEY: 'key',
    NEW_RELIC_APP_NAME: 'Footfall',
    NEW_RELIC_LOG: 'stdout',
    NEW_RELIC_LOG_LEVEL: 'warn',
  });
  expect(renderAgentEnvironment(settings, { NEW_RELIC_LOG_LEVEL: 'trace' })).toMatchObject({
    NEW_RELIC_LOG_LEVEL: 'trace',
  });
});

it('overrides settings that would send user names', () => {
  const environment = {
    NEW_RELIC_ATTRIBUTES_EXCLUDE: 'nothing',
    NEW_RELIC_RECORD_SQL: 'raw',
    NEW_RELIC_APPLICATION_LOGGING_ENABLED: 'true',
    NEW_RELIC_NO_CONFIG_FILE: 'false',
  };
  expect(renderAgentEnvironment(settings, environment)).toMatchObject({
    NEW_RELIC_ATTRIBUTES_EXCLUDE: expect.stringContaining('request.uri'),
    NEW_RELIC_RECORD_SQL: 'obfuscated',
    NEW_RELIC_APPLICATION_LOGGING_ENABLED: 'false',
    NEW_RELIC_NO_CONFIG_FILE: 'true',
  });
});
