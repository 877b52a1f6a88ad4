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

const flushWithinMs = 2000;

/**
 * Loads New Relic's agent, which from then on watches whatever is loaded after it. It connects in the background:
 * a collector that cannot be reached neither breaks nor delays the service.
 * @param environment the process's own; the agent takes its configuration from there
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
