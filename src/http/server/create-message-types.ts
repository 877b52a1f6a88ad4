import { IncomingMessage, ServerResponse } from 'node:http';
import type { Express } from 'express';

/** The types of the messages of a server, as `createServer` takes them. */
export interface MessageTypes {
  readonly IncomingMessage: typeof IncomingMessage;
  readonly ServerResponse: typeof ServerResponse;
}

/**
 * Creates the types whose prototypes are the app's own `request` and `response`. Express gives every message its
 * prototype by `Object.setPrototypeOf`, for which V8 makes each object a hidden class of its own: that halves the speed
 * of the server and fills the old generation. Where the prototype is the right one from birth, it does nothing.
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
