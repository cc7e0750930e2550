/**
 * `node --import perdure/register app.js`: compiles `.wf.ts` modules as they are imported.
 */
import * as nodeModule from 'node:module';
import { loadWorkflow, resolveWorkflow } from './hooks.ts';

type Sync = (value: string, context: { parentURL?: string }, next: (value: string, context: object) => unknown) => unknown;
const { registerHooks } = nodeModule as unknown as {
  registerHooks?: (hooks: { resolve: Sync; load: Sync }) => void;
};

if (registerHooks) {
  registerHooks({
    resolve: (specifier, context, next) => resolveWorkflow(specifier, context.parentURL) ?? next(specifier, context),
    load: (url, context, next) => loadWorkflow(url) ?? next(url, context),
  });
} else {
  nodeModule.register(new URL('./hooks.js', import.meta.url));
}
