/** What AWS takes where none was set, and the most that it allows, in seconds. */
const DEFAULT = 3600
const MOST = 43_200

/**
 * For how long a session of a permission set works, in seconds; of a text that is not known, the most.
 * https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_PermissionSet.html#singlesignon-Type-PermissionSet-SessionDuration
 */
export function sessionSecondsIn(duration: string | undefined): number {
  if (duration === undefined) return DEFAULT
  const [, days, hours, minutes, seconds] = ISO_8601.exec(duration) ?? []
  const total =
    Number(days ?? 0) * 86_400 + Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Math.ceil(Number(seconds ?? 0))
  return total > 0 ? Math.min(total, MOST) : MOST
}

const ISO_8601 = /^P(?:(\d{1,3})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,6}(?:\.\d+)?)S)?)?$/
