import { a } from './a.wf.ts';

const attempt = () => { try { return a; } catch (e) { return (e as Error).name; } };
export const b = 'B' + attempt();
export const readA = Object.assign(() => attempt(), { first: attempt() });
