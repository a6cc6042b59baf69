/** Where GitHub looks first. */
export const CODEOWNERS = '.github/CODEOWNERS';

const HEADER = `# Who reviews changes of what. The last line that matches a file decides.
# \`npm run new\` adds a line for what it makes.
`;

/**
 * The text with a line for a path, behind those of its neighbours so that lines of one folder stay together. A path that
 * has owners keeps them.
 */
export function withOwner(text: string | undefined, path: string, owner: string): string {
  const lines = (text ?? HEADER).replace(/\n*$/, '').split('\n');
  const owned = (line: string): string => line.trim().split(/\s+/)[0] ?? '';
  if (lines.some((line) => owned(line) === path)) return text ?? HEADER;
  const folder = path.slice(0, path.replace(/\/$/, '').lastIndexOf('/') + 1);
  const line = `${path} ${owner.replaceAll(',', ' ').replaceAll(/ +/g, ' ').trim()}`;
  const behind = lines.findLastIndex((one) => owned(one).startsWith(folder));
  // The last line that matches decides: a folder's stands before those of what is in it, and a new folder's at the end.
  const within = path.endsWith('/') ? lines.findIndex((one) => owned(one).startsWith(path)) : -1;
  const last = folder === '/' || behind === -1 ? lines.length : behind + 1;
  const at = within === -1 ? last : within;
  return `${[...lines.slice(0, at), line, ...lines.slice(at)].join('\n')}\n`;
}
