import { OperatorError } from '../shared/operator-error';

/** Every fault of the settings, one a line. */
export class SettingsError extends OperatorError {
  override readonly name = 'SettingsError';

  constructor(readonly faults: readonly string[]) {
    super(`These settings are not valid:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
  }
}
