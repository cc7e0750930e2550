/**
 * `perdure complete TOKEN --result JSON | --error TEXT`: gives an effect its outcome that waits for it.
 */
import { completeToken } from '../../runtime/control/complete.ts';
import { completionOf, STORE_HELP, STORE_OPTION, withStore, type Command } from '../command.ts';
import { green, print, printJson } from '../terminal.ts';

export const complete: Command = {
  name: 'complete',
  summary: 'Complete an effect that waits for somebody with its token',
  args: [{ name: 'TOKEN', help: 'what the effect has given out' }],
  options: { ...STORE_OPTION, result: { type: 'string' }, error: { type: 'string' } },
  help: {
    ...STORE_HELP,
    result: ['JSON', 'What the effect returns'],
    error: ['MESSAGE', 'It fails: an error with this message is thrown at its await'],
  },
  examples: [`complete pdt_… --result '{"approved": true}'`, "complete pdt_… --error 'refused by the bank'"],
  async run(values, [token]) {
    const completion = completionOf(values, ['result', 'error'], "Say how it ends: --result 'JSON' or --error MESSAGE.");
    const isNew = await withStore(values, (store) => completeToken(store, token!, completion));
    if (values.json) printJson({ completed: isNew });
    else print(isNew ? green('completed') : 'It was completed just so before');
    return 0;
  },
};
