import { DatabaseError } from 'pg';
import { isRolledBack } from '../../src/db/is-rolled-back';

function createError(severity: string, code: string): DatabaseError {
  return Object.assign(new DatabaseError('', 0, 'error'), { severity, code });
}

it.each([
  ['a lock timeout', 'ERROR', '55P03'],
  ['a lock timeout in German', 'FEHLER', '55P03'],
  ['a deadlock in French', 'ERREUR', '40P01'],
  ['a statement timeout in Japanese', 'エラー', '57014'],
  ['a violated check in Spanish', 'ERROR', '23514'],
  ['a full disk, in English', 'ERROR', '53100'],
])('treats a statement as rolled back after %s', (_title, severity, code) => {
  expect(isRolledBack(createError(severity, code))).toBe(true);
});

it.each([
  ['an end of the session by an administrator', createError('FATAL', '57P01')],
  ['an end of the session by an administrator, in German', createError('FATAL', '57P01')],
  ['an end of the session by an administrator, in French', createError('FATALE', '57P01')],
  ['a full disk in German, which may be a panic', createError('PANIK', '53100')],
  ['the end of an idle transaction', createError('FATALE', '25P03')],
  ['the loss of the server behind an old PgBouncer', createError('ERROR', '08P01')],
  ['an error without a code', createError('FEHLER', undefined as unknown as string)],
  ['a reset connection', Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })],
])('treats the outcome as unknown after %s', (_title, error) => {
  expect(isRolledBack(error)).toBe(false);
});
