/**
 * An object as YAML: keys sorted by code unit, two spaces, LF, strings of several lines as literal blocks, no folding, no
 * anchors, no comments. A writer of our own, because the library that reads the configuration builds a tree of nodes
 * for each document it writes, which would take longer than all the rest of a synth.
 *
 * A string is written plain only where every parser reads it back as that string. Kubernetes and Argo CD read YAML 1.1,
 * where `on`, `0777`, `1_000` and `12:30` are not strings; newer tools read 1.2, where `0o17` is not.
 */
export function toYaml(value: unknown): string {
  const lines: string[] = [];
  if (isMap(value) && hasKeys(value)) writeMap(value, '', '', lines, []);
  else if (Array.isArray(value) && value.length > 0) writeList(value, '', '', lines, []);
  else lines.push(scalar(value, '  ', []));
  return `${lines.join('\n')}\n`;
}

type YamlMap = Readonly<Record<string, unknown>>;
type Path = (string | number)[];

/** `lead` stands before the first key in place of `indent`: the dash of the list item that the map is. */
function writeMap(map: YamlMap, lead: string, indent: string, lines: string[], path: Path): void {
  let before = lead;
  for (const key of Object.keys(map).sort()) {
    const value = map[key];
    if (value === undefined) continue;
    path.push(key);
    const head = `${before}${plainOrQuoted(key)}:`;
    const inner = `${indent}  `;
    if (isMap(value) && hasKeys(value)) {
      lines.push(head);
      writeMap(value, inner, inner, lines, path);
    } else if (Array.isArray(value) && value.length > 0) {
      lines.push(head);
      writeList(value, inner, inner, lines, path);
    } else {
      lines.push(`${head} ${scalar(value, inner, path)}`);
    }
    path.pop();
    before = indent;
  }
}

function writeList(list: readonly unknown[], lead: string, indent: string, lines: string[], path: Path): void {
  let before = lead;
  for (const [index, item] of list.entries()) {
    path.push(index);
    const inner = `${indent}  `;
    if (isMap(item) && hasKeys(item)) writeMap(item, `${before}- `, inner, lines, path);
    else if (Array.isArray(item) && item.length > 0) writeList(item, `${before}- `, inner, lines, path);
    else lines.push(`${before}- ${scalar(item, inner, path)}`);
    path.pop();
    before = indent;
  }
}

function isMap(value: unknown): value is YamlMap {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function hasKeys(map: YamlMap): boolean {
  for (const key in map) if (map[key] !== undefined) return true;
  return false;
}

function scalar(value: unknown, indent: string, path: Path): string {
  if (typeof value === 'string') return text(value, indent, path);
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value === 'number' && Number.isFinite(value)) return number(value);
  if (value === null) return 'null';
  if (Array.isArray(value)) return '[]';
  if (isMap(value)) return '{}';
  throw unwritable(path, describe(value));
}

const unwritable = (path: Path, what: string): Error =>
  new Error(`${path.length === 0 ? 'the value' : path.join('.')} cannot be written as YAML: it is ${what}`);

function describe(value: unknown): string {
  if (typeof value === 'object' && value !== null) return `an instance of ${value.constructor.name}, not plain data`;
  return value === undefined ? 'undefined' : `${typeof value} ${String(value)}`;
}

/** YAML 1.1 wants a point in the mantissa of a number that has an exponent. */
function number(value: number): string {
  const [mantissa = '', exponent] = String(value).split('e');
  return exponent === undefined ? mantissa : `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}e${exponent}`;
}

function text(value: string, indent: string, path: Path): string {
  if (LONE_SURROGATE.test(value)) throw unwritable(path, 'text with half a character (a lone surrogate)');
  return value.includes('\n') && LITERAL.test(value) ? literal(value, indent) : plainOrQuoted(value);
}

const LONE_SURROGATE = /\p{Surrogate}/u;

/** What a literal block can hold: printable text that begins with no space, so that its indentation is plain to see. */
const LITERAL = /^(?!\s)[\t\n\x20-\x7e\xa0-\u2027\u202a-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]+$/u;

function literal(value: string, indent: string): string {
  const chomping = value.endsWith('\n\n') ? '+' : value.endsWith('\n') ? '' : '-';
  const body = chomping === '-' ? value : value.slice(0, -1);
  return `|${chomping}\n${body.replace(/^(?!$)/gm, indent)}`;
}

const plainOrQuoted = (value: string): string => (isPlain(value) ? value : quoted(value));

function isPlain(value: string): boolean {
  return PLAIN.test(value) && !ENDED.test(value) && !RESERVED.test(value) && !NUMBER.test(value);
}

/** Begins with no indicator and holds printable ASCII only; a hyphen in front needs something right behind it. */
const PLAIN = /^(?:[A-Za-z0-9_/.$(+]|-(?=[A-Za-z0-9/-]))[\x20-\x7e]*$/;
/** A colon or a number sign that would end the scalar, a space at its end, the marks between documents. */
const ENDED = /:(?: |$)| #| $|^(?:---|\.\.\.)/;
/** Words of YAML 1.1 and 1.2 that mean null or a boolean. */
const RESERVED = /^(?:null|true|false|yes|no|on|off|y|n)$/i;
/** Whatever some YAML reads as a number or a time: decimal, octal, binary, hexadecimal, sexagesimal, dates, infinity. */
const NUMBER =
  /^[-+]?(?:[0-9.][0-9_,.:eE+\-tTzZ ]*|[eE][-+]?[0-9]+|0[xX][0-9a-fA-F_]*|0[bB][01_]*|0[oO][0-7_]*|\.(?:inf|nan))$/i;

/** JSON's quoting is YAML's, but for characters that YAML does not take as they are. */
const quoted = (value: string): string =>
  JSON.stringify(value).replace(
    UNPRINTABLE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

const UNPRINTABLE = /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g;
