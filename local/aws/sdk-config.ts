/** Configuration of an SDK client that talks to the emulator, whatever the environment of this process says. */
export const sdkConfig = (endpoint: string) => ({
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
});
