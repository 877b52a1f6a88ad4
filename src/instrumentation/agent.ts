/** A monitoring agent inside the process. */
export interface Agent {
  /** Names the current request, if its route does not. */
  nameRequest(name: string): void;
  /**
   * Reports a failure of the current request.
   * @param code the stable code in the answer
   */
  reportError(error: unknown, code: string, requestId: string): void;
  /** Sends the remaining data, for at most two seconds, and ends. Never rejects. */
  flush(): Promise<void>;
}
