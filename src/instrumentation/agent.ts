/** What watches the service from inside and reports to somebody outside. */
export interface Agent {
  /** Names the request under way, where its route does not. */
  nameRequest(name: string): void;
  /**
   * Reports a failure of the request under way.
   * @param code the stable code that the client was told
   */
  reportError(error: unknown, code: string, requestId: string): void;
  /** Sends what was gathered and not yet sent, for two seconds at most, and ends. It never fails. */
  flush(): Promise<void>;
}
