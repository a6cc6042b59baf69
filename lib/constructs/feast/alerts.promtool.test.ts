import { promtoolTest } from '../../../tests/support/promtool.ts';
import { feastAlerts } from './alerts.ts';

const base = 'namespace="team-vision",job="vision-features"';
const alerts = feastAlerts({
  job: 'vision-features',
  namespace: 'team-vision',
  project: 'vision',
  materializations: ['hourly'],
});
const up = (pod: string, values: string) => ({ series: `up{${base},endpoint="metrics",pod="${pod}"}`, values });
const down = { labels: { severity: 'critical' }, summary: 'No feature server of team-vision/vision-features answers.' };

promtoolTest('FeastServerDown', alerts, [
  {
    title: 'fires two minutes after the last one went',
    series: [up('a', '1+0x10 0+0x20'), up('b', '0+0x30')],
    at: '13m',
    fires: [down],
  },
  { title: 'fires when there is none at all', series: [], at: '3m', fires: [down] },
  { title: 'is silent while one of two answers', series: [up('a', '1+0x30'), up('b', '0+0x30')], at: '20m', fires: [] },
  { title: 'is silent about a minute', series: [up('a', '1+0x10 0 1+0x20')], at: '13m', fires: [] },
]);

const online = `${base},endpoint="metrics",pod="a",exported_endpoint="/get-online-features"`;
/** Requests a minute that ended below each bound, of 100. */
const latency = (below10: number, endpoint = online) => [
  { series: `feast_feature_server_request_latency_seconds_bucket{${endpoint},le="0.01"}`, values: `0+${below10}x30` },
  { series: `feast_feature_server_request_latency_seconds_bucket{${endpoint},le="0.025"}`, values: '0+100x30' },
  { series: `feast_feature_server_request_latency_seconds_bucket{${endpoint},le="+Inf"}`, values: '0+100x30' },
];
promtoolTest('FeastHighFeatureLatency', alerts, [
  {
    title: 'fires when more than 5 of 100 take over 10 ms for five minutes',
    series: latency(80),
    at: '8m',
    fires: [
      {
        labels: { severity: 'warning' },
        summary: '5 of 100 requests for features of team-vision/vision-features take over 21 ms.',
      },
    ],
  },
  { title: 'is silent when 95 of 100 are within', series: latency(95), at: '20m', fires: [] },
  { title: 'is silent for the first minutes', series: latency(50), at: '5m', fires: [] },
  {
    title: 'is silent about pushes',
    series: latency(0, online.replace('/get-online-features', '/push')),
    at: '20m',
    fires: [],
  },
]);

const requests = (status: string, values: string) => ({
  series: `feast_feature_server_request_total{${online},status="${status}"}`,
  values,
});
promtoolTest('FeastFeatureRequestsFailing', alerts, [
  {
    title: 'fires when more than 1 of 100 fails for five minutes',
    series: [requests('success', '0+90x30'), requests('error', '0+10x30')],
    at: '8m',
    fires: [
      {
        labels: { severity: 'critical' },
        summary: '10.0 % of the requests for features of team-vision/vision-features fail.',
      },
    ],
  },
  {
    title: 'is silent at 1 of 100',
    series: [requests('success', '0+99x30'), requests('error', '0+1x30')],
    at: '20m',
    fires: [],
  },
  { title: 'is silent without requests', series: [], at: '20m', fires: [] },
]);

const freshness = (values: string, project = 'vision') => ({
  series: `feast_feature_freshness_seconds{${base},endpoint="metrics",pod="a",feature_view="account_hourly",project="${project}"}`,
  values,
});
promtoolTest('FeastFeaturesStale', alerts, [
  {
    title: 'fires when nothing came for more than two hours',
    series: [freshness('7140+60x30')],
    at: '8m',
    fires: [
      {
        labels: { severity: 'warning', feature_view: 'account_hourly' },
        summary: 'account_hourly of team-vision/vision-features was last materialized 2h 7m 0s ago.',
      },
    ],
  },
  { title: 'is silent below', series: [freshness('0+60x100')], at: '100m', fires: [] },
  { title: 'is silent about other projects', series: [freshness('9000+60x30', 'other')], at: '20m', fires: [] },
]);

const cronJob = 'vision-features-materialize-hourly';
const job = (run: number, start: number, failed: number) => [
  {
    series: `kube_job_status_start_time{namespace="team-vision",job_name="${cronJob}-${run}"}`,
    values: `${start}+0x60`,
  },
  {
    series: `kube_job_status_failed{namespace="team-vision",job_name="${cronJob}-${run}",reason="Evicted"}`,
    values: '0+0x60',
  },
  {
    series: `kube_job_status_failed{namespace="team-vision",job_name="${cronJob}-${run}",reason="DeadlineExceeded"}`,
    values: `${failed}+0x60`,
  },
];
const succeeded = (values: string) => ({
  series: `kube_cronjob_status_last_successful_time{namespace="team-vision",cronjob="${cronJob}"}`,
  values,
});
const failing = { labels: { severity: 'warning', cronjob: cronJob }, summary: `${cronJob} in team-vision fails.` };
promtoolTest('FeastMaterializationFailing', alerts, [
  {
    title: 'fires when a run failed after the last success',
    series: [...job(1, 100, 1), succeeded('50+0x60')],
    at: '6m',
    fires: [failing],
  },
  { title: 'fires when none ever succeeded', series: job(1, 100, 1), at: '6m', fires: [failing] },
  {
    title: 'is silent after a later success, though the failed Job is kept',
    series: [...job(1, 100, 1), ...job(2, 200, 0), succeeded('250+0x60')],
    at: '20m',
    fires: [],
  },
  { title: 'is silent when runs end well', series: [...job(1, 100, 0), succeeded('150+0x60')], at: '20m', fires: [] },
]);
