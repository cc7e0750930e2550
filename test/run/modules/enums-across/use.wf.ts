import { Level } from './enums.wf.ts';

export const label = (l: Level) => (l === Level.Mid ? 'mid' : Level[l]?.toLowerCase());
