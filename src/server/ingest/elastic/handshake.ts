/** What shippers ask before they send, with the answers that let them go on. */
import type { Document } from '../../../event/document.ts';
import { versionFor } from './version.ts';

/** Number of the build that is said; clients show it and compare nothing. */
const BUILD_HASH = '0'.repeat(40);
const BUILD_DATE = '2026-01-01T00:00:00.000000000Z';

/** Who answers. */
export interface Cluster {
  readonly name: string;
  /** 22 characters that stay the same. */
  readonly uuid: string;
}

type Answer = (cluster: Cluster, userAgent: string | undefined) => Document | readonly unknown[];

/** Answers by path; every one of them is asked by GET, and by HEAD without the body. */
export const HANDSHAKE: Readonly<Record<string, Answer>> = {
  '/': ({ name, uuid }, userAgent) => ({
    name,
    cluster_name: name,
    cluster_uuid: uuid,
    version: {
      number: versionFor(userAgent),
      build_flavor: 'default',
      build_type: 'tar',
      build_hash: BUILD_HASH,
      build_date: BUILD_DATE,
      build_snapshot: false,
      lucene_version: '9.12.0',
      minimum_wire_compatibility_version: '7.17.0',
      minimum_index_compatibility_version: '7.0.0',
    },
    tagline: 'You know, for Search',
  }),
  '/_license': (cluster) => ({ license: licenseOf(cluster) }),
  '/_xpack': (cluster) => ({ license: licenseOf(cluster), features: { ilm: { available: true, enabled: true } } }),
  '/_cluster/health': ({ name }) => ({
    cluster_name: name,
    status: 'green',
    timed_out: false,
    number_of_nodes: 1,
    number_of_data_nodes: 1,
  }),
  // Asked by rsyslog before each request.
  '/_cat/health': ({ name }) => [{ cluster: name, status: 'green' }],
  '/_nodes/ingest': ({ name }) => ({ cluster_name: name, nodes: {} }),
  '/_nodes/http': ({ name }) => ({ cluster_name: name, nodes: {} }),
  '/_cat/plugins': () => [],
};

function licenseOf({ uuid }: Cluster): Document {
  return { uid: uuid, type: 'basic', mode: 'basic', status: 'active' };
}
