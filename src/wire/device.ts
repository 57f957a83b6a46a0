import * as z from 'zod'

/** The one public client of this server: https://www.rfc-editor.org/rfc/rfc8628#section-3.1 */
export const CLIENT_ID = 'thand'
export const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code'

/** Form-encoded. `device_key` is the public key of the device, as a JWK in JSON; names are the device's own claims. */
export const deviceAuthorizationBody = z.strictObject({
  client_id: z.literal(CLIENT_ID),
  device_name: z.string().trim().min(1).max(64),
  host_name: z.string().trim().min(1).max(255),
  device_key: z.string().min(1).max(1000),
})

export const deviceAuthorization = z.object({
  device_code: z.string(),
  /** What the person types in chat: `WDJB-MJHT`. */
  user_code: z.string(),
  verification_uri: z.string(),
  expires_in: z.number().int(),
  interval: z.number().int(),
})
export type DeviceAuthorization = z.infer<typeof deviceAuthorization>

/** Form-encoded; a proof of the device's key comes in the `DPoP` header (RFC 9449). */
export const tokenBody = z.discriminatedUnion('grant_type', [
  z.strictObject({
    grant_type: z.literal(DEVICE_GRANT),
    client_id: z.literal(CLIENT_ID),
    device_code: z.string().min(1).max(200),
  }),
  z.strictObject({
    grant_type: z.literal('refresh_token'),
    client_id: z.literal(CLIENT_ID),
    refresh_token: z.string().min(1).max(200),
  }),
])

export const token = z.object({
  access_token: z.string(),
  token_type: z.literal('DPoP'),
  expires_in: z.number().int(),
  refresh_token: z.string(),
  device_id: z.string(),
  /** Whose device it is: the name, for the terminal. */
  person: z.string(),
})
export type Token = z.infer<typeof token>

export const device = z.object({
  id: z.string(),
  name: z.string(),
  host: z.string(),
  bound_at: z.iso.datetime(),
  seen_at: z.iso.datetime(),
  is_this: z.boolean(),
})
export type Device = z.infer<typeof device>
export const devices = z.object({ devices: z.array(device) })
