import { addVisitors } from '../../services/commands/visitors/add-visitors';
import { eraseVisitor } from '../../services/commands/visitors/erase-visitor';
import { hideVisitor } from '../../services/commands/visitors/hide-visitor';
import { mergeVisitors } from '../../services/commands/visitors/merge-visitors';
import { renameVisitor } from '../../services/commands/visitors/rename-visitor';
import type { RunAct } from './run-act';

/** Creates names. */
export const add =
  (names: readonly string[]): RunAct =>
  ({ client }) =>
    addVisitors(client, names);

/** Hides a name, or shows it again. */
export const hide =
  (act: 'hide' | 'unhide', name: string): RunAct =>
  async ({ client }) => [await hideVisitor(client, act, name)];

/** Renames a visitor. */
export const rename =
  (username: string, newName: string, keepsAlias: boolean): RunAct =>
  async ({ client }) => [await renameVisitor(client, { username, newName, keepsAlias })];

/** Merges a visitor into another one, with a progress bar. */
export const merge =
  (username: string, newName: string, keepsAlias: boolean): RunAct =>
  ({ client, showVisits }) =>
    showVisits(username, async (onMoved) => [
      await mergeVisitors(client, { username, newName, keepsAlias }, onMoved),
    ]);

/** Erases a visitor, with a progress bar. */
export const erase =
  (name: string): RunAct =>
  ({ client, showVisits }) =>
    showVisits(name, async (onErased) => [await eraseVisitor(client, name, onErased)]);
