/**
 * An array among the values of a statement, of whose length the planner knows nothing: the expression that stands for value `n`.
 *
 * A prepared statement is planned anew at each call as long as the plan for the very values seems cheaper than the one for any. An array of
 * unknown length counts as ten rows, so of a statement that gets one or two that is so for ever, and of a large one to plan takes longer
 * than to execute. What a subquery returns is unknown in both. (Measured: a commit of three steps 0.43 ms, and 0.11 so; one that ends a run 1.7,
 * and 0.6; a grant 4.4, and 0.7; with twenty steps or more the same.)
 */
export const arrayValue = (n: number, type: string): string => `(SELECT $${n}::${type}[])`;
