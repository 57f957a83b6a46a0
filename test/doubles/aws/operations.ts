import { assignmentOperations } from './assignments.ts'
import type { Operation } from './call.ts'
import { iamOperations } from './iam.ts'
import { identityStoreOperations } from './identity-store.ts'
import { s3Operations } from './s3.ts'
import { permissionSetOperations } from './sso.ts'
import { stsOperations } from './sts.ts'

/** Everything that is served, by service and operation. */
export const operationsOf: ReadonlyMap<string, ReadonlyMap<string, Operation>> = new Map([
  ['iam', iamOperations],
  ['sts', stsOperations],
  ['sso-admin', new Map([...permissionSetOperations, ...assignmentOperations])],
  ['identitystore', identityStoreOperations],
  ['s3', s3Operations],
])
