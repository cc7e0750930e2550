/**
 * The stages of the compiler that can be looked at.
 */
export const STAGES = ['validate', 'analyse', 'ir', 'js', 'manifest'] as const;
export type Stage = (typeof STAGES)[number];
