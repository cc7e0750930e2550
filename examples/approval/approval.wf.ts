/**
 * A person decides, in days: reminders by timers, then the next person up the line.
 */
import { channel } from 'perdure';

export interface Expense {
  id: string;
  by: string;
  what: string;
  /** Cents. */
  amount: number;
}

export interface Decision {
  by: string;
  approved: boolean;
  comment?: string;
}

export interface Patience {
  /** How long one is waited for before a reminder, such as '1 day'. */
  each: string;
  /** How many reminders a person gets before the next one is asked. */
  reminders: number;
}

export interface Verdict {
  approved: boolean;
  by: string | null;
  comment: string;
  /** Everyone asked, and how often. */
  asked: Map<string, number>;
}

export declare function mail(to: string, subject: string, text: string): Promise<void>;

/** `perdure send RUN decision '{"by": "grace", "approved": true}'` */
export const decisions = channel<Decision>('decision');

export async function approve(expense: Expense, approvers: string[], patience: Patience): Promise<Verdict> {
  const asked = new Map<string, number>();
  const { what, amount, by } = expense;
  const subject = `${by} asks for ${(amount / 100).toFixed(2)}: ${what}`;

  const answer = await ask();
  const verdict: Verdict = {
    approved: answer?.approved ?? false,
    by: answer?.by ?? null,
    comment: answer ? (answer.comment ?? '') : 'nobody answered',
    asked,
  };
  await mail(by, `${what}: ${verdict.approved ? 'approved' : 'refused'}`, verdict.comment);
  return verdict;

  async function ask(): Promise<Decision | undefined> {
    for (const [level, person] of approvers.entries()) {
      for (let reminder = 0; reminder <= patience.reminders; reminder++) {
        asked.set(person, reminder + 1);
        const prefix = reminder > 0 ? `Reminder ${reminder}: ` : level > 0 ? 'Escalated to you: ' : '';
        await mail(person, prefix + subject, `perdure send ${expense.id} decision '{"by": "${person}", "approved": true}'`);
        const decision = await nextDecision(patience.each);
        if (decision) return decision;
      }
    }
    return undefined;
  }

  /** The next decision of somebody who has been asked. Others are told so, and do not stop the clock. */
  async function nextDecision(within: string): Promise<Decision | undefined> {
    const decision = await decisions.receive({ timeout: within });
    if (!decision || asked.has(decision.by)) return decision;
    await mail(decision.by, `${expense.id} is not yours to decide`, `Asked so far: ${[...asked.keys()].join(', ')}`);
    return nextDecision(within);
  }
}
