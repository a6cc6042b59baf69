import type { EnvironmentContext } from '../../config/context.ts';
import { durationSeconds } from '../../config/scalars.ts';
import { VolumeSnapshots } from '../../constructs/tenancy/index.ts';
import type { Origin } from '../../graph/component.ts';
import type { AnyComponent } from '../component.ts';
import { defineComponent } from '../component.ts';
import type { TeamSettings } from './settings.ts';
import { billing } from './tenancy.ts';
import { snapshotSchedule, snapshotVolumes } from './volumes.ts';

/**
 * Snapshots of a team's volumes, where the cluster can make some. Their pods run in a namespace of the platform: there
 * they take nothing of the team's quota, and nobody in the team can be them and remove what they made.
 */
export function snapshotComponents(
  settings: TeamSettings,
  environment: EnvironmentContext,
  origin: Origin,
): readonly AnyComponent[] {
  const schedule = snapshotSchedule(settings);
  const [first, ...others] = snapshotVolumes(settings, environment);
  if (schedule === undefined || first === undefined) return [];
  const name = `${settings.name}-snapshots`;
  const namespace = environment.namespace('snapshots');
  return [
    defineComponent({
      name,
      layer: 'teams',
      namespace,
      summary: `Snapshots of team ${settings.displayName}: ${[first, ...others].map(({ what }) => what).join(' and ')}.`,
      origin,
      needs: {},
      offers: {},
      credentials: {},
      ambient: { apiServer: 'snapshots are objects of the cluster' },
      build(chart) {
        new VolumeSnapshots(chart, 'snapshots', {
          name,
          image: environment.image('python'),
          of: environment.namespace(`team-${settings.name}`),
          namespace,
          volumes: [first, ...others],
          schedule: schedule.schedule,
          keepSeconds: durationSeconds(schedule.keep),
          labels: billing(settings),
        });
      },
    }),
  ];
}
