export const count = 'other';   // conflicts with util's
export const only = 'only';
import * as self from './other.wf.ts';
export const selfKeys = () => Object.keys(self).join();
export const isSelf = (x: unknown) => x === self;
export let early: unknown = (() => { try { return self.late; } catch (e) { return (e as Error).message; } })();
export const late = 5;
