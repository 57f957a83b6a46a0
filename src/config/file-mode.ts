/** Whether group or others may write: then they could give themselves any role. */
export function isWritableByOthers(mode: number): boolean {
  return (mode & 0o022) !== 0
}
