/// <reference path="./.sst/platform/config.d.ts" />

/** The app: one stage an account and region, since the log group, the repositories and a secret have fixed names. */
export default $config({
  async app(input) {
    const { settingsOf } = await import('./stacks/settings.ts');
    const { retained } = settingsOf(input.stage);
    return {
      name: 'atrium',
      home: 'aws',
      removal: retained ? 'retain' : 'remove',
      protect: retained,
      providers: {
        aws: { version: '7.20.0', region: (process.env.AWS_REGION ?? 'us-east-1') as never },
        'docker-build': '0.0.14',
        random: '4.16.6',
        tls: '5.0.1',
      },
    };
  },
  async run() {
    const { describeStage } = await import('./stacks/stage.ts');
    const { createNetwork } = await import('./stacks/network.ts');
    const { createStorage } = await import('./stacks/storage.ts');
    const { createSecrets } = await import('./stacks/secrets.ts');
    const { createImages } = await import('./stacks/images.ts');
    const { createCluster } = await import('./stacks/cluster.ts');
    const { createLoadBalancer } = await import('./stacks/load-balancer.ts');
    const { createFunctions } = await import('./stacks/functions.ts');
    const { createWorkflows } = await import('./stacks/workflows.ts');
    const { createApi } = await import('./stacks/api.ts');
    const { createAlarms } = await import('./stacks/alarms.ts');

    const stage = await describeStage();
    const storage = createStorage(stage);
    const network = createNetwork(stage, storage);
    const secrets = createSecrets(stage, storage);
    const images = createImages(stage, storage);
    const cluster = createCluster(stage, { network, storage, secrets, images });
    const loadBalancer = createLoadBalancer(stage, { network, cluster });
    const { services } = loadBalancer;
    const functions = createFunctions(stage, { network, storage, secrets, images, services });
    const workflows = createWorkflows(stage, { storage, functions });
    const api = createApi(stage, { storage, functions, secrets });
    createAlarms(stage, {
      storage,
      functions,
      workflows,
      api,
      loadBalancer,
      deployProject: cluster.deployProjectName,
    });
    return { url: api.url, adminUrl: api.adminUrl };
  },
});
