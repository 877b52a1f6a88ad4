/** Whether the service can take requests. If not: a stable code, and a sentence with cause and cure. */
export type Readiness =
  { readonly ready: true } | { readonly ready: false; readonly code: string; readonly detail: string };

/** Asks whether the service can take requests. Never rejects. */
export type CheckReadiness = () => Promise<Readiness>;
