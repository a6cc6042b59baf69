/**
 * Kubernetes quantities. Source: k8s.io/apimachinery, pkg/api/resource: a decimal number and a suffix, answered by the
 * API server in one canonical form: no fraction, the greatest suffix that leaves none.
 */
const DECIMAL = ['m', '', 'k', 'M', 'G', 'T', 'P', 'E'];
const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

const QUANTITY = /^([0-9]+)(?:\.([0-9]+))?([A-Za-z]*)$/;

/** Value of a quantity in its base unit: cores, bytes, pieces. `500m` is 0.5, `1Ki` is 1024. */
export function parseQuantity(quantity: string): number {
  const { thousandths } = read(quantity);
  return Number(thousandths) / 1000;
}

/**
 * The form in which the API server answers: `0.5` is `500m`, `1.5Gi` is `1536Mi`, `2000m` is `2`. Three decimals with
 * a decimal suffix it leaves alone: `8.001G`.
 */
export function canonicalQuantity(quantity: string | number): string {
  const { thousandths, binary } = read(String(quantity));
  if (/^[1-9][0-9]*\.[0-9]{3}[A-Za-z]?$/.test(String(quantity)) && !/\.000/.test(String(quantity)))
    return String(quantity);
  if (thousandths === 0n) return '0';
  if (binary && thousandths % 1000n === 0n) return shortest(thousandths / 1000n, 1024n, BINARY);
  return shortest(thousandths, 1000n, DECIMAL);
}

function shortest(value: bigint, base: bigint, suffixes: readonly string[]): string {
  let index = 0;
  let left = value;
  while (index < suffixes.length - 1 && left % base === 0n) {
    left /= base;
    index++;
  }
  return `${left}${suffixes[index] ?? ''}`;
}

/** Exact in thousandths of the base unit; what is finer is rounded up. */
function read(quantity: string): { readonly thousandths: bigint; readonly binary: boolean } {
  const [, whole, fraction = '', suffix = ''] = QUANTITY.exec(quantity) ?? [];
  const binary = BINARY.indexOf(suffix);
  const decimal = DECIMAL.indexOf(suffix);
  if (whole === undefined || (binary < 0 && decimal < 0)) {
    throw new Error(`${JSON.stringify(quantity)} is not a quantity; write it like 500m, 2 or 16Gi`);
  }
  const factor = decimal >= 0 ? 1000n ** BigInt(decimal) : 1000n * 1024n ** BigInt(binary);
  const scale = 10n ** BigInt(fraction.length);
  const numerator = BigInt(whole + fraction) * factor;
  return { thousandths: (numerator + scale - 1n) / scale, binary: decimal < 0 };
}
