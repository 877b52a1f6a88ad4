import { readinessFaults, type ReadinessCode } from './readiness-faults';

/** A reason why the service is not ready. */
export interface ReadinessFault {
  readonly code: ReadinessCode;
  /** Cause and cure. Public: without secrets and addresses. */
  readonly detail: string;
  /** The error behind it, for the log. */
  readonly cause?: unknown;
}

/** Whether the service can record and answer requests. */
export type Readiness = { readonly ready: true } | ({ readonly ready: false } & ReadinessFault);

/** Asks whether the service can take requests. Never rejects. */
export type CheckReadiness = () => Promise<Readiness>;

/** Explains a fault. `found` says what was found, such as the names of objects. */
export function explainFault(code: ReadinessCode, found?: string): string {
  const { cause, cure } = readinessFaults[code];
  return `${cause}${found === undefined ? '' : `: ${found}`}. ${cure}`;
}
