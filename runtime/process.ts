/**
 * What names a process for good: its pid and when it started.
 */
import { readFileSync } from 'node:fs';

/** The start time of a process in clock ticks since boot, or null where the system does not say. */
export function processStart(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field, the command, may hold spaces and parentheses; the 22nd is the start time.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
