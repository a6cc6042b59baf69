const { gunzipSync } = require('node:zlib');

const BLOCK = 512;

/** The contents of the file `name` in a .tar.gz. */
function fileOf(archive, name) {
  const tar = gunzipSync(archive);
  for (let at = 0; at + BLOCK <= tar.length; ) {
    const entry = text(tar, at, 100);
    const size = Number.parseInt(text(tar, at + 124, 12), 8);
    if (entry.replace(/^\.\//, '') === name) return tar.subarray(at + BLOCK, at + BLOCK + size);
    if (entry === '') break;
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  throw new Error(`the archive has no file ${name}`);
}

function text(buffer, start, length) {
  return buffer
    .subarray(start, start + length)
    .toString('latin1')
    .replace(/\0.*$/s, '')
    .trim();
}

module.exports = { fileOf };
