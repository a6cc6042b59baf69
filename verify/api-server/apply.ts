import { POD_SECURITY_REASON } from '../../lib/derive/namespaces.ts';
import { fields } from '../../lib/kubernetes/read.ts';
import { type Answer, accepted, type Body, type Client, json, messageOf } from './client.ts';
import { inLayers, type KubernetesObject, nameOf, type Written } from './manifests.ts';
import { type Resources, UnknownPlace } from './resources.ts';
import { expected } from './warnings.ts';

/** Something that must not be, in words that a reader can act on. */
export interface Finding {
  readonly file: string;
  readonly object: string;
  readonly message: string;
}

export interface Applied {
  /** What the API server holds of each manifest that it took. */
  readonly stored: ReadonlyMap<Written, KubernetesObject>;
  readonly findings: readonly Finding[];
  /** Objects that a layer put where the namespace comes with a later layer: Argo CD tries them again, and so do we. */
  readonly early: readonly Written[];
  /** Reasons of warnings that are expected, once for each warning. */
  readonly expected: readonly string[];
}

interface Judged {
  readonly unexpected: readonly string[];
  readonly reasons: readonly string[];
}

/** Kinds that others must see before they come. Argo CD sorts alike inside an Application. */
const FIRST = [['Namespace'], ['ResourceQuota', 'LimitRange', 'PriorityClass', 'ServiceAccount']];

/** Applies manifests as Argo CD does, layer by layer, and does for namespaces and quotas what their controllers do. */
export class Applier {
  constructor(
    readonly client: Client,
    readonly resources: Resources,
  ) {}

  async apply(manifests: readonly Written[]): Promise<Applied> {
    const stored = new Map<Written, KubernetesObject>();
    const findings: Finding[] = [];
    const early: Written[] = [];
    const reasonsOfExpected: string[] = [];
    this.#exceptions.clear();
    const take = async (manifest: Written, last: boolean): Promise<void> => {
      const answer = await this.send(manifest);
      if (!last && awaitsNamespace(answer)) {
        early.push(manifest);
        return;
      }
      const { unexpected, reasons } = this.judgeWarnings(manifest.object, answer);
      findings.push(...refusals(manifest, answer), ...unexpected.map((text) => finding(manifest, `warning: ${text}`)));
      reasonsOfExpected.push(...reasons);
      if (!accepted(answer)) return;
      await this.#control(answer.body as KubernetesObject);
      stored.set(manifest, answer.body as KubernetesObject);
    };
    for (const [, layer] of inLayers(manifests)) {
      for (const wave of waves(layer)) await Promise.all(wave.map((manifest) => take(manifest, false)));
    }
    for (const wave of waves(early)) await Promise.all(wave.map((manifest) => take(manifest, true)));
    return { stored, findings, early, expected: reasonsOfExpected };
  }

  /** Server-side apply, refusing what it does not know. */
  async send(manifest: Written): Promise<Answer> {
    return this.#patch(manifest.object, { type: APPLY, text: manifest.text });
  }

  /** Warnings that nobody expects, and the reasons of the others. */
  judgeWarnings({ metadata }: KubernetesObject, { warnings }: Answer): Judged {
    const excepted = this.#exceptions.has(metadata.namespace ?? '');
    return {
      unexpected: warnings.filter((text) => expected(text, excepted) === undefined),
      reasons: warnings.flatMap((text) => expected(text, excepted) ?? []),
    };
  }

  async read(object: KubernetesObject): Promise<KubernetesObject> {
    return (await this.client.expect('GET', this.path(object))) as KubernetesObject;
  }

  /** Creates nothing, and answers what creating would be answered. */
  async tryToCreate({ apiVersion, kind, metadata }: KubernetesObject, body: unknown): Promise<Answer> {
    const path = this.resources.collection(apiVersion, kind, metadata.namespace);
    return this.client.send('POST', `${path}?dryRun=All&fieldValidation=Strict`, json(body));
  }

  async createNamespace(name: string, labels: Readonly<Record<string, string>> = {}): Promise<void> {
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
    await this.#expectPatch(namespace);
    await this.#control(namespace);
  }

  path({ apiVersion, kind, metadata }: KubernetesObject): string {
    return `${this.resources.collection(apiVersion, kind, metadata.namespace)}/${metadata.name}`;
  }

  /** Namespaces that say why they are less than `restricted`: what else warns of it is expected. */
  readonly #exceptions = new Set<string>();

  /** What a controller would do about an object, as far as admission depends on it. */
  async #control(object: KubernetesObject): Promise<void> {
    const { name, annotations } = object.metadata;
    if (object.kind === 'Namespace') {
      if (fields(annotations)[POD_SECURITY_REASON] !== undefined) this.#exceptions.add(name);
      await this.#expectPatch({
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { name: 'default', namespace: name },
      });
    } else if (object.kind === 'ResourceQuota') {
      const hard = fields(fields(object.spec).hard);
      const used = Object.fromEntries(Object.keys(hard).map((resource) => [resource, '0']));
      await this.client.expect('PUT', `${this.path(object)}/status`, json({ ...object, status: { hard, used } }));
    }
  }

  async #expectPatch(object: KubernetesObject): Promise<void> {
    const answer = await this.#patch(object, { type: APPLY, text: JSON.stringify(object) }, 'verify-controllers');
    if (!accepted(answer)) throw new Error(`${nameOf(object)}: ${messageOf(answer)}`);
  }

  async #patch(object: KubernetesObject, body: Body, manager = 'argocd-controller'): Promise<Answer> {
    try {
      return await this.client.send(
        'PATCH',
        `${this.path(object)}?fieldManager=${manager}&fieldValidation=Strict`,
        body,
      );
    } catch (error) {
      if (!(error instanceof UnknownPlace)) throw error;
      return { status: 404, body: { message: error.message }, warnings: [] };
    }
  }
}

const APPLY = 'application/apply-patch+yaml';

function waves(manifests: readonly Written[]): Written[][] {
  const rank = ({ object: { kind } }: Written) => {
    const wave = FIRST.findIndex((kinds) => kinds.includes(kind));
    return wave < 0 ? FIRST.length : wave;
  };
  return [...FIRST, []].map((_, wave) => manifests.filter((manifest) => rank(manifest) === wave));
}

const awaitsNamespace = (answer: Answer): boolean =>
  answer.status === 404 && /namespaces "[^"]+" not found/.test(messageOf(answer));

export const finding = ({ file, object }: Written, message: string): Finding => ({
  file,
  object: nameOf(object),
  message,
});

const refusals = (manifest: Written, answer: Answer): Finding[] =>
  accepted(answer) ? [] : [finding(manifest, `refused: ${messageOf(answer)}`)];
