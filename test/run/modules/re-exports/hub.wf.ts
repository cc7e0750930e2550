export * from './leaf.wf.ts';
export { twice as renamed, default as fallback } from './values.wf.ts';
export * as ns from './leaf.wf.ts';
export { setOne } from './leaf.wf.ts';
