// From the Anchor IDL to the Codama tree that the client is rendered from.

import {
  bottomUpTransformerVisitor,
  createFromRoot,
  definedTypeNode,
  numberTypeNode,
  pdaNode,
  constantPdaSeedNodeFromString,
  variablePdaSeedNode,
  publicKeyTypeNode,
} from 'codama';
import { rootNodeFromAnchor } from '@codama/nodes-from-anchor';

/** @returns {import('codama').Codama} the program, with what Codama misreads in the IDL put right */
export function readProgram(idl) {
  const docs = new Map(idl.types.map((type) => [type.name, type.docs]));
  const codama = createFromRoot(rootNodeFromAnchor(idl));
  codama.update(
    bottomUpTransformerVisitor([
      {
        // A `u128` in two little-endian words has the bytes of a `u128`.
        select: (path) => isNode(path, 'definedTypeLinkNode', 'wide'),
        transform: () => numberTypeNode('u128'),
      },
      { select: (path) => isNode(path, 'definedTypeNode', 'wide'), transform: () => null },
      {
        // Codama takes every account called `authority` or `payer` for the wallet's own. Here the authority is the vault's.
        select: ['[instructionAccountNode]', (path) => isWallet(last(path).defaultValue)],
        transform: (account) => ({ ...account, defaultValue: undefined }),
      },
      {
        // The address of a queued change takes a number that the vault's account holds: nothing that Codama can look up.
        select: (path) => isNode(path, 'instructionAccountNode', 'queued'),
        transform: (account) => ({ ...account, defaultValue: undefined }),
      },
      { select: (path) => isNode(path, 'pdaNode', 'queued'), transform: () => changePda() },
      {
        // The renderer knows no events: they become types.
        select: '[programNode]',
        transform: (program) => ({
          ...program,
          definedTypes: [...program.definedTypes, ...program.events.map((event) => eventType(event, docs))],
        }),
      },
    ]),
  );
  return codama;
}

/** The name of an event's type. */
export function eventTypeName(event) {
  return `${event.name}Event`;
}

function eventType(event, docs) {
  return definedTypeNode({ name: eventTypeName(event), docs: docs.get(event.name), type: event.data.type });
}

function changePda() {
  const seeds = [
    constantPdaSeedNodeFromString('utf8', 'change'),
    variablePdaSeedNode('vault', publicKeyTypeNode(), 'The vault.'),
    variablePdaSeedNode('id', numberTypeNode('u64'), "The change's number."),
  ];
  return pdaNode({ name: 'change', seeds });
}

function isWallet(defaultValue) {
  return ['identityValueNode', 'payerValueNode'].includes(defaultValue?.kind);
}

function isNode(path, kind, name) {
  return last(path).kind === kind && last(path).name === name;
}

function last(path) {
  return path[path.length - 1];
}
