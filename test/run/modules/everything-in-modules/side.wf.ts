import { inc } from './live.wf.ts';
inc();
