#!/usr/bin/env node
const { spawnSync } = require('node:child_process');
const { locate } = require('../locate.cjs');

locate().then(
  (binary) => {
    const { status, error } = spawnSync(binary, process.argv.slice(2), { stdio: 'inherit' });
    if (error) console.error(error.message);
    process.exitCode = status ?? 1;
  },
  (error) => {
    console.error(error.message);
    process.exitCode = 1;
  },
);
