import { fields } from '../kubernetes/read.ts';
import { rule } from './rule.ts';

/** Source: Kubernetes, validation of ConfigMap and Secret (MaxSecretSize) and of annotations (TotalAnnotationSizeLimitB). */
const DATA = 1024 * 1024;
const ANNOTATIONS = 256 * 1024;

function bytesOf(map: unknown): number {
  let bytes = 0;
  for (const [key, value] of Object.entries(fields(map))) {
    bytes += Buffer.byteLength(key) + (typeof value === 'string' ? Buffer.byteLength(value) : 0);
  }
  return bytes;
}

export const objectsAreSmallEnough = rule({
  name: 'objects-are-small-enough',
  why: 'The API server refuses larger objects.',
  check({ written }, report) {
    for (const entry of written) {
      const annotations = bytesOf(entry.manifest.metadata.annotations);
      if (annotations > ANNOTATIONS) {
        report(entry, `has ${annotations} bytes of annotations; at most ${ANNOTATIONS} are stored`, 'shorten them');
      }
    }
    for (const entry of written.ofKind('/ConfigMap')) {
      const data = bytesOf(entry.manifest.data) + bytesOf(entry.manifest.binaryData);
      if (data > DATA) {
        report(entry, `has ${data} bytes of data; at most ${DATA} are stored`, 'split it into several ConfigMaps');
      }
    }
  },
});
