/** A failure in words that finish the sentence "Could not refresh: …". */
export class ServiceFailure extends Error {
  override readonly name = 'ServiceFailure';
}

/**
 * Asks the service.
 * @throws {ServiceFailure} when it did not answer, or not with 2xx; {DOMException} when the signal was given.
 */
export async function fetchFromService(path: string, accept: string, signal: AbortSignal): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, { headers: { Accept: accept }, signal });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new ServiceFailure('the service did not answer', { cause: error });
  }
  if (!response.ok) throw new ServiceFailure(`the service answered ${String(response.status)}`);
  return response;
}
