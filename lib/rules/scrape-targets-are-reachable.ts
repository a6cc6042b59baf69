import { objectName } from './check.ts';
import { rule } from './rule.ts';
import { scrapesOf } from './scrapes.ts';

export const scrapeTargetsAreReachable = rule({
  name: 'scrape-targets-are-reachable',
  why: 'A monitor without targets, or behind a policy, looks like a service without problems.',
  check(cluster, report) {
    const { prometheus } = cluster.facts.surroundings;
    const [scraper] = prometheus
      ? cluster.select({
          target: '/Pod',
          within: { namespace: prometheus.namespace },
          selector: { matchLabels: prometheus.labels },
        })
      : [];
    for (const { monitor, field, port, targets } of scrapesOf(cluster)) {
      if (targets.length === 0) {
        report(
          monitor,
          `${field} scrapes port ${JSON.stringify(port)}, which nothing that the monitor selects declares`,
          'name the port as the Service or the container does',
        );
      }
      if (!prometheus || !scraper) {
        report(monitor, 'nothing scrapes it', 'set monitoring in environment.yaml, or leave the monitor out');
        continue;
      }
      if (monitor.manifest.metadata.labels?.release !== prometheus.release) {
        report(
          monitor,
          `lacks the label release: ${prometheus.release}, by which Prometheus picks its monitors`,
          'add the label',
        );
      }
      for (const target of targets) {
        const blocker = cluster.policies.blockedBy(scraper.manifest, target.pod.manifest, target.port, target.protocol);
        if (blocker === undefined) continue;
        const whose = blocker === 'ingress' ? objectName(cluster.origin(target.pod) ?? target.pod) : 'Prometheus';
        report(
          monitor,
          `${field} is not reachable: no ${blocker} policy of the ${whose} allows port ${target.port} from namespace "${prometheus.namespace}"`,
          "declare the port in the component's metrics",
        );
      }
    }
  },
});
