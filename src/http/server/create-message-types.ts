import { IncomingMessage, ServerResponse } from 'node:http';
import type { Express } from 'express';

/** The message types that `http.createServer` takes. */
export interface MessageTypes {
  readonly IncomingMessage: typeof IncomingMessage;
  readonly ServerResponse: typeof ServerResponse;
}

/**
 * Creates message types whose prototypes are the app's own `request` and `response`. Express calls
 * `Object.setPrototypeOf` on every message; V8 then gives each object its own hidden class, which
 * halves the throughput and fills the old generation. With these types the call changes nothing.
 */
export function createMessageTypes(app: Express): MessageTypes {
  class AppRequest extends IncomingMessage {}
  class AppResponse<Of extends IncomingMessage = IncomingMessage> extends ServerResponse<Of> {}
  Object.setPrototypeOf(AppRequest.prototype, app.request);
  Object.setPrototypeOf(AppResponse.prototype, app.response);
  app.request = AppRequest.prototype as typeof app.request;
  app.response = AppResponse.prototype as typeof app.response;
  return { IncomingMessage: AppRequest, ServerResponse: AppResponse };
}
