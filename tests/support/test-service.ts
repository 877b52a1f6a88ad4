import request, { type Agent } from 'supertest';
import { startService, type RunningService } from '../../src/lifecycle/start-service';
import { createLogger } from '../../src/shared/logger';
import { createTestDatabase, type TestDatabase } from './test-database';

/** A complete service with its own database, listening on a free port. */
export interface TestService {
  readonly database: TestDatabase;
  readonly url: string;
  /** A supertest agent of the service. */
  readonly http: Agent;
  /** Reads the count of a name from the list; undefined when it is not listed. */
  listed(username: string): Promise<number | undefined>;
  stop(): Promise<void>;
}

/** Starts a service as `main` does, on a new clone of the migrated template. */
export async function startTestService(environment: Record<string, string> = {}): Promise<TestService> {
  const database = await createTestDatabase();
  const service = await startServiceOn(database, environment);
  const http = request(service.url);
  return {
    database,
    url: service.url,
    http: http as unknown as Agent,
    async listed(username) {
      const { body } = await http.get('/');
      const results = body.results as { username: string; visits: number }[];
      return results.find((visitor) => visitor.username === username)?.visits;
    },
    async stop() {
      await service.stop();
      await database.drop();
    },
  };
}

/** Starts another service on an existing database. */
export function startServiceOn(
  database: TestDatabase,
  environment: Record<string, string> = {},
): Promise<RunningService> {
  const settings = database.settings(environment);
  return startService(settings, createLogger({ level: settings.logLevel, pretty: false }));
}
