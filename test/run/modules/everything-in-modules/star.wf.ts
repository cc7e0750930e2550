export * from './types.wf.ts';
export { default as renamed, Klass as "string name" } from './types.wf.ts';
export { default } from './live.wf.ts';
import type { Shape } from './types.wf.ts';
import { type Id, Real } from './types.wf.ts';
export type { Shape };
export type Local = Shape & { id: Id };
export { Real as R2, type Id };
export const own = Real.X;
