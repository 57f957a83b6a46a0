import type { SSOAdminClient } from '@aws-sdk/client-sso-admin'
import type { Assignment, AssignmentPlace } from './assignment.ts'
import type { AwsClients } from './clients.ts'
import type { IdentityCenterConfig } from './config.ts'
import type { Answered } from './faults.ts'
import {
  type AssignmentOperation,
  assignmentsPage,
  creationAnswer,
  creationsPage,
  deletionAnswer,
  deletionsPage,
  everyPage,
  type ListedAssignment,
  permissionSetAnswer,
  permissionSetsPage,
  readAs,
  userAnswer,
  userIdAnswer,
} from './identity-center-shapes.ts'
import { send } from './send.ts'

export type OperationKind = 'create' | 'delete'

export interface PermissionSet {
  readonly name: string
  /** ISO 8601, such as `PT1H`; undefined where AWS says none. */
  readonly sessionDuration: string | undefined
}

export interface StoreUser {
  readonly id: string
  readonly userName: string
}

type Sdk = typeof import('@aws-sdk/client-sso-admin')

/**
 * What is asked of an instance of Identity Center and of its identity store during one call of the port. A list is one
 * answer, whatever its pages. https://docs.aws.amazon.com/singlesignon/latest/APIReference/welcome.html and
 * https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/welcome.html
 */
export class IdentityCenterApi {
  readonly signal: AbortSignal
  readonly #clients: AwsClients
  readonly #instance: { readonly InstanceArn: string }
  readonly #store: { readonly IdentityStoreId: string }

  constructor(clients: AwsClients, config: IdentityCenterConfig, signal: AbortSignal) {
    this.signal = signal
    this.#clients = clients
    this.#instance = { InstanceArn: config.instanceArn }
    this.#store = { IdentityStoreId: config.identityStoreId }
  }

  async permissionSet(arn: string): Promise<Answered<PermissionSet>> {
    const input = { ...this.#instance, PermissionSetArn: arn }
    return readAs(
      permissionSetAnswer,
      await this.#send(({ DescribePermissionSetCommand: Command }, client, how) =>
        client.send(new Command(input), how),
      ),
    )
  }

  /** The ARNs of all that the instance has. */
  permissionSets(): Promise<Answered<readonly string[]>> {
    return everyPage(async (token) => {
      const input = { ...this.#instance, MaxResults: PAGE, ...token }
      return readAs(
        permissionSetsPage,
        await this.#send(({ ListPermissionSetsCommand: Command }, client, how) => client.send(new Command(input), how)),
      )
    })
  }

  /** Of users and groups of their own: who has it as a member of a group is not among them. */
  assignmentsAt({ account, permissionSetArn }: AssignmentPlace): Promise<Answered<readonly ListedAssignment[]>> {
    return everyPage(async (token) => {
      const place = { ...this.#instance, AccountId: account, PermissionSetArn: permissionSetArn }
      const input = { ...place, MaxResults: PAGE, ...token }
      return readAs(
        assignmentsPage,
        await this.#send(({ ListAccountAssignmentsCommand: Command }, client, how) =>
          client.send(new Command(input), how),
        ),
      )
    })
  }

  /** A person's own, and those of the groups that they are in. */
  assignmentsOf(userId: string): Promise<Answered<readonly ListedAssignment[]>> {
    return everyPage(async (token) => {
      const principal = { ...this.#instance, PrincipalId: userId, PrincipalType: 'USER' as const }
      const input = { ...principal, MaxResults: PAGE, ...token }
      return readAs(
        assignmentsPage,
        await this.#send(({ ListAccountAssignmentsForPrincipalCommand: Command }, client, how) =>
          client.send(new Command(input), how),
        ),
      )
    })
  }

  /** AWS answers before anything has happened: how it went is asked with `operation`. */
  async begin(kind: OperationKind, assignment: Assignment): Promise<Answered<AssignmentOperation>> {
    const input = {
      ...this.#instance,
      TargetId: assignment.account,
      TargetType: 'AWS_ACCOUNT' as const,
      PermissionSetArn: assignment.permissionSetArn,
      PrincipalType: 'USER' as const,
      PrincipalId: assignment.userId,
    }
    const begun = await this.#send((sdk, client, how) =>
      kind === 'create'
        ? client.send(new sdk.CreateAccountAssignmentCommand(input), how)
        : client.send(new sdk.DeleteAccountAssignmentCommand(input), how),
    )
    return readAs(kind === 'create' ? creationAnswer : deletionAnswer, begun)
  }

  async operation(kind: OperationKind, id: string): Promise<Answered<AssignmentOperation>> {
    if (kind === 'create') {
      const input = { ...this.#instance, AccountAssignmentCreationRequestId: id }
      return readAs(
        creationAnswer,
        await this.#send(({ DescribeAccountAssignmentCreationStatusCommand: Command }, client, how) =>
          client.send(new Command(input), how),
        ),
      )
    }
    const input = { ...this.#instance, AccountAssignmentDeletionRequestId: id }
    return readAs(
      deletionAnswer,
      await this.#send(({ DescribeAccountAssignmentDeletionStatusCommand: Command }, client, how) =>
        client.send(new Command(input), how),
      ),
    )
  }

  /** The ids of what is under way in the instance, whoever began it. */
  running(kind: OperationKind): Promise<Answered<readonly string[]>> {
    return everyPage(async (token) => {
      const filter = { ...this.#instance, Filter: { Status: 'IN_PROGRESS' as const } }
      const input = { ...filter, MaxResults: PAGE, ...token }
      const page = await this.#send((sdk, client, how) =>
        kind === 'create'
          ? client.send(new sdk.ListAccountAssignmentCreationStatusCommand(input), how)
          : client.send(new sdk.ListAccountAssignmentDeletionStatusCommand(input), how),
      )
      return readAs(kind === 'create' ? creationsPage : deletionsPage, page)
    })
  }

  async userIdOf(userName: string): Promise<Answered<string>> {
    const UniqueAttribute = { AttributePath: 'UserName', AttributeValue: userName }
    const input = { ...this.#store, AlternateIdentifier: { UniqueAttribute } }
    const found = await send(this.signal, async (how) => {
      const { GetUserIdCommand: Command } = await import('@aws-sdk/client-identitystore')
      return (await this.#clients.identityStore()).send(new Command(input), how)
    })
    return readAs(userIdAnswer, found)
  }

  async user(id: string): Promise<Answered<StoreUser>> {
    const input = { ...this.#store, UserId: id }
    const found = await send(this.signal, async (how) => {
      const { DescribeUserCommand: Command } = await import('@aws-sdk/client-identitystore')
      return (await this.#clients.identityStore()).send(new Command(input), how)
    })
    return readAs(userAnswer, found)
  }

  #send(
    ask: (sdk: Sdk, client: SSOAdminClient, how: { readonly abortSignal: AbortSignal }) => Promise<unknown>,
  ): Promise<Answered<unknown>> {
    return send(this.signal, async (how) => {
      const sdk = await import('@aws-sdk/client-sso-admin')
      return ask(sdk, await this.#clients.ssoAdmin(), how)
    })
  }
}

/** As many as AWS gives at once. */
const PAGE = 100
