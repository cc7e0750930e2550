import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/postgres-setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Two cores: the database and the workers of the kill loops want one.
    maxWorkers: 2,
    pool: 'forks',
  },
});
