import { createRequire } from 'node:module';
import type { NewRelicSettings } from '../config/settings';
import type { Agent } from './agent';
import { renderAgentEnvironment } from './render-agent-environment';
import { toSilentError } from './to-silent-error';

/** The part of New Relic's interface that is used. https://newrelic.github.io/node-newrelic/API.html */
interface NewRelic {
  setTransactionName(name: string): void;
  noticeError(error: Error, attributes: Readonly<Record<string, string>>): void;
  shutdown(options: { collectPendingData: true; timeout: number }, done: () => void): void;
}

const flushWithinMs = 4000;

/**
 * Loads New Relic's agent, which watches the modules that are loaded after it. It connects in the background:
 * an unreachable collector neither breaks nor delays the service.
 * @param environment of the process, where the agent reads its configuration
 */
export function startAgent(
  settings: NewRelicSettings,
  environment: Record<string, string | undefined>,
): Agent {
  Object.assign(environment, renderAgentEnvironment(settings, environment));
  const newRelic = createRequire(__filename)('newrelic') as NewRelic;
  return {
    nameRequest: (name) => {
      newRelic.setTransactionName(name);
    },
    reportError: (error, code, requestId) => {
      newRelic.noticeError(toSilentError(error, code), { code, request_id: requestId });
    },
    flush: () =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, flushWithinMs);
        newRelic.shutdown({ collectPendingData: true, timeout: flushWithinMs }, () => {
          clearTimeout(timer);
          resolve();
        });
      }),
  };
}
