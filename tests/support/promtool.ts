import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Alert } from '../../lib/graph/alert.ts';

const { locate, fromDistribution } = require('../../tools/promtool-bin/locate.cjs');

export interface PromtoolCase {
  readonly title: string;
  /** A value a minute, as promtool writes them: `1+0x30`, 31 times 1. */
  readonly series: readonly { readonly series: string; readonly values: string }[];
  readonly at: string;
  readonly fires: readonly { readonly labels: Readonly<Record<string, string>>; readonly summary: string }[];
}

/**
 * Where promtool is, when it takes no minutes to get. Without one the tests are left out, but not where CI is set:
 * then they fail with what was tried.
 */
export function promtool(): string | undefined {
  try {
    return locate({ sources: [fromDistribution] });
  } catch (error) {
    if (process.env.CI) throw error;
    console.warn(
      `tests of alerts are left out: ${Object(error).message}\n"npx promtool --version" gets it, in minutes`,
    );
    return undefined;
  }
}

/** Tests one of the alerts with promtool: series over time, and what fires at a moment. */
export function promtoolTest(name: string, alerts: readonly Alert[], cases: readonly PromtoolCase[]): void {
  const alert = alerts.find((one) => one.name === name);
  if (!alert) throw new Error(`there is no alert ${name}`);
  const program = promtool();
  const tested = program === undefined ? test.skip : test;
  describe(`${name} |`, () => {
    tested.each(cases.map((one) => [one.title, one] as const))('%s', (_, one) => {
      const folder = mkdtempSync(join(tmpdir(), 'alerts-'));
      try {
        writeFileSync(join(folder, 'rules.yaml'), stringify(rules(alert)));
        writeFileSync(join(folder, 'test.yaml'), stringify(testOf(alert, one)));
        execFileSync(program ?? '', ['test', 'rules', 'test.yaml'], { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
      } catch (error) {
        throw new Error(Object(error).stderr || String(error));
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  });
}

const rules = ({ name, expr, for: duration, severity, summary }: Alert) => ({
  groups: [
    {
      name: 'alerts',
      rules: [{ alert: name, expr, for: duration, labels: { severity }, annotations: { summary } }],
    },
  ],
});

const testOf = (alert: Alert, { series, at, fires }: PromtoolCase) => ({
  rule_files: ['rules.yaml'],
  evaluation_interval: '1m',
  tests: [
    {
      interval: '1m',
      input_series: series.map(({ series: name, values }) => ({ series: name, values })),
      alert_rule_test: [
        {
          eval_time: at,
          alertname: alert.name,
          exp_alerts: fires.map(({ labels, summary }) => ({ exp_labels: labels, exp_annotations: { summary } })),
        },
      ],
    },
  ],
});
