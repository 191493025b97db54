import type { ReactNode } from 'react';
import { useConfig } from '../config-context.js';
import { shortAddress } from '../format/index.js';
import { Icon } from './icon.js';
import { Address } from './address.js';

/** A transaction in the configured explorer; without one, its signature to copy. */
export function ExplorerLink({ signature, children }: { signature: string; children?: ReactNode }) {
  const { explorer } = useConfig();
  if (explorer === undefined) {
    return <Address address={signature} />;
  }
  return (
    <a href={explorer.replaceAll('{signature}', () => encodeURIComponent(signature))} target="_blank" rel="noreferrer">
      {children ?? <code>{shortAddress(signature)}</code>} <Icon name="external" size={12} />
      <span className="visually-hidden"> (opens the explorer in a new tab)</span>
    </a>
  );
}
