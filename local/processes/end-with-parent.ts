/** Ends this process when the one that started it is gone: its end of our standard input closes then. */
export function endWithParent(end: () => void = () => process.exit(0)): void {
  process.stdin.on('end', end);
  process.stdin.on('error', end);
  process.stdin.resume();
}
