export * as util from './util.wf.ts';
export * from './util.wf.ts';
export * from './other.wf.ts';
import * as u from './util.wf.ts';
export { u };
export default u;
export * as pkg from 'perdure';
