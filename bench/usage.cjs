// Preloaded into a measured process: says on standard error how much memory it took at most, in KiB.
process.on('exit', () => process.stderr.write(`\nmaxrss ${process.resourceUsage().maxRSS}\n`));
