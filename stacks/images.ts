import { relative } from 'node:path';
import { pulledByLambda } from './access/function-policies.ts';
import { imageTag } from './image-inputs.ts';
import { keep } from './keep.ts';
import { functions, type ImageName, images } from './resources.ts';
import type { Stage } from './stage.ts';
import type { Storage } from './storage.ts';

/** Built and pushed images by name: `ref` is repository and digest. */
export type Images = Readonly<Record<ImageName, { readonly ref: $util.Output<string> }>>;

/** Pushed images that a repository keeps, the newest; more than are ever rolled back to. */
const keptImages = 30;

/** Repositories, and the images in them, built by the deployment. */
export function createImages(stage: Stage, storage: Storage): Images {
  const tag = imageTag($cli.paths.root);
  const made = images.map((name): [ImageName, Images[ImageName]] => {
    const { repository, open } = createRepository(stage, storage, name);
    const { digest } = build(name, repository, tag);
    // By digest: Lambda takes no tag and digest together, and nothing else can come to be run under the name.
    const ref = $util.all([repository.repositoryUrl, digest, open]).apply(([url, sha]) => `${url}@${sha}`);
    return [name, { ref }];
  });
  return Object.fromEntries(made) as Record<ImageName, Images[ImageName]>;
}

/** @returns the repository, and what is known once those who run its image may pull it. */
function createRepository(stage: Stage, storage: Storage, name: ImageName) {
  const repository = new aws.ecr.Repository(
    `${name}-repository`,
    {
      name,
      imageTagMutability: 'IMMUTABLE',
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfigurations: [{ encryptionType: 'KMS', kmsKey: storage.keyArn }],
      forceDelete: !stage.settings.retained,
    },
    keep(stage),
  );
  new aws.ecr.LifecyclePolicy(`${name}-repository-lifecycle`, {
    repository: repository.name,
    policy: JSON.stringify({
      rules: [
        {
          rulePriority: 1,
          description: 'Images that lost their tag',
          selection: {
            tagStatus: 'untagged',
            countType: 'sinceImagePushed',
            countUnit: 'days',
            countNumber: 7,
          },
          action: { type: 'expire' },
        },
        {
          rulePriority: 2,
          description: 'The newest',
          selection: {
            tagStatus: 'tagged',
            tagPatternList: ['*'],
            countType: 'imageCountMoreThan',
            countNumber: keptImages,
          },
          action: { type: 'expire' },
        },
      ],
    }),
  });
  const pulling = Object.entries(functions)
    .filter(([, { packaging }]) => packaging === `${name}-image`)
    .map(([each]) => each);
  const policy =
    pulling.length > 0
      ? new aws.ecr.RepositoryPolicy(`${name}-repository-policy`, {
          repository: repository.name,
          policy: JSON.stringify(pulledByLambda(stage, pulling)),
        })
      : undefined;
  return { repository, open: policy?.id ?? repository.id };
}

/** The tag says what the image is made of, so a tag that is taken is never pushed again. */
function build(name: ImageName, repository: aws.ecr.Repository, tag: string) {
  const token = aws.ecr.getAuthorizationTokenOutput({ registryId: repository.registryId });
  // As the builder sees it, which runs in the platform's folder: the same on every machine, or another path would be
  // another image.
  const root = relative($cli.paths.platform, $cli.paths.root);
  return new dockerbuild.Image(`${name}-image`, {
    context: { location: root },
    dockerfile: { location: `${root}/gpu/images/Dockerfile` },
    target: name,
    platforms: ['linux/amd64'],
    push: true,
    buildOnPreview: false,
    tags: [$interpolate`${repository.repositoryUrl}:${tag}`],
    registries: [
      {
        address: token.proxyEndpoint,
        username: token.userName,
        password: $util.secret(token.password),
      },
    ],
  });
}
