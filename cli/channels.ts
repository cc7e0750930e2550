/**
 * Channels of runs, for commands that send into them.
 */
import type { Artifact } from '../runtime/engine/artifact.ts';
import { PerdureError } from '../runtime/errors.ts';
import type { StoredRun } from '../runtime/store/runs.ts';
import type { Store } from '../runtime/store/store.ts';
import { CliError } from './command.ts';

/** A message into a channel that the program does not have would wait for ever. */
export async function checkChannel(store: Store, run: StoredRun, channel: string): Promise<void> {
  const content = await store.artifacts.load(run.artifact);
  if (content === null) throw new PerdureError('artifact_missing', `The program of '${run.id}' is not in the store.`);
  const channels = (JSON.parse(content) as Artifact).modules.flatMap(({ manifest }) => manifest.channels);
  if (channels.includes(channel)) return;
  const known = channels.length > 0 ? `It has ${channels.join(', ')}.` : 'It has none.';
  throw new CliError(`The program of '${run.id}' has no channel '${channel}'. ${known}`, 3);
}
