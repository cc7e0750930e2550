/**
 * A limit of time for what is waited for, in time that this process has had, too: when the machine stood still, or whoever
 * measures has stopped both sides, nobody was slow.
 */
export interface Watchdog {
  /** It has shown that it lives. */
  refresh(): void;
  stop(): void;
}

const TICK_MS = 500;

export function watchdog(limitMs: number, ended: () => void): Watchdog {
  let ticks = 0;
  const timer = setInterval(() => {
    if (++ticks * TICK_MS < limitMs) return;
    clearInterval(timer);
    ended();
  }, TICK_MS);
  return { refresh: () => void (ticks = 0), stop: () => clearInterval(timer) };
}
