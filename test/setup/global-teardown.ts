import { removeCluster } from '../support/cluster.ts';
import type { TestCluster } from './global-setup.ts';

export default async function globalTeardown(): Promise<void> {
  const { testCluster } = globalThis as { testCluster?: TestCluster };
  if (!testCluster) return;
  await testCluster.sharedServers.close();
  await testCluster.server.stop();
  await removeCluster(testCluster.dataDir);
}
