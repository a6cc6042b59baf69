#!/usr/bin/env node
const { spawnSync } = require('node:child_process');
const { locate } = require('../locate.cjs');

try {
  const { status } = spawnSync(locate(), process.argv.slice(2), { stdio: 'inherit' });
  process.exitCode = status ?? 1;
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
