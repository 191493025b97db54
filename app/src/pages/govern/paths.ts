import type { Address } from '@solana/kit';
import { vaultPath } from '../../routes.js';

/** A part of governing a vault, by its key. */
export function sectionPath(vault: Address, section: string): string {
  return `${vaultPath(vault, 'govern')}/${section}`;
}
