/** A failed request. Its message completes the sentence "Could not refresh: …". */
export class ServiceFailure extends Error {
  override readonly name = 'ServiceFailure';

  /** @param isAnswer whether the service answered, with a refusal or an error. */
  constructor(
    message: string,
    readonly isAnswer: boolean,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/**
 * Sends a request to the service.
 * @throws {ServiceFailure} without a 2xx response; {DOMException} if aborted.
 */
export async function fetchFromService(path: string, accept: string, signal: AbortSignal): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, { headers: { Accept: accept }, signal });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new ServiceFailure('the service did not answer', false, { cause: error });
  }
  // The session has ended: the service answers with the page to sign in.
  if (response.status === 401) location.reload();
  if (!response.ok) throw new ServiceFailure(`the service answered ${String(response.status)}`, true);
  return response;
}
