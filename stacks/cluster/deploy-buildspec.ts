/** The version follows the cluster's; the checksum is what `dl.k8s.io` publishes beside the file. */
const kubectl = {
  version: 'v1.35.1',
  sha256: '36e2f4ac66259232341dd7866952d64a958846470f6a9a6a813b9117bd965207',
} as const;

/**
 * What applies the manifests and waits until everything runs, as a buildspec of CodeBuild.
 *
 * The image of CodeBuild has kubectl, but of a version that changes with the image; this one is pinned. A later file may
 * need an earlier one, so they are applied in the order of their names. Nothing is pruned: what leaves the manifests is
 * taken away by hand, since kubectl's pruning does not see what was applied on the server's side. A roll-out that fails
 * fails the build.
 *
 * @param of.source `s3://` address of the zip with the manifests.
 */
export const deployBuildspec = (of: {
  readonly source: string;
  readonly clusterName: string;
  readonly region: string;
}) => `version: 0.2
env:
  shell: bash
phases:
  install:
    on-failure: ABORT
    commands:
      - curl --fail --silent --show-error --location --retry 3 --output /usr/local/bin/kubectl https://dl.k8s.io/release/${kubectl.version}/bin/linux/amd64/kubectl
      - echo "${kubectl.sha256}  /usr/local/bin/kubectl" | sha256sum --check --strict
      - chmod 755 /usr/local/bin/kubectl
  build:
    on-failure: ABORT
    commands:
      - aws s3 cp --only-show-errors ${of.source} manifests.zip
      - unzip -q manifests.zip -d manifests
      - aws eks update-kubeconfig --name ${of.clusterName} --region ${of.region}
      - kubectl apply --server-side --force-conflicts --field-manager=atrium-deploys --filename=manifests
      - kubectl get --filename=manifests --output=json > applied.json
      - |
        jq --raw-output '(.items // [.])[]
          | select(.kind == "Deployment" or .kind == "DaemonSet" or .kind == "StatefulSet")
          | "\\(.kind)/\\(.metadata.name) \\(.metadata.namespace)"' applied.json > workloads
      - |
        while read -r workload namespace; do
          kubectl rollout status "$workload" --namespace "$namespace" --timeout=45m || {
            kubectl get pods,events --namespace "$namespace"
            exit 1
          }
        done < workloads
`;
