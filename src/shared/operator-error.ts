/** An error that the operator can fix: its message says how, so it is shown without a stack. */
export class OperatorError extends Error {}
