import { type Logger, LogLevel } from '@slack/web-api'

/** The SDKs write bodies and headers at their debug level: they say nothing, we log what they answer. */
export const quietLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  setLevel: () => undefined,
  getLevel: () => LogLevel.ERROR,
  setName: () => undefined,
}
