/**
 * An MLflow server in front of S3, Google or Azure storage tells clients that they may fetch artifacts, and send large
 * ones, by themselves, with addresses that it signs for them. No setting of the server turns that off, and a client
 * that cannot reach the store then hangs. Here clients never can: policies let only the server through, and an
 * embedded store has no name outside the cluster.
 *
 * So the store is put behind a plugin, by MLflow's own means (MLflow docs, "Plugins": artifact repositories): the same
 * store, under a scheme of its own, without the ability to sign.
 * Source: mlflow/server/handlers.py, `build_server_info_payload`.
 */
const MODULE = `\
from mlflow.store.artifact.artifact_repo import ArtifactRepository


class ProxiedArtifactRepository(ArtifactRepository):
    def __init__(self, artifact_uri, tracking_uri=None, registry_uri=None):
        super().__init__(artifact_uri, tracking_uri, registry_uri)
        # Not at the top: the registry imports this module while it is itself imported.
        from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository

        uri = artifact_uri.removeprefix("proxied+")
        self.store = get_artifact_repository(uri, tracking_uri, registry_uri)

    def log_artifact(self, local_file, artifact_path=None):
        self.store.log_artifact(local_file, artifact_path)

    def log_artifacts(self, local_dir, artifact_path=None):
        self.store.log_artifacts(local_dir, artifact_path)

    def list_artifacts(self, path=None):
        return self.store.list_artifacts(path)

    def download_artifacts(self, artifact_path, dst_path=None):
        return self.store.download_artifacts(artifact_path, dst_path)

    def _download_file(self, remote_file_path, local_path):
        self.store._download_file(remote_file_path, local_path)

    def delete_artifacts(self, artifact_path=None):
        self.store.delete_artifacts(artifact_path)
`;

const SCHEMES = ['s3', 'gs', 'wasbs'];

const ENTRY_POINTS = `[mlflow.artifact_repository]\n${SCHEMES.map(
  (scheme) => `proxied+${scheme} = keelson_proxied_artifacts:ProxiedArtifactRepository\n`,
).join('')}`;

/** A directory for `PYTHONPATH`: the module, and the metadata by which MLflow finds it. */
export const PROXIED_ARTIFACTS_FILES: Readonly<Record<string, string>> = {
  'keelson_proxied_artifacts.py': MODULE,
  'keelson_proxied_artifacts-1.dist-info/METADATA':
    'Metadata-Version: 2.1\nName: keelson-proxied-artifacts\nVersion: 1\n',
  'keelson_proxied_artifacts-1.dist-info/entry_points.txt': ENTRY_POINTS,
};

/** The address of a store as the plugin takes it. */
export const proxied = (uri: string): string => `proxied+${uri}`;
