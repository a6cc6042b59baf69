import { append, compareText } from '../collections.ts';
import type { OptOut } from '../graph/component.ts';
import type { Entry } from '../platform/manifest-set.ts';
import type { Cluster, Rule, Violation } from './rule.ts';

/** An opt-out and the component that declares it. */
export interface ComponentOptOut extends OptOut {
  readonly component: string;
}

export interface CheckResult {
  /** What is wrong and not excused, in a stable order. */
  readonly violations: readonly Violation[];
  /** Opt-outs that excused something. */
  readonly usedOptOuts: readonly ComponentOptOut[];
}

/** The name under which mistakes in opt-outs themselves are reported. */
const OPT_OUTS = 'opt-outs-are-needed';

/** Looks at an environment by every rule. An opt-out that excuses nothing, or says no reason, is a mistake itself. */
export function check(cluster: Cluster, rules: readonly Rule[], optOuts: readonly ComponentOptOut[] = []): CheckResult {
  const excuses = new Map<string, ComponentOptOut[]>();
  for (const optOut of optOuts) append(excuses, `${optOut.component}/${optOut.rule}`, optOut);
  const used = new Set<ComponentOptOut>();
  const violations: Violation[] = [];
  for (const rule of rules) {
    const seen = new Map<Entry, Set<string>>();
    rule.check(cluster, (reported, message, fix) => {
      const entry = cluster.origin(reported) ?? reported;
      const excuse = excuses.get(`${entry.component}/${rule.name}`)?.find((optOut) => isAbout(optOut, entry));
      if (excuse) {
        used.add(excuse);
        return;
      }
      // Replicas of one workload say the same thing over and over.
      const said = seen.get(entry) ?? new Set();
      if (said.has(message)) return;
      seen.set(entry, said.add(message));
      violations.push({
        rule: rule.name,
        component: entry.component,
        entry,
        message,
        fix,
        ...(rule.ofSettings && { ofSettings: true }),
      });
    });
  }
  const known = new Set(rules.map(({ name }) => name));
  violations.push(...optOuts.flatMap((optOut) => mistake(optOut, known, used.has(optOut)) ?? []));
  return { violations: violations.sort(byObject), usedOptOuts: optOuts.filter((optOut) => used.has(optOut)) };
}

const isAbout = ({ object }: OptOut, { manifest }: Entry): boolean =>
  object === undefined || object === `${manifest.kind}/${manifest.metadata.name}`;

function mistake(optOut: ComponentOptOut, rules: ReadonlySet<string>, used: boolean): Violation | undefined {
  const { component, rule, object, reason } = optOut;
  const whose = `the opt-out of ${component} from "${rule}"${object === undefined ? '' : ` for ${object}`}`;
  const about = { rule: OPT_OUTS, component };
  if (!rules.has(rule)) {
    return { ...about, message: `${whose} names no rule`, fix: `name one of ${[...rules].join(', ')}` };
  }
  if (reason.trim() === '') {
    return {
      ...about,
      message: `${whose} gives no reason`,
      fix: 'write down why the component cannot follow the rule',
    };
  }
  if (used) return undefined;
  return {
    ...about,
    message: `${whose} excuses nothing`,
    fix: 'remove it, or name the object it is about as Kind/name',
  };
}

/** `Kind namespace/name`. */
export const objectName = ({ manifest: { kind, metadata } }: Entry): string =>
  `${kind} ${metadata.namespace === undefined ? '' : `${metadata.namespace}/`}${metadata.name}`;

const byObject = (a: Violation, b: Violation): number =>
  compareText(a.component, b.component) ||
  compareText(a.entry ? objectName(a.entry) : '', b.entry ? objectName(b.entry) : '') ||
  compareText(a.rule, b.rule) ||
  compareText(a.message, b.message);
