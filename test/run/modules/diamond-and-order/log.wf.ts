export const log: string[] = ['log loaded'];
