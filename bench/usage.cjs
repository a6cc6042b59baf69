// Preloaded into a measured process. Says on standard error what only the process itself knows: how much memory it took
// at most, in KiB, and which packages it loaded.
process.on('exit', () => {
  const packages = Object.keys(require.cache).flatMap(
    (file) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? [],
  );
  const usage = { maxRss: process.resourceUsage().maxRSS, packages: [...new Set(packages)].sort() };
  process.stderr.write(`\nusage ${JSON.stringify(usage)}\n`);
});
