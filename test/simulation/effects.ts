/**
 * The effects of the workflows, and what an app says about them.
 */
import type { EffectName } from './load.wf.ts';

export const EFFECTS: EffectName[] = ['pay', 'note', 'moody', 'stern', 'slow', 'few', 'far', 'rare', 'book'];

/** Those that are drawn apart. */
export const FURTHER: EffectName[] = ['enter', 'toll', 'checked', 'remote', 'long'];
/** Those that are completed from outside. */
export const SIGNED: EffectName[] = ['sign', 'seal'];
export const ALL_EFFECTS: EffectName[] = [...EFFECTS, ...FURTHER, ...SIGNED];
export const TRANSACTIONS: EffectName[] = ['book', 'enter'];
/** The app's own code finds out what has become of them. */
export const CHECKED: EffectName[] = ['checked', 'remote'];

const EFFECT_TIMEOUT_MS = 400;
/** How long one may be silent. */
const SILENCE_MS = 300;

/** The policies, as `provide` takes them. */
export const POLICIES: Record<EffectName, object> = {
  pay: {},
  note: { idempotent: true },
  moody: { retry: { attempts: 3, delay: 300 } },
  stern: { idempotent: true, timeout: EFFECT_TIMEOUT_MS, retry: { attempts: 3, delay: 100, backoff: 'fixed' } },
  slow: { timeout: EFFECT_TIMEOUT_MS },
  few: {},
  far: { idempotent: true, timeout: EFFECT_TIMEOUT_MS, retry: { attempts: 3, delay: 100, backoff: 'fixed' } },
  rare: { retry: { attempts: 3, delay: 300 } },
  book: { transaction: true },
  enter: { transaction: true },
  toll: { timeout: EFFECT_TIMEOUT_MS },
  checked: { timeout: EFFECT_TIMEOUT_MS },
  remote: { timeout: EFFECT_TIMEOUT_MS },
  long: { idempotent: true, heartbeat: SILENCE_MS, retry: { attempts: 3, delay: 100, backoff: 'fixed' } },
  sign: {},
  seal: { idempotent: true, timeout: EFFECT_TIMEOUT_MS, retry: { attempts: 3, delay: 100, backoff: 'fixed' } },
};

export const QUEUE = 'afar';

/** How some of them wait, as `provide` takes it. */
export const LANES: Partial<Record<EffectName, { queue?: string; concurrency?: number; rate?: { limit: number; per: number } }>> = {
  few: { concurrency: 2, rate: { limit: 2, per: 1000 } },
  far: { queue: QUEUE },
  rare: { queue: QUEUE, concurrency: 1 },
  enter: { concurrency: 1 },
  toll: { queue: QUEUE },
  remote: { queue: QUEUE },
};
