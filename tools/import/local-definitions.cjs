// Loaded before the cdk8s command: `cdk8s import k8s` knows one place to download definitions from; it gets our file instead.
const { readFileSync } = require('node:fs');
const { dirname, join } = require('node:path');

const util = require(join(dirname(require.resolve('cdk8s-cli/package.json')), 'lib', 'util.js'));
util.download = async () => readFileSync(process.env.LOCAL_DEFINITIONS, 'utf8');
