import { ServiceGraph } from '../graph/service-graph.ts';
import { external, needs, node, offers } from '../graph/testing.ts';
import { type CatalogueInput, catalogue } from './catalogue.ts';

const input = (graph: ServiceGraph): CatalogueInput => ({
  environment: 'prod',
  graph,
  flows: [],
  operators: [],
  operatorsProvidedBy: undefined,
  placements: [],
  secretSource: undefined,
  images: new Map([['ghcr.io/mlflow/mlflow:v3', new Set(['mlflow'])]]),
  chart: () => 'registry.example.com/charts/a 1.0.0',
});

const graph = new ServiceGraph(
  [
    node('mlflow', {
      version: '3.15.1',
      needs: { store: needs('sql', { why: 'runs | params' }) },
      offers: { http: offers('web') },
    }),
    node('team-a', { layer: 'teams', needs: { tracking: needs('web') } }),
    node('team-b', { layer: 'teams', needs: { tracking: needs('web') } }),
    node('dcgm', {
      podSecurity: { level: 'privileged', reason: 'reads counters' },
      alerts: [
        {
          name: 'GpuLost',
          expr: 'x',
          for: '5m',
          severity: 'critical',
          summary: 'A GPU is lost.',
          description: 'Look.',
        },
      ],
      optOuts: [{ rule: 'containers-have-probes', object: 'Deployment/dcgm', reason: 'has none' }],
    }),
  ],
  [external('sql')],
);

test('every component, connection and exception is in it, with its reason', () => {
  const text = catalogue(input(graph));
  expect(text).toContain('| mlflow | platform | platform | 3.15.1 | What mlflow is. |');
  expect(text).toContain('| mlflow | external.sql | sql | 80 | runs \\| params |');
  expect(text).toContain('| dcgm | containers-have-probes | Deployment/dcgm | has none |');
  expect(text).toContain('| dcgm | GpuLost | critical | 5m | A GPU is lost. |');
  expect(text).toContain('| dcgm | Pod Security privileged | platform | reads counters |');
  expect(text).toContain('| ghcr.io/mlflow/mlflow:v3 | mlflow |');
});

test('the picture draws teams once, however many they are', () => {
  const [, picture] = catalogue(input(graph)).split('```');
  expect(picture).toMatchInlineSnapshot(`
    "mermaid
    flowchart LR
      n_dcgm[dcgm]
      n_mlflow[mlflow]
      teams[/2 teams/]
      n_external_sql([sql, managed])
      n_mlflow -->|sql| n_external_sql
      n_teams -->|web| n_mlflow
    "
  `);
});

test('what is empty is left out', () => {
  expect(catalogue(input(graph))).not.toContain('## Credentials');
});
