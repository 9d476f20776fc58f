import { defineConfig } from 'vitest/config';

export default defineConfig({ test: { globalSetup: ['bhxh-intake/testing/setup'], testTimeout: 30_000 } });
