import type { NodePool } from './node-pool.ts';
import { type PodAsk, place } from './place.ts';

const pool = (name: string, more: Partial<NodePool> = {}): NodePool => ({
  name,
  instanceType: `type-${name}`,
  cpu: '8',
  memory: '32Gi',
  max: 4,
  spot: false,
  labels: {},
  taints: [],
  ...more,
});
const kept = [{ key: 'nvidia.com/gpu', effect: 'NoSchedule' }] as const;
const a10g = { model: 'a10g', count: 1 };
const general = pool('general');
const gpu = pool('gpu', { gpu: a10g, labels: { pool: 'gpu' }, taints: kept });
const spot = pool('spot', {
  gpu: { model: 'a10g', count: 4 },
  spot: true,
  labels: { pool: 'spot' },
  taints: [...kept, { key: 'spot', value: 'yes', effect: 'NoSchedule' }],
});
const pools = [general, gpu, spot];

const ask = (more: Partial<PodAsk> = {}): PodAsk => ({ cpu: '2', memory: '8Gi', spot: false, ...more });
const gpuAsk = (more = {}) => ({ ...a10g, shared: false, ...more });
const terms = (result: ReturnType<typeof place>) =>
  'placement' in result
    ? result.placement.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms.map(
        ({ matchExpressions = [] }) => matchExpressions.map(({ key, values }) => `${key}=${values}`).join(),
      )
    : result.message;

describe('a pod without a GPU', () => {
  test('goes where all pods go, and needs to be told nothing', () => {
    expect(place(ask(), pools)).toEqual({ placement: {}, pools: ['general'], capacity: 16 });
  });

  test('needs to be told nothing of nodes that are only too small for it', () => {
    expect(place(ask(), [general, pool('small', { memory: '4Gi' })])).toEqual({
      placement: {},
      pools: ['general'],
      capacity: 16,
    });
  });

  test('is kept off spot nodes that anything may run on, unless it allows them', () => {
    const both = [general, pool('cheap', { spot: true })];
    expect(terms(place(ask(), both))).toEqual(['node.kubernetes.io/instance-type=type-general']);
    expect(place(ask({ spot: true }), both)).toEqual({ placement: {}, pools: ['general', 'cheap'], capacity: 32 });
  });

  test('that no node can hold hears what each pool lacks', () => {
    expect(terms(place(ask({ memory: '900Gi' }), pools))).toBe(
      'no node pool can hold a pod of 2 CPU and 900Gi memory: "general" has 32Gi memory a node; "gpu" is kept for pods with a GPU; "spot" is kept for pods with a GPU',
    );
  });
});

describe('a pod with a GPU', () => {
  test('goes to the nodes that have it, past their taints', () => {
    expect(place(ask({ gpu: gpuAsk() }), pools)).toMatchObject({
      placement: { tolerations: [{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }] },
      gpu: { resource: 'nvidia.com/gpu', count: 1 },
      capacity: 4,
    });
    expect(terms(place(ask({ gpu: gpuAsk() }), pools))).toEqual(['pool=gpu']);
  });

  test('that may run on spot goes to either, and fills a node as far as all it takes allows', () => {
    const result = place(ask({ gpu: gpuAsk(), spot: true }), pools);
    expect(terms(result)).toEqual(['pool=gpu', 'pool=spot']);
    expect(result).toMatchObject({ capacity: 4 * 1 + 4 * 4 });
    expect(place(ask({ cpu: '4', gpu: gpuAsk(), spot: true }), pools)).toMatchObject({ capacity: 4 * 1 + 4 * 2 });
  });

  test.each([
    [
      'of a model that there is not',
      gpuAsk({ model: 'a10' }),
      'no node pool of the cluster has a GPU "a10"; there is a10g',
    ],
    [
      'in a number that one node lacks',
      gpuAsk({ count: 2 }),
      'no node pool can hold a pod of 2 CPU, 8Gi memory and 2 a10g: "general" has no GPU; "gpu" has 1 a node; "spot" is spot, which has to be allowed with spot: true',
    ],
    ['in slices that no pool makes', gpuAsk({ mig: '1g.5gb' }), 'no node pool divides its a10g into slices'],
  ])('%s is refused with what there is', (_, gpuOf, message) => {
    expect(terms(place(ask({ gpu: gpuOf }), pools))).toBe(message);
  });

  test('in a cluster without any is refused at once', () => {
    expect(place(ask({ gpu: gpuAsk() }), [general])).toEqual({
      of: 'gpu',
      message: 'no node pool of the cluster has a GPU',
    });
  });
});

describe('GPUs that several pods use', () => {
  const shared = (renamed: boolean) => pool('shared', { gpu: { ...a10g, sharing: { replicas: 4, renamed } } });

  test('are asked for by their own name, which does not tell Ray of GPUs', () => {
    expect(place(ask({ gpu: gpuAsk({ shared: true }) }), [shared(true)])).toMatchObject({
      gpu: { resource: 'nvidia.com/gpu.shared', count: 1, numGpus: 1 },
      capacity: 16,
    });
    expect(place(ask({ gpu: gpuAsk({ shared: true }) }), [shared(false)])).toMatchObject({
      gpu: { resource: 'nvidia.com/gpu', count: 1 },
    });
  });

  test('have one name for a pod: pools that call theirs otherwise are left out', () => {
    const both = [shared(true), { ...shared(false), name: 'other' }];
    expect(place(ask({ gpu: gpuAsk({ shared: true }) }), both)).toMatchObject({ pools: ['shared'], capacity: 16 });
  });

  test('are never given to who did not say that it shares', () => {
    expect(terms(place(ask({ gpu: gpuAsk() }), [shared(false)]))).toContain('shared: true');
  });

  test('are slices under MIG, each a device of its own', () => {
    const mig = pool('mig', { gpu: { model: 'a100', count: 8, mig: { profile: '1g.10gb', perGpu: 7 } } });
    const slice = { model: 'a100', count: 1, shared: false, mig: '1g.10gb' };
    expect(place(ask({ cpu: '100m', memory: '1Gi', gpu: slice }), [mig])).toMatchObject({
      gpu: { resource: 'nvidia.com/mig-1g.10gb', count: 1, numGpus: 1 },
      capacity: 4 * 32,
    });
    expect(terms(place(ask({ gpu: { ...slice, mig: '2g.20gb' } }), [mig]))).toBe(
      'no node pool divides its a100 into slices of 2g.20gb; there is 1g.10gb',
    );
  });
});
