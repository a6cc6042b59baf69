import { ApiObject, App, Chart } from 'cdk8s';
import type { AnyComponent } from '../components/component.ts';
import { ownedFields } from '../constructs/owned.ts';
import type { ServiceGraph } from '../graph/service-graph.ts';
import type { Entry, Manifest } from './manifest-set.ts';
import { wire } from './wire.ts';

/**
 * The objects that a component makes itself. Each component has an App of its own, and its objects are read in one
 * walk: cdk8s's own synth resolves and validates the whole App for every chart, which is quadratic.
 */
export function buildComponent(component: AnyComponent, graph: ServiceGraph<AnyComponent>): Entry[] {
  const { name, layer, namespace } = component;
  // The output directory is named so that cdk8s does not look for one in the process environment.
  const chart = new Chart(new App({ outdir: 'dist' }), name, { namespace, disableResourceNameHashes: true });
  component.build(chart, wire(component, graph));
  return chart.node
    .findAll()
    .filter((node): node is ApiObject => ApiObject.isApiObject(node))
    .map((object) => ({
      manifest: manifestOf(object),
      component: name,
      layer,
      source: object.node.path,
      owned: ownedFields(object),
    }));
}

/** cdk8s types a manifest as any; this is the one place where that becomes our type. */
const manifestOf = (object: ApiObject): Manifest => object.toJson();
