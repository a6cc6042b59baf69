import { promtoolTest } from '../../../tests/support/promtool.ts';
import { dexAlerts } from './alerts.ts';

const alerts = dexAlerts({ job: 'dex', namespace: 'dex', replicas: 2 });
const of = (pod: string) => `namespace="dex",job="dex",endpoint="telemetry",pod="${pod}"`;
const up = (pod: string, values: string) => ({ series: `up{${of(pod)}}`, values });
const requests = (handler: string, code: string, values: string, pod = 'a') => ({
  series: `http_requests_total{${of(pod)},handler="${handler}",code="${code}",method="post"}`,
  values,
});
const LOGIN = '/auth/{connector}/login';

promtoolTest('DexDown', alerts, [
  {
    title: 'fires when no replica has answered for five minutes',
    series: [up('a', '1+0x5 0+0x20'), up('b', '1+0x5 stale')],
    at: '12m',
    fires: [{ labels: { severity: 'critical' }, summary: 'Nobody can sign in: Dex does not answer.' }],
  },
  {
    title: 'fires when there are no pods',
    series: [],
    at: '6m',
    fires: [{ labels: { severity: 'critical' }, summary: 'Nobody can sign in: Dex does not answer.' }],
  },
  { title: 'is silent with one replica', series: [up('a', '1+0x30'), up('b', '0+0x30')], at: '20m', fires: [] },
]);

promtoolTest('DexReplicaMissing', alerts, [
  {
    title: 'fires when a replica is gone for a quarter of an hour',
    series: [up('a', '1+0x30'), up('b', '1+0x5 stale')],
    at: '22m',
    fires: [{ labels: { severity: 'warning' }, summary: 'Dex has 1 of 2 replicas.' }],
  },
  {
    title: 'is silent during a rollout',
    series: [up('a', '1+0x30'), up('b', '1+0x30'), up('c', '0+0x5')],
    at: '6m',
    fires: [],
  },
]);

promtoolTest('DexSignInErrors', alerts, [
  {
    title: 'fires when providers fail, on whatever replica',
    series: [requests('/callback', '500', '0+1x30', 'a'), requests('/callback', '500', '0+1x30', 'b')],
    at: '25m',
    fires: [
      {
        labels: { severity: 'warning', handler: '/callback' },
        summary: 'Dex failed 30 times in 15 minutes at /callback.',
      },
    ],
  },
  {
    title: 'is silent when a few fail, and when people are refused',
    series: [
      requests('/callback', '500', '0 1 2+0x30'),
      requests(LOGIN, '401', '0+5x30'),
      requests('/auth', '400', '0+5x30'),
    ],
    at: '25m',
    fires: [],
  },
]);

promtoolTest('DexPasswordsRefused', alerts, [
  {
    title: 'fires when somebody tries passwords',
    series: [requests(LOGIN, '401', '0+10x30')],
    at: '25m',
    fires: [{ labels: { severity: 'warning', handler: LOGIN }, summary: 'Dex refused 150 passwords in 15 minutes.' }],
  },
  { title: 'is silent while people mistype', series: [requests(LOGIN, '401', '0+2x30')], at: '25m', fires: [] },
]);
