/**
 * An array among the values of a statement, of whose length the planner knows nothing: the expression that stands for value `n`.
 *
 * A prepared statement is planned anew at each call as long as the plan for the very values seems cheaper than the one for any. An array of
 * unknown length counts as ten rows, so of a statement that gets one or two that is so for ever, and of a large one to plan takes longer
 * than to execute. (Measured: a commit that ends one run 1.7 ms, and 0.6 so; a grant 4.4, and 0.7.) What a subquery returns is unknown in both.
 */
export const arrayValue = (n: number, type: string): string => `(SELECT $${n}::${type}[])`;
