import { promtoolTest } from '../../../tests/support/promtool.ts';
import { hubAlerts, workspaceAlerts } from './alerts.ts';

const alerts = hubAlerts({ job: 'jupyterhub', namespace: 'hub' });
const base = 'namespace="hub",job="jupyterhub"';
const spawns = (status: string, values: string) => ({
  series: `jupyterhub_server_spawn_duration_seconds_count{${base},status="${status}"}`,
  values,
});

promtoolTest('NotebookHubDown', alerts, [
  {
    title: 'fires when the hub does not answer, and when it is gone',
    series: [{ series: `up{${base}}`, values: '1+0x5 0+0x5 stale' }],
    at: '15m',
    fires: [{ labels: { severity: 'critical' }, summary: 'The hub of the notebooks in hub does not answer.' }],
  },
  {
    title: 'is silent while it is replaced by a new one',
    series: [{ series: `up{${base}}`, values: '1+0x5 0+0x2 1+0x10' }],
    at: '10m',
    fires: [],
  },
]);

promtoolTest('NotebookSpawnsFailing', alerts, [
  {
    title: 'fires when one of three fails',
    series: [spawns('success', '0+2x60'), spawns('failure', '0+1x60')],
    at: '50m',
    fires: [
      {
        labels: { severity: 'warning' },
        summary: '33.33% of the notebooks that were started in the last half hour failed.',
      },
    ],
  },
  {
    title: 'is silent when one person failed twice, alone at night',
    series: [spawns('success', '0+0x60'), spawns('failure', '0+0x30 1 2+0x28')],
    at: '50m',
    fires: [],
  },
]);

promtoolTest('NotebookSpawnsSlow', alerts, [
  {
    title: 'fires when all take between five and ten minutes',
    series: [
      {
        series: `jupyterhub_server_spawn_duration_seconds_bucket{${base},status="success",le="300"}`,
        values: '0+0x120',
      },
      {
        series: `jupyterhub_server_spawn_duration_seconds_bucket{${base},status="success",le="600"}`,
        values: '0+1x120',
      },
      {
        series: `jupyterhub_server_spawn_duration_seconds_bucket{${base},status="success",le="+Inf"}`,
        values: '0+1x120',
      },
    ],
    at: '110m',
    fires: [{ labels: { severity: 'info' }, summary: 'One of ten notebooks takes 9m 30s or longer to start.' }],
  },
]);

promtoolTest('NotebookKeeperStuck', alerts, [
  {
    title: 'fires when the last round is long ago',
    series: [{ series: `notebook_keeper_last_round_timestamp_seconds{${base}}`, values: '0+0x60' }],
    at: '30m',
    fires: [
      {
        labels: { severity: 'warning' },
        summary: 'Nothing stops notebooks that nobody uses: the keeper was last seen at work 30m 0s ago.',
      },
    ],
  },
  {
    title: 'is silent while there is a round each minute',
    series: [{ series: `notebook_keeper_last_round_timestamp_seconds{${base}}`, values: '0+60x60' }],
    at: '30m',
    fires: [],
  },
]);

promtoolTest('NotebookKeeperFailing', alerts, [
  {
    title: 'fires when a server could not be stopped',
    series: [{ series: `notebook_keeper_failed_total{${base}}`, values: '0+0x10 1+0x50' }],
    at: '30m',
    fires: [
      {
        labels: { severity: 'warning', namespace: 'hub', job: 'jupyterhub' },
        summary: 'The keeper could not stop 1 notebooks in the last hour.',
      },
    ],
  },
]);

const team = workspaceAlerts({ namespace: 'team-vision' });
const volume = (name: string, values: string, claim = 'home-alice') => ({
  series: `kubelet_volume_stats_${name}_bytes{namespace="team-vision",persistentvolumeclaim="${claim}"}`,
  values,
});

promtoolTest('NotebookHomeNearlyFull', team, [
  {
    title: 'fires for the home that is, and not for what is no home',
    series: [
      volume('used', '95+0x30'),
      volume('capacity', '100+0x30'),
      volume('used', '95+0x30', 'shared'),
      volume('capacity', '100+0x30', 'shared'),
    ],
    at: '20m',
    fires: [
      {
        labels: { severity: 'warning', namespace: 'team-vision', persistentvolumeclaim: 'home-alice' },
        summary: 'The home home-alice in team-vision is 95% full.',
      },
    ],
  },
]);

const quota = (type: string, values: string, resource = 'requests.nvidia.com/gpu') => ({
  series: `kube_resourcequota{namespace="team-vision",resourcequota="team-vision",resource="${resource}",type="${type}"}`,
  values,
});

promtoolTest('TeamQuotaNearlyUsed', team, [
  {
    title: 'fires for what is used up, and not for what is not given at all',
    series: [
      quota('used', '16+0x60'),
      quota('hard', '16+0x60'),
      quota('used', '0+0x60', 'x'),
      quota('hard', '0+0x60', 'x'),
    ],
    at: '40m',
    fires: [
      {
        labels: {
          severity: 'info',
          namespace: 'team-vision',
          resourcequota: 'team-vision',
          resource: 'requests.nvidia.com/gpu',
        },
        summary: '100% of the quota of team-vision for requests.nvidia.com/gpu is in use.',
      },
    ],
  },
]);
