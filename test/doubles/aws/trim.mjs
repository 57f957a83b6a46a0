// Cuts the committed excerpt out of botocore's descriptions of AWS's services.
//
//   node test/doubles/aws/trim.mjs path/to/botocore/data
//
// The source is the folder `data` of the Python package botocore 1.43.11 (Apache-2.0, see NOTICE). What stays: the
// operations listed here, their errors, and the shapes they reach. What goes: prose, and whatever the double does not judge by.
import { readFileSync, writeFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

const kept = {
  'iam/2010-05-08': [
    'AddUserToGroup',
    'AttachUserPolicy',
    'DeleteRolePolicy',
    'DeleteUserPolicy',
    'DetachUserPolicy',
    'GetGroup',
    'GetPolicy',
    'GetRole',
    'GetRolePolicy',
    'GetUser',
    'GetUserPolicy',
    'ListAccountAliases',
    'ListAttachedUserPolicies',
    'ListGroupsForUser',
    'ListRolePolicies',
    'ListRoles',
    'ListUserPolicies',
    'ListUsers',
    'PutRolePolicy',
    'PutUserPolicy',
    'RemoveUserFromGroup',
  ],
  'sts/2011-06-15': ['AssumeRole', 'GetAccessKeyInfo', 'GetCallerIdentity'],
  'sso-admin/2020-07-20': [
    'CreateAccountAssignment',
    'DeleteAccountAssignment',
    'DeleteInlinePolicyFromPermissionSet',
    'DescribeAccountAssignmentCreationStatus',
    'DescribeAccountAssignmentDeletionStatus',
    'DescribePermissionSet',
    'DescribePermissionSetProvisioningStatus',
    'GetInlinePolicyForPermissionSet',
    'ListAccountAssignmentCreationStatus',
    'ListAccountAssignmentDeletionStatus',
    'ListAccountAssignments',
    'ListAccountAssignmentsForPrincipal',
    'ListInstances',
    'ListPermissionSets',
    'ProvisionPermissionSet',
    'PutInlinePolicyToPermissionSet',
  ],
  'identitystore/2020-06-15': [
    'DescribeGroup',
    'DescribeUser',
    'GetUserId',
    'ListGroupMembershipsForMember',
    'ListUsers',
  ],
}

const judged = ['type', 'required', 'min', 'max', 'pattern', 'enum', 'timestampFormat', 'document', 'union']

/** Only the name of the shape: where in the message a member stands is the same for all of these services. */
const reference = ({ shape }) => ({ shape })

function trimmedShape(shape) {
  const out = Object.fromEntries(judged.filter((key) => shape[key] !== undefined).map((key) => [key, shape[key]]))
  if (shape.members)
    out.members = Object.fromEntries(Object.entries(shape.members).map(([name, member]) => [name, reference(member)]))
  for (const part of ['member', 'key', 'value']) if (shape[part]) out[part] = reference(shape[part])
  return out
}

function trimmedOperation({ input, output, errors = [] }, shapes) {
  const names = errors.map(({ shape }) => shape)
  const codes = names.map((name) => [shapes[name].error?.code ?? name, shapes[name].error?.httpStatusCode ?? 400])
  return {
    ...(input && { input: input.shape }),
    ...(output && { output: output.shape }),
    ...(output?.resultWrapper && { resultWrapper: output.resultWrapper }),
    errors: Object.fromEntries(codes),
  }
}

function trimmed({ metadata, operations, shapes }, names) {
  const out = { operations: {}, shapes: {} }
  const keep = (name) => {
    if (out.shapes[name]) return
    out.shapes[name] = trimmedShape(shapes[name])
    const { members = {}, member, key, value } = shapes[name]
    for (const inner of [...Object.values(members), member, key, value]) if (inner) keep(inner.shape)
  }
  for (const name of names) {
    out.operations[name] = trimmedOperation(operations[name], shapes)
    for (const part of ['input', 'output']) if (operations[name][part]) keep(operations[name][part].shape)
  }
  const { apiVersion, protocol, targetPrefix, xmlNamespace, signingName, endpointPrefix } = metadata
  return { apiVersion, protocol, targetPrefix, xmlNamespace, signingName: signingName ?? endpointPrefix, ...out }
}

function lines(record) {
  const sorted = Object.entries(record).sort(([one], [other]) => (one < other ? -1 : 1))
  return `{\n${sorted.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',\n')}\n}`
}

const [data] = process.argv.slice(2)
const services = Object.entries(kept).map(([place, names]) => {
  const source = JSON.parse(gunzipSync(readFileSync(`${data}/${place}/service-2.json.gz`)).toString())
  const { operations, shapes, ...head } = trimmed(source, names)
  const text = `"head":${JSON.stringify(head)},\n"operations":${lines(operations)},\n"shapes":${lines(shapes)}`
  return `${JSON.stringify(place.split('/')[0])}:{\n${text}}`
})
writeFileSync(new URL('./aws.model.json', import.meta.url), `{\n${services.join(',\n')}\n}\n`)
